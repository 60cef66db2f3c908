import CommandLanguage
import Glibc
import Options
import TensorEngine
import Testing

@Suite struct RobustnessTests {
  static let seeds = [
    "# %% Train\nlet lambda = 0.1\ntrain rounds=5 lambda=$lambda\nfor lambda in 0.001 0.01 { sample out=\"s-$lambda.png\" }",
    "load mnist count=1_000 split=test; info 1 'two words'\nrepeat 3 {\n  plot tsne out=\"a$i.svg\" # c\n}\ninterpolate 1 2 3",
    "default seed = 0\n# %% [markdown]\n# Text\n\nsample clusters=1,2,$seed channels=8,\"16\" \\\n  out=\"x\\\"y\\n\"\nplot loss",
  ]
  static let fragments: [[UInt8]] = [
    "{", "}", "\"", "'", "$", "${", "\\", "\\\n", "\n", ";", "=", ",", "# %%", "#", "for x in", "repeat 2 {", "let",
    " ",
    "é", "日本", "\u{FE0F}", "\u{0}", "\r", "\t", "plot", "99999999999999999999", "1e999", "-", "🧪",
  ].map { Array($0.utf8) }

  /// `make stress` asks for a million.
  private static let mutantCount = getenv("DDPM_MUTANTS").flatMap { Int(String(cString: $0)) } ?? 10_000

  @Test func mutatedScriptsNeverCrash() {
    var stream = RandomSource(seed: 7).derived("mutations").makeStream()
    for round in 0..<Self.mutantCount {
      var bytes = Array(Self.seeds[round % Self.seeds.count].utf8)
      for _ in 0...stream.integer(below: 4) {
        let place = stream.integer(below: bytes.count + 1)
        switch stream.integer(below: 5) {
        case 0: bytes.insert(contentsOf: Self.fragments[stream.integer(below: Self.fragments.count)], at: place)
        case 1 where place < bytes.count: bytes.remove(at: place)
        case 2 where place < bytes.count: bytes[place] = UInt8(stream.integer(below: 256))
        case 3: bytes.removeLast(min(bytes.count, stream.integer(below: 20)))
        default:
          let other = stream.integer(below: bytes.count + 1)
          let piece = bytes[min(place, other)..<min(max(place, other), min(place, other) + 12)]
          bytes.insert(contentsOf: piece, at: place)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let script = Script(text, name: "mutant")
      let renderer = DiagnosticRenderer(width: 40)
      for diagnostic in script.check(against: toyTable) {
        let range = diagnostic.location.range
        let start = diagnostic.location.start
        #expect(range.lowerBound >= 0 && range.upperBound <= script.source.bytes.count)
        #expect(start.line >= 1 && start.line <= script.source.lineCount && start.column >= 1)
        #expect(start.column <= script.source.line(start.line).count + 1)
        #expect(!renderer.render(diagnostic).isEmpty)
      }
      let host = RecordingHost()
      host.goesOn = true
      // Endless loops are a script's right, not this test's.
      host.onRun = { [unowned host] _, _ in if host.calls.count > 200 { host.isStopped = true } }
      if !text.contains("999") { Interpreter(table: toyTable, host: host).run(script) }
      _ = toyTable.completion(of: text, variables: ["lambda"])
    }
  }

  @Test func valuesCannotGrowWithoutLimit() {
    let lists = run("let a = 1,2\nrepeat 60 { let a = $a,$a }")
    #expect(lists.problems == ["\(Problem.valueTooLarge)"])
    let strings = run("let a = xx\nrepeat 60 { let a = \"$a$a\" }")
    #expect(strings.problems == ["\(Problem.valueTooLarge)"])
  }

  @Test func everySpellingReadsBack() {
    var stream = RandomSource(seed: 3).derived("spellings").makeStream()
    let alphabet: [Character] = [
      "a", "Z", "0", "-", "_", ".", "/", " ", "\"", "'", "\\", "$", "{", "}", "#", ",", "=",
      ";", "\n", "\t", "\r", "é", "日", "🧪", "\u{301}", "\u{0}", "%", "n",
    ]
    for draw in 0..<2_000 {
      // Some so long that they are quoted unseen.
      let count = draw % 100 == 0 ? 2_000 : stream.integer(below: 12)
      let text = String((0..<count).map { _ in draw == 0 ? "é" : alphabet[stream.integer(below: alphabet.count)] })
      let host = run("let v = \(Spelling.quoted(text))")
      #expect(host.problems == [])
      #expect(host.variables["v"].map { Array($0.items[0].utf8) } == Array(text.utf8))
    }
  }

  @Test func canonicalTextReadsBack() {
    var stream = RandomSource(seed: 5).derived("commands").makeStream()
    let names = ["a.png", "two words.png", "it's \"$x\".png", "é/日.png", "-x.png", "a,b=c;{d}#e\\.png"]
    for _ in 0..<500 {
      var train = Train()
      train.rounds = 1 + stream.integer(below: 100_000)
      train.lambda = stream.uniform(in: 1e-9...10)
      if stream.integer(below: 2) == 0 { train.stop = "3:212" } else { train.restart = true }
      var sample = Sample()
      sample.out = stream.integer(below: 3) == 0 ? nil : names[stream.integer(below: names.count)]
      sample.clusters = stream.integer(below: 2) == 0 ? nil : (0...stream.integer(below: 3)).map { $0 * 7 }
      sample.channels = (0...stream.integer(below: 3)).map { 8 << $0 }
      var load = Load()
      load.dataset = names[stream.integer(below: names.count)]
      load.count = stream.integer(below: 2) == 0 ? .word(.all) : .integer(1 + stream.integer(below: 1_000_000))
      load.split = Load.Split.allCases[stream.integer(below: 3)]
      let interpolate = Interpolate(images: (0..<(2 + stream.integer(below: 6))).map { $0 * 3 })
      let info = Info(first: stream.integer(below: 2) == 0 ? nil : -4, second: "x y")
      let host = run(
        [train.canonicalText, sample.canonicalText, load.canonicalText, interpolate.canonicalText, info.canonicalText]
          .joined(separator: "\n"))
      #expect(host.problems == [])
      #expect(host.commands[0] as? Train == train)
      #expect(host.commands[1] as? Sample == sample)
      #expect(host.commands[2] as? Load == load)
      #expect(host.commands[3] as? Interpolate == interpolate)
      // A value behind one that is absent cannot be written.
      #expect(host.commands[4] as? Info == (info.first == nil ? Info() : info))
      // As given, variables replaced, reads back too.
      let again = run(host.texts.joined(separator: "\n"))
      #expect(again.texts == host.texts)
    }
    #expect(Train().canonicalText == "train rounds=5 lambda=0.1 restart=off")
    #expect(Load(dataset: "mnist").canonicalText == "load mnist count=all split=train")
  }
}
