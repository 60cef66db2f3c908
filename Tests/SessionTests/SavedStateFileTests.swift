import ArrayFiles
import ClusteringMethods
import Files
import Session
import TestSupport
import Testing

/// What `restore` makes of files that are not as they should be, and of those that hold weights alone.
@Suite struct SavedStateFileTests {
  // MARK: - Weights

  @Test func weightsAlone() throws {
    let whole = try TestSession.saved(Training(Training.fast, "; pretrain; train", ""))
    let folder = whole.folder
    let session = try TestSession(in: folder)
    #expect(session.run("load strokes count=60; seed 9; model fast channels=8; train") == .succeeded)
    #expect(session.run("restore \(folder.path)/a.safetensors weights=on") == .succeeded, "\(session.errors)")
    let images = try #require(session.state.dataset?.images)
    #expect(
      try session.state.model?.latents(of: images).elements == whole.state.model?.latents(of: images).elements)
    #expect(session.state.model?.roundsBegun == 0)
    #expect(session.state.training.withoutRates == SessionState().training.withoutRates)
    #expect(session.commands.last == "restore \(folder.path)/a.safetensors weights=on data=same")
    #expect(session.run("evaluate") == .failed && session.run("train") == .succeeded)

    // From another program's file, which has no notes; the network's layout is that of PyTorch.
    let arrays = try #require(
      whole.state.model?.promisedState.filter { $0.name.hasPrefix("encoder.") || $0.name.hasPrefix("unet.") })
    #expect(arrays.first { $0.name == "encoder.convolution3.weight" }?.shape == [16, 8, 4, 4])
    #expect(arrays.first { $0.name == "encoder.heads.weight" }?.shape == [20, 256])
    #expect(arrays.first { $0.name == "unet.up.weight" }?.shape == [16, 8, 2, 2])
    let file = try FileWriter(path: "\(folder.path)/plain.safetensors")
    try SafetensorsFormat.write(arrays, to: file)
    try file.finish()
    let before = session.state.fingerprint
    #expect(session.run("restore \(folder.path)/plain.safetensors") == .failed)
    #expect(session.errors.contains("expected a session that save wrote") && session.errors.contains("weights=on"))
    #expect(session.state.fingerprint == before)
    #expect(session.run("restore \(folder.path)/plain.safetensors weights=on") == .succeeded)
  }

  @Test func weightsOfAnotherArchitectureAreRefused() throws {
    let whole = try TestSession.saved(Training(Training.fast, "; pretrain", ""))
    let session = try TestSession(in: whole.folder)
    #expect(session.run("load strokes count=60; model fast channels=16") == .succeeded)
    let before = session.state.fingerprint
    #expect(session.run("restore \(whole.folder.path)/a.safetensors weights=on") == .failed)
    #expect(session.errors.contains("float32 of the shape (16, 1, 4, 4)") && session.errors.contains("(8, 1, 4, 4)"))
    #expect(session.state.fingerprint == before)
    #expect(session.run("model kmeans; restore \(whole.folder.path)/a.safetensors weights=on") == .failed)
    #expect(session.errors.contains("needs a method that has a network, which kmeans does not"))
  }

  // MARK: - Files that are not as they should be

  /// The file with a change to its notes or to its arrays.
  private func rewrite(
    _ folder: ScratchFolder, notes: (inout [String: String]) -> Void = { _ in },
    arrays: (NamedArray) -> NamedArray? = { $0 }
  ) throws {
    let old = try SafetensorsFile(path: "\(folder.path)/a.safetensors")
    var metadata = old.metadata
    notes(&metadata)
    let changed = try old.names.compactMap { name -> NamedArray? in
      let stored = try old.array(name)
      let elements: NamedArray.Elements =
        switch stored.type.kind {
        case .float32: .float32(stored.floats())
        case .float64: .float64(stored.doubles())
        case .uint8: .uint8(stored.bytes)
        default: .int64(try stored.integers().map(Int64.init))
        }
      return arrays(NamedArray(name, shape: stored.shape, elements))
    }
    let file = try FileWriter(path: "\(folder.path)/b.safetensors")
    try SafetensorsFormat.write(
      changed.map { PromisedArray($0) }, metadata: metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
      to: file)
    try file.finish()
  }

  struct Damage: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var note = ""
    var text: String?
    var array = ""
    var change: @Sendable (NamedArray) -> NamedArray? = { $0 }
    let says: String
  }

  private static func replacing(_ elements: NamedArray.Elements, _ shape: [Int]? = nil)
    -> @Sendable (NamedArray) ->
    NamedArray?
  {
    { NamedArray($0.name, shape: shape ?? $0.shape, elements) }
  }

  static let damages: [Damage] = [
    .init(testDescription: "no mark", note: "ddpm-repl", text: nil, says: "expected a session that save wrote"),
    .init(
      testDescription: "another version", note: "ddpm-repl", text: "99", says: "version 1 of a saved state, found 99"),
    .init(testDescription: "no session", note: "session", says: "a seed in its note 'session'"),
    .init(testDescription: "no JSON", note: "session", text: "{", says: "in its note 'session'"),
    .init(testDescription: "no journal", note: "journal", says: "in its note 'journal'"),
    .init(testDescription: "no log", note: "training", text: "{}", says: "in its note 'training'"),
    .init(
      testDescription: "short log", note: "training",
      text: #"{"epochs": [], "rounds": [{"number": 1, "metrics": [1], "occupancy": []}], "merges": []}"#,
      says: "3 numbers a round"),
    .init(
      testDescription: "another command", note: "data", text: #"{"load": "quit; load strokes", "sha256": "0"}"#,
      says: "a load command"),
    .init(
      testDescription: "a command of two lines", note: "journal",
      text: #"[{"command": "seed 1\nquit", "asked": "", "given": "", "results": {}, "artifacts": []}]"#,
      says: "in its note 'journal'"),
    .init(testDescription: "no method", note: "model", text: nil, says: "expected no other arrays"),
    .init(
      testDescription: "unknown method", note: "model",
      text: #"{"method": "faster", "clusters": 10, "images": [28, 28, 1], "source": "1", "settings": {}}"#,
      says: "one of the methods fast, tuned"),
    .init(
      testDescription: "unknown setting", note: "model",
      text: #"{"method": "fast", "clusters": 10, "images": [28, 28, 1], "source": "1", "settings": {"x": "1"}}"#,
      says: "found x=1"),
    .init(
      testDescription: "a setting out of range", note: "model",
      text: #"{"method": "fast", "clusters": 10, "images": [28, 28, 1], "source": "1", "settings": {"batch": "0"}}"#,
      says: "found batch=0"),
    .init(
      testDescription: "a network larger than the file", note: "model",
      text:
        #"{"method": "fast", "clusters": 10, "images": [28, 28, 1], "source": "1", "settings": {"channels": "512"}}"#,
      says: "as many numbers as fast has"),
    .init(
      testDescription: "images larger than the file", note: "model",
      text: #"{"method": "fast", "clusters": 10, "images": [65536, 65536, 3], "source": "1", "settings": {}}"#,
      says: "as many numbers as fast has"),
    .init(testDescription: "missing array", array: "mixture.means", change: { _ in nil }, says: "expected an array"),
    .init(
      testDescription: "array too much", array: "unet.stem.bias",
      change: { NamedArray("x", shape: $0.shape, $0.elements) },
      says: "expected an array 'unet.stem.bias'"),
    .init(
      testDescription: "another shape", array: "unet.stem.bias", change: replacing(.float32([1, 2]), [2]),
      says: "the shape (8,) in array 'unet.stem.bias', found float32 of the shape (2,)"),
    .init(
      testDescription: "another type", array: "unet.stem.bias",
      change: replacing(.float64(Array(repeating: 0, count: 8))),
      says: "found float64"),
    .init(
      testDescription: "no numbers", array: "unet.stem.bias",
      change: replacing(.float32(Array(repeating: .nan, count: 8))),
      says: "finite numbers"),
    .init(
      testDescription: "variances of 0", array: "mixture.variances",
      change: replacing(.float64(Array(repeating: 0, count: 120))), says: "numbers above 0"),
    .init(
      testDescription: "negative weights", array: "mixture.weights",
      change: replacing(.float64(Array(repeating: -1, count: 12))), says: "none below 0"),
    .init(
      testDescription: "clusters beyond", array: "clusters", change: replacing(.int64(Array(repeating: 99, count: 12))),
      says: "none left out"),
    .init(
      testDescription: "negative clusters", array: "clusters",
      change: replacing(.int64(Array(repeating: -1, count: 12))),
      says: "numbers from 0"),
    .init(
      testDescription: "negative rounds", array: "position.rounds", change: replacing(.int64([-1])),
      says: "numbers from 0"),
    .init(
      testDescription: "endless rounds", array: "position.rounds", change: replacing(.int64([.max])),
      says: "numbers from 0"),
    .init(
      testDescription: "moments without a step", array: "adam.step", change: replacing(.int64([0])),
      says: "no other arrays"),
  ]

  private static let damaged = Result { () throws -> ScratchFolder in
    let session = try TestSession()
    #expect(session.run("load strokes count=60; model \(Training.fast); train") == .succeeded)
    #expect(session.run("save \(session.folder.path)/a.safetensors") == .succeeded)
    return session.folder
  }

  @Test(arguments: damages) func damageIsFoundAndChangesNothing(damage: Damage) throws {
    let made = try Self.damaged.get()
    let folder = ScratchFolder()
    folder.write("a.safetensors", made.bytes("a.safetensors"))
    try rewrite(folder) { notes in
      if !damage.note.isEmpty { notes[damage.note] = damage.text }
    } arrays: {
      $0.name == damage.array ? damage.change($0) : $0
    }
    let session = try TestSession(from: Stage.pretrained.state, in: folder)
    let before = session.state.fingerprint
    #expect(session.run("restore \(folder.path)/b.safetensors") == .failed)
    #expect(session.errors.contains(damage.says), "\(session.errors)")
    #expect(session.errors.contains("b.safetensors"))
    #expect(session.state.fingerprint == before)
  }

  @Test func anotherVersionOfTheProgramIsSaid() throws {
    let made = try Self.damaged.get()
    let folder = ScratchFolder()
    folder.write("a.safetensors", made.bytes("a.safetensors"))
    try rewrite(folder, notes: { $0["arithmetic"] = "0" })
    let session = try TestSession(in: folder)
    #expect(session.run("restore \(folder.path)/b.safetensors") == .succeeded)
    #expect(session.output.contains("arithmetic 0; this is"))
  }

  @Test func cutFilesChangeNothing() throws {
    let made = try Self.damaged.get()
    let bytes = made.bytes("a.safetensors")
    let folder = ScratchFolder()
    let session = try TestSession(from: Stage.pretrained.state, in: folder)
    let before = session.state.fingerprint
    for length in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 40)) {
      folder.write("c.safetensors", Array(bytes[..<length]))
      #expect(session.run("restore \(folder.path)/c.safetensors") == .failed)
    }
    #expect(session.state.fingerprint == before)
  }
}
