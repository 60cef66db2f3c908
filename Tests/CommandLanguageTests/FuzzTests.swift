import CommandLanguage
import Glibc
import TensorEngine
import Testing

/// Runs one of a few scripts, some of which run others or themselves.
private struct Include: ScriptRunningCommand {
  var file = ""

  static let declaration = CommandDeclaration<Include>(
    "include", summary: "Run a script", parameters: [.required("file", \.file, .path, help: "the script")],
    definesVariables: true)

  private static let sources = [
    "a": "info 1; let y = 2", "b": "include a; include b", "c": "for x in 1 2 { include a; train rounds=$x }",
    "d": "let x = $y\n}", "e": "include c; include \"$x\"; include 'f'", "f": "repeat $i { let x = \"$x$y\" }",
  ].mapValues { SourceText(name: "included", text: $0) }

  struct NoScript: Error {}

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    guard let source = Self.sources[file] else { throw NoScript() }
    return [Script(parsing: source)]
  }

  func knownScript(from source: SourceText) -> ScriptReference? {
    Self.sources[file].map { source in ScriptReference(identity: file, cells: []) { source } }
  }
}

/// Goes on after each failure, and stops after so many statements: endless loops are a script's right.
private final class PatientHost: InterpreterHost {
  var variables = Variables()
  let entries: [HistoryEntry] = []
  private var asked = 0
  private var lastAsked = ContinuousClock.now
  /// The longest time between two moments at which a wish to stop would have been heard.
  private(set) var longestWait = Duration.zero

  var isStopped: Bool {
    asked += 1
    let now = ContinuousClock.now
    longestWait = max(longestWait, now - lastAsked)
    lastAsked = now
    return asked > 500
  }
  let goesOnAfterFailure = true

  func run(_ command: any Command, call: CommandCall) -> Diagnostic? {
    // What it was read from is what it reads back as.
    _ = command.canonicalText
    return nil
  }
  func run(_ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?) -> Diagnostic? {
    do { return try scripts() } catch { return call.diagnostic(for: error) }
  }
  func failed(_ failure: Diagnostic, call: CommandCall?) {}
  func refused(_ script: Script, _ problems: Diagnostics, callers: [CommandLanguage.SourceLocation]) {}
}

/// Scripts made by chance from the language's pieces, then damaged: whatever is typed, nothing crashes, hangs or grows.
@Suite struct FuzzTests {
  /// `make mutants` asks for a million.
  private static let count = getenv("DDPM_MUTANTS").flatMap { Int(String(cString: $0)) } ?? 10_000
  private static let table = CommandTable([
    Load.self, Train.self, PlotTSNE.self, PlotLoss.self, Sample.self, Interpolate.self, Info.self, Include.self,
  ])

  private static let words = [
    "1", "0", "-2", "1e-3", "70_000", "2*3", "abc", "on", "off", "all", "tsne", "a", "b", "e", "a.png", "my file.png",
    "$x", "$y", "${i}", "\"$x$x$x$x$x$x$x$x\"", "\"$x-$y\"", "'raw $x'", "1,2,3", "$x,$x,$x,$x", "x,$y,\"z\"", "é", "🧪",
    "\"a\\n\\r\\t\"", "999999999999999999999", "nan", "", "\"\"", "*", "+",
  ]
  private static let options = [
    "rounds", "lambda", "stop", "restart", "out", "perplexity", "clusters", "channels", "count", "split", "lamda",
  ]
  private static let verbs = [
    "load", "train", "plot tsne", "plot loss", "plot", "sample", "interpolate", "info", "include", "trian", "help",
  ]
  private static let separators = [
    "\n", "\n", "\n", "; ", ";", "\r\n", "\r", " # c\n", "\n# %% t\n", "\n# %% [md]\n# t\n",
  ]
  private static let damage = [
    "{", "}", "\"", "'", "$", "${", "\\", "\\\n", "\n", ";", "=", ",", "# %%", "#", "for x in", "repeat 2 {", "\u{0}",
    "\u{FEFF}", "\u{2028}", "\u{301}", "\r", "\t", "\u{1B}[2J", " ",
  ]

