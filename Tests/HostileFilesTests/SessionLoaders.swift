import ArrayFiles
import CommandLanguage
import Session
import TestSupport
import ddpm_repl

extension Loader {
  /// What a session, and the program around it, read beside data.
  static let sessionLoaders: [Loader] = [
    Loader(name: "safetensors", file: "x.safetensors", wholes: only(arrays), fragments: json, packed: withLength) { _ in
      { path in
        let file = try SafetensorsFile(path: path)
        for name in file.names { _ = try file.array(name) }
      }
    },
    checkpoint("kmeans", "load x.npy; model kmeans clusters=2; train rounds=2; evaluate"),
    checkpoint("gmm", "load x.npy; model gmm clusters=2; train"),
    checkpoint("full gmm", "load x.npy; model gmm clusters=2 covariance=full floor=0.1; train", share: 2),
    checkpoint("spectral", "load x.npy; model spectral clusters=2 neighbours=3; train", share: 10),
    checkpoint("umap", "load x.npy; model umap clusters=2 neighbours=3; train", share: 10),
    checkpoint("vade", "load x.npy; model vade \(small); pretrain; train", share: 5),
    checkpoint("autoencoder", "load x.npy; model autoencoder \(small); pretrain; train", share: 5),
    checkpoint("clustergan", "load x.npy; model clustergan \(small); train", share: 5),
    checkpoint(
      "gan-em", "load x.npy; model gan-em clusters=4 width1=4 width2=4 width3=8 encoder-steps=2; train", share: 5),
    checkpoint("hc-mgan", "load x.npy; model hc-mgan clusters=3 \(split); train", share: 5),
    checkpoint("a split of hc-mgan", "load x.npy; model hc-mgan clusters=2 \(split); train stop=1:2", share: 5),
    checkpoint(
      "student fast", "load x.npy; model \(network) prior=student; pretrain; train", share: 5),
    checkpoint("vagan-smm", "load x.npy; model vagan-smm prior=student \(small); pretrain; train stop=1:2", share: 5),
    checkpoint("fast", "load x.npy; model \(network); pretrain; train", share: 5),
    checkpoint(
      "tuned", "load x.npy; model tuned channels=8 components=4 clusters=4; pretrain; train; tighten epochs=1", share: 5
    ),
    Loader(
      name: "weights", file: "x.safetensors", share: 2,
      wholes: only(try checkpointFile("load x.npy; model \(network); pretrain")), fragments: json,
      packed: withLength
    ) { folder in
      let session = try QuietSession(in: folder)
      folder.write("x.npy", twelveImages)
      try session.run("load \(folder.path)/x.npy; model \(network)")
      return { path in try session.run("restore \(path) weights=on") }
    },
    Loader(name: "script", file: "x.ddpm", wholes: scripts, fragments: words) { folder in
      let session = try QuietSession(in: folder)
      return { path in try session.check(ScriptFile.read(path)) }
    },
    Loader(name: "start-up file", file: "rc.ddpm", wholes: scripts, fragments: words) { folder in
      let session = try QuietSession(in: folder)
      return { path in try session.check(ScriptFile.readSkippingBadLines(path).source) }
    },
    Loader(
      name: "verified session", file: "x.ddpm", share: 20, wholes: only(verified), fragments: words, takesWhole: false
    ) { folder in
      let session = try QuietSession(in: folder)
      return { path in try session.run("verify \(path)", patience: 200) }
    },
    Loader(
      name: "history", file: "history",
      wholes: only(Array("load strokes\nfor x in a b {\\n  show x\\n}\nq\nq\n\\\\\n".utf8)),
      fragments: words
    ) { _ in
      { path in for entry in HistoryFile(path: path).load() { _ = Script(entry, name: "entry") } }
    },
    Loader(name: "marks", file: "x.png", share: 20, wholes: ownFiles, fragments: words) { folder in
      let runner = try QuietSession(in: folder).runner
      return { path in
        var forecast = runner.fileForecast
        try forecast?.expect(WrittenFile(path, .whole(overAny: false)), isSure: true)
      }
    },
    Loader(name: "records", file: "r.jsonl", share: 5, wholes: only(Array("{\"cell\": 1}\n".utf8))) { folder in
      let runner = try QuietSession(in: folder).runner
      return { path in
        var forecast = runner.fileForecast
        try forecast?.expect(WrittenFile(path, .extended), isSure: true)
      }
    },
  ]

  private static let small = "clusters=4 width1=4 width2=4 width3=8 batch=4 restarts=1"
  private static let split = "width1=2 width2=2 latent=3 batch=4 raw-epochs=1 refinements=1 refinement-epochs=1"
  private static let network = "fast channels=8 components=4 clusters=4"

  private static func checkpoint(_ name: String, _ commands: String, share: Int = 20) -> Loader {
    Loader(
      name: "checkpoint of \(name)", file: "x.safetensors", share: share, wholes: only(try checkpointFile(commands)),
      fragments: json, packed: withLength
    ) { folder in
      let session = try QuietSession(in: folder)
      return { path in try session.run("restore \(path) data=none") }
    }
  }

  // MARK: - Whole files

  /// What a session saves after these commands, its header apart as `withLength` has it.
  private static func checkpointFile(_ commands: String) throws -> [UInt8] {
    let folder = ScratchFolder()
    folder.write("x.npy", twelveImages)
    let commands = commands.replacing("x.npy", with: "\(folder.path)/x.npy")
    try QuietSession(in: folder).run(commands + "; save \(folder.path)/a.safetensors")
    return headerApart(folder.bytes("a.safetensors"))
  }

  /// Images in two groups.
  private static let twelveImages: [UInt8] = {
    var pixels: [UInt8] = []
    for image in 0..<12 {
      let level = UInt8(image + image % 2 * 128)
      pixels += ramp(64).map { $0 / 8 + level }
    }
    return npy("|u1", "12, 8, 8", pixels)
  }()

  /// A safetensors file without its length and with a byte that no text has behind its header.
  private static func headerApart(_ file: [UInt8]) -> [UInt8] {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return Array(file[8..<8 + length]) + [0xFF] + file[(8 + length)...]
  }

  /// The file that such bytes stand for.
  private static func withLength(_ bytes: [UInt8]) -> [UInt8] {
    let header = bytes.prefix { $0 != 0xFF }
    return (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
      + bytes.dropFirst(header.count + 1)
  }

  private static let arrays: [UInt8] = {
    let header = """
      {"__metadata__":{"note":"a \\u00e9 \\"b\\""},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
      "b":{"dtype":"I64","shape":[],"data_offsets":[24,32]},"c":{"dtype":"U8","shape":[0,4],"data_offsets":[32,32]},\
      "d":{"dtype":"BOOL","shape":[3],"data_offsets":[32,35]}}
      """
    return Array(header.utf8) + [0xFF] + ramp(32) + [0, 1, 1]
  }()

  private static let verified = Array(
    """
    # ddpm-repl session, sha256 of the lines below: 00
    # version 1, seed 0, arithmetic 1
    seed 4
    #= seed 4  x 0.25
    repeat 1 {
    seed 5
    #= epoch 1  loss 0.5
    #= round 2  loss 1e-3  accuracy 0.1
    }

    # %% cell
    seed 6
    #= wrote a b.png sha256 0011

    """.utf8)

  static func scripts() throws -> [[UInt8]] {
    let text = """
      # %% [markdown] Title
      # words
      # %% Train
      default seed = 0; let list = 1,2,"a b"
      seed $seed
      for x in 0.1 1e-3 '$' "q${seed}\\n" {
        repeat 3 { train rounds=$i lambda=$x }
        print "$x" ${train.loss} \\
          $list
      }
      images out="~/a-$seed.png"; save 'b.ddpm' overwrite=on
      """
    return [Array(text.utf8), verified, try files(["ddpm"])[0]]
  }

  /// What this program writes.
  private static func ownFiles() throws -> [[UInt8]] {
    try files(["png", "svg", "pdf", "ddpm", "safetensors", "npz", "ipynb", "html"])
  }

  /// What a session on a few images writes with these endings.
  static func files(_ endings: [String]) throws -> [[UInt8]] {
    let folder = ScratchFolder()
    let session = try QuietSession(in: folder)
    try session.run("load strokes count=24; model kmeans; train rounds=1")
    return try endings.map { ending in
      let command = ["png", "svg", "pdf"].contains(ending) ? "images count=1 out=" : "save "
      try session.run("\(command)\(folder.path)/a.\(ending)")
      return folder.bytes("a.\(ending)")
    }
  }

  static let json: [[UInt8]] = [
    "dtype", "F32", "F64", "I64", "U8", "shape", "data_offsets", "__metadata__", "[", "]", "{", "}", "\"", ":", ",",
    "null",
    "true", "-1", "\\u0000", "\\ud800", "\\", "0x1", "[[[[[[[[", "{\"a\":", "\u{0}", "\u{2028}", "journal", "session",
    "\\\"", "\\n",
  ].map { Array($0.utf8) }

  private static let words: [[UInt8]] =
    [
      "let ", "for ", " in ", "repeat ", "{", "}", "$", "${", "\"", "'", "\\", "\n", ";", "#", "# %% ", "#= ", "=", ",",
      " ",
      "\u{0}", "\u{1B}[2J", "\r", "é", "seed", "x", "~/", "${seed.", "\\\n", "wrote ", " sha256 ",
    ].map { Array($0.utf8) } + [[0xC3], [0xFF, 0xFE], [0xED, 0xA0, 0x80]]
}

/// A session that shows nothing, and throws what a user would be shown.
final class QuietSession {
  /// What was shown of the last run as wrong; looks for a wish to end come true after some.
  private final class Shown: FrontEnd {
    var errors = ""
    var patience = Int.max

    var interruptions: Int {
      patience -= 1
      return patience < 0 ? 1 : 0
    }

    func show(_ event: SessionEvent) {
      if case .diagnostic(let diagnostic) = event { errors += DiagnosticRenderer().render(diagnostic) }
      if case .note(let text) = event { errors += text + "\n" }
    }
  }

  private struct Failure: Error, CustomStringConvertible { let description: String }

  let runner: ScriptRunner
  private let shown = Shown()

  init(in folder: ScratchFolder) throws {
    runner = try ScriptRunner(commands: sessionCommands, frontEnd: shown)
  }

  /// - Parameter patience: after so many looks the user wishes an end.
  func run(_ text: String, patience: Int = .max) throws {
    (shown.errors, shown.patience) = ("", patience)
    switch runner.run(Script(text, name: "line")) {
    case .succeeded, .interrupted: break
    case .failed: throw Failure(description: shown.errors)
    }
  }

  /// What is wrong with a script is no error of reading it.
  func check(_ source: SourceText) throws {
    var variables = KnownVariables()
    _ = runner.check(Script(parsing: source), variables: &variables)
  }
}