  private struct Author {
    var stream: RandomStream

    mutating func one(of choices: [String]) -> String { choices[stream.integer(below: choices.count)] }

    mutating func statement(depth: Int) -> String {
      switch stream.integer(below: 10) {
      case 0, 1: return "let \(one(of: ["x", "y", "z"])) = \(one(of: words))"
      case 2: return "default \(one(of: ["x", "y", "i"])) = \(one(of: words))"
      case 3 where depth < 5:
        let values = (0...stream.integer(below: 3)).map { _ in one(of: words) }.joined(separator: " ")
        return "for \(one(of: ["x", "y"])) in \(values) {\(block(depth: depth + 1))}"
      case 4 where depth < 5:
        return "repeat \(one(of: ["2", "3", "0", "$x", "$i", "100000", "-1"])) {\(block(depth: depth + 1))}"
      default:
        var text = one(of: verbs)
        for _ in 0..<stream.integer(below: 3) { text += " " + one(of: words) }
        for _ in 0..<stream.integer(below: 3) { text += " \(one(of: options))=\(one(of: words))" }
        return text
      }
    }

    mutating func block(depth: Int) -> String {
      var text = ""
      for _ in 0...stream.integer(below: 4) { text += statement(depth: depth) + one(of: separators) }
      return text
    }

    /// A script, mostly with some damage.
    mutating func script() -> String {
      var bytes = Array(block(depth: 0).utf8)
      for _ in 0..<stream.integer(below: 4) {
        let place = stream.integer(below: bytes.count + 1)
        switch stream.integer(below: 4) {
        case 0: bytes.insert(contentsOf: Array(one(of: damage).utf8), at: place)
        case 1 where place < bytes.count: bytes[place] = UInt8(stream.integer(below: 256))
        case 2: bytes.removeSubrange(place..<min(place + stream.integer(below: 8), bytes.count))
        default:
          let piece = Array(one(of: damage).utf8)
          for _ in 0..<stream.integer(below: 200) { bytes.insert(contentsOf: piece, at: place) }
        }
      }
      return String(decoding: bytes, as: UTF8.self)
    }

    private var words: [String] { FuzzTests.words }
    private var options: [String] { FuzzTests.options }
    private var verbs: [String] { FuzzTests.verbs }
    private var separators: [String] { FuzzTests.separators }
    private var damage: [String] { FuzzTests.damage }
  }

  @Test func whateverIsTyped() {
    var author = Author(stream: RandomSource(seed: 11).derived("scripts").makeStream())
    var slowest = (duration: Duration.zero, text: "")
    let renderer = DiagnosticRenderer(width: 60, wrapsMessages: true)
    for round in 0..<Self.count {
      let text = author.script()
      var problems: [Diagnostic] = []
      var script = Script("", name: "fuzz")
      let checking = ContinuousClock().measure {
        script = Script(text, name: "fuzz")
        problems = Array(script.check(against: Self.table))
      }
      for problem in problems { #expect(!renderer.render(problem).unicodeScalars.contains("\u{1B}")) }
      let host = PatientHost()
      let interpreter = Interpreter(table: Self.table, host: host)
      // As a session does, and as it would be without its check.
      if round % 2 == 0 { interpreter.runChecked(script) } else { interpreter.run(script) }
      let completing = ContinuousClock().measure {
        let cut = text.unicodeScalars.prefix(author.stream.integer(below: text.unicodeScalars.count + 1))
        let completion = Self.table.completion(of: String(cut), variables: host.variables.names)
        #expect(completion.start <= String(cut).utf8.count)
        _ = Self.table.mentions(of: String(cut.suffix(8)))
      }
      let duration = max(checking, host.longestWait, completing)
      if duration > slowest.duration { slowest = (duration, text) }
    }
    // A hundredth of it on a machine with nothing else to do.
    #expect(slowest.duration < .seconds(5), "\(slowest.duration): \(slowest.text.debugDescription)")
    if Self.count > 10_000 {
      print("of \(Self.count) scripts none kept anyone waiting longer than \(slowest.duration)")
    }
  }
}
