import ArrayFiles
import ClusteringMethods
import CommandLanguage
import Files
import JSONValues
import Session
import TestSupport
import Testing

/// What `save x.safetensors` keeps and `restore` brings back: everything, so that what follows is the same to the byte.
@Suite struct CheckpointTests {
  /// A training in two parts, with a break between them.
  struct Training: Sendable, CustomTestStringConvertible {
    let method: String
    let before: String
    let after: String

    var testDescription: String { "\(before) | \(after)" }

    init(_ method: String, _ before: String, _ after: String) {
      (self.method, self.before, self.after) = (method, "load strokes count=120; model \(method) " + before, after)
    }

    static let fast = "fast channels=8 components=12 batch=40 rate=0.0001"
    static let graph = fast + " grouping=graph partitions=4 spectral=off memory=2 "
    static let all = [
      Training("fast", "channels=8 batch=40", "pretrain; train"),
      Training(fast, "; pretrain epochs=2; train rounds=2", "train rounds=2"),
      Training(fast, "; pretrain epochs=2", "pretrain; train"),
      Training(fast, "; pretrain stop=1:2; train; mstep lambda=0.5", "estep; train rounds=2"),
      Training(fast, "responsibilities=fixed; train; merge", "train rounds=2"),
      Training(fast, "; train; merge 0,1; split 2; split 1", "train; split 0; train"),
      Training(fast, "fit=sample motion=off; train; seed 5", "tighten epochs=2 warm-up=2 renewal=2; train"),
      Training(fast, "; train; tighten epochs=2 warm-up=2; merge 1,2", "evaluate; tighten; pretrain; train"),
      Training(graph, "; train rounds=2", "train rounds=2"),
      Training("tuned", "channels=8 components=12 partitions=4 spectral=off; pretrain; train", "tighten; train"),
      Training(graph, "; train; tighten", "train; tighten"),
      Training(
        "reference", "channels=8 components=12 latent=8 batch=40 rate=0.0001 timesteps=20; pretrain; train rounds=2",
        "train rounds=2"),
      Training("kmeans", "restarts=2; train rounds=2", "train rounds=2"), Training("kmeans", "", "train"),
      Training("gmm", "restarts=2 iterations=3 floor=0.01; train rounds=2", "train rounds=2"),
      Training("gmm", "restarts=2 iterations=3 floor=0.01; train; split 3; merge 0,1", "train; split 1"),
      Training("umap", "epochs=20 restarts=2; train rounds=2", "train rounds=2"),
      Training("umap", "epochs=20 restarts=2; train stop=1:3", "train; load strokes count=100; evaluate; train"),
      Training("spectral", "restarts=2; train rounds=2", "train rounds=2"),
      Training("spectral", "restarts=1; train; load strokes count=130", "evaluate; train"),
    ]
  }

  /// A session after the first part, saved as `a.safetensors` in its folder.
  private func saved(_ training: Training) throws -> TestSession {
    let session = try TestSession()
    #expect(session.run(training.before) == .succeeded, "\(session.errors)")
    #expect(session.run("save \(session.folder.path)/a.safetensors") == .succeeded, "\(session.errors)")
    #expect(session.state.unsavedChanges == 0)
    return session
  }

  private func restored(in folder: ScratchFolder, _ options: String = "") throws -> TestSession {
    let session = try TestSession(in: folder)
    #expect(session.run("restore \(folder.path)/a.safetensors \(options)") == .succeeded, "\(session.errors)")
    return session
  }

  @Test(arguments: Training.all) func whatFollowsIsTheSame(training: Training) throws {
    let whole = try saved(training)
    let folder = whole.folder
    let again = try restored(in: folder)
    #expect(again.state.unsavedChanges == 0)
    #expect(storedLeaves(of: again.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    #expect(again.state.seed == whole.state.seed && again.state.dataset?.sha256 == whole.state.dataset?.sha256)
    for (session, name) in [(again, "again"), (whole, "whole")] {
      #expect(session.run("save \(folder.path)/\(name)-0.safetensors") == .succeeded)
      #expect(session.run("save \(folder.path)/\(name)-0.ddpm") == .succeeded)
      #expect(session.run(training.after) == .succeeded, "\(session.errors)")
      #expect(session.run("save \(folder.path)/\(name)-1.safetensors") == .succeeded)
      #expect(session.run("save \(folder.path)/\(name)-1.ddpm") == .succeeded)
    }
    for ending in ["0.safetensors", "0.ddpm", "1.safetensors", "1.ddpm"] {
      #expect(folder.bytes("again-\(ending)") == folder.bytes("whole-\(ending)"), "\(ending)")
      #expect(!folder.bytes("again-\(ending)").isEmpty)
    }
    #expect(storedLeaves(of: again.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    #expect(again.state.training.withoutRates == whole.state.training.withoutRates)
  }

  /// A property of a method that none of the trainings above changes could be lost without a test that fails.
  @Test func everyPropertyOfAMethodIsChangedByATraining() throws {
    var changed: [String: Set<String>] = [:]
    var all: [String: Set<String>] = [:]
    for training in Training.all {
      let session = try TestSession()
      let build = training.before.split(separator: ";").prefix(2).joined(separator: ";")
      #expect(session.run(build) == .succeeded)
      let fresh = properties(of: try #require(session.state.model))
      #expect(session.run(training.before + ";" + training.after) == .succeeded)
      let trained = properties(of: try #require(session.state.model))
      let name = try #require(session.state.model?.name)
      all[name, default: []].formUnion(trained.keys)
      changed[name, default: []].formUnion(trained.keys.filter { trained[$0] != fresh[$0] })
    }
    // What no training changes, and what lives within one command.
    let fixed: Set = ["imageShape", "source", "trainer", "tightening", "configuration"]
    for (name, properties) in all where name != "reference" {
      #expect(properties.subtracting(changed[name] ?? []).subtracting(fixed) == [], "\(name)")
    }
  }

  private func properties(of model: any ClusteringMethod) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for child in Mirror(reflecting: model).children { found[child.label ?? ""] = storedLeaves(of: child.value) }
    return found
  }

  /// A new property of the session has to be kept, or to be named here as one that is not.
  @Test func everyPropertyOfTheSessionIsAccountedFor() {
    let kept: Set = ["settings", "seed", "dataCommand", "absentData", "model", "training", "journal"]
    let others: Set = ["variables", "dataset", "unsavedChanges"]
    #expect(Set(Mirror(reflecting: SessionState()).children.compactMap(\.label)) == kept.union(others))
    let log: Set = ["metrics", "epochs", "rounds", "merges", "earlierDataset"]
    #expect(Set(Mirror(reflecting: SessionState().training).children.compactMap(\.label)) == log)
  }

  @Test func undoGoesBack() throws {
    let session = try saved(Training("kmeans", "restarts=1; train", ""))
    let other = try TestSession(in: session.folder)
    #expect(
      other.run("let x = 1; load strokes count=50; model gmm; restore \(session.folder.path)/a.safetensors")
        == .succeeded)
    #expect(other.state.model?.name == "kmeans" && other.state.variables["x"] != nil)
    #expect(other.output.contains("kmeans after 1 round; strokes: 120 images of 28×28"))
    #expect(other.run("undo") == .succeeded)
    #expect(other.state.model?.name == "gmm" && other.state.dataset?.count == 50)
  }

  // MARK: - Data

  private func savedOnFile() throws -> TestSession {
    let folder = ScratchFolder()
    folder.write(
      "x.npy", npy("|u1", "40, 28, 28", (0..<40 * 784).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }))
    let session = try TestSession(in: folder)
    #expect(
      session.run("load \(folder.path)/x.npy; model fast channels=8 clusters=2 batch=20 responsibilities=fixed; train")
        == .succeeded, "\(session.errors)")
    #expect(session.run("save \(folder.path)/a.safetensors") == .succeeded)
    return session
  }

  @Test func withoutItsDataAModelDraws() throws {
    let whole = try savedOnFile()
    let folder = whole.folder
    let data = folder.bytes("x.npy")
    for options in ["", "data=none"] {
      if options == "" { folder.write("x.npy", Array("gone".utf8)) } else { folder.write("x.npy", data) }
      let session = try restored(in: folder, options)
      #expect(session.state.dataset == nil && session.output.contains("no data"))
      #expect(session.output.contains("without the data") == (options == ""))
      #expect(
        session.run("sample count=2 steps=2 out=\"\(folder.path)/\(options).png\"") == .succeeded, "\(session.errors)")
      #expect(session.run("train") == .failed && session.errors.contains("load one first"))
      // Saved again, and with the data back: as if they had never been away.
      #expect(session.run("save \(folder.path)/b.safetensors") == .succeeded)
      #expect(folder.bytes("b.safetensors") == folder.bytes("a.safetensors"))
      folder.write("x.npy", data)
      #expect(session.run("load \(folder.path)/x.npy") == .succeeded)
      #expect(storedLeaves(of: session.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    }
  }

  @Test func otherDataAreAnErrorWithTheWayOn() throws {
    let whole = try savedOnFile()
    let folder = whole.folder
    let before = try #require(whole.state.dataset?.sha256)
    var data = folder.bytes("x.npy")
    data[200] ^= 1
    folder.write("x.npy", data)
    let session = try TestSession(in: folder)
    let state = session.state.fingerprint
    #expect(session.run("restore \(folder.path)/a.safetensors") == .failed)
    for words in ["expected data of sha256 \(before)", "40 images of 28×28", "data=any", "data=none"] {
      #expect(session.errors.contains(words), "\(words) in \(session.errors)")
    }
    #expect(session.state.fingerprint == state)
    let going = try restored(in: folder, "data=any")
    #expect(
      going.state.dataset?.sha256 != before && going.output.contains("the data are others: expected sha256 \(before)"))
    #expect(going.run("train") == .succeeded)
  }

  // MARK: - Weights

  @Test func weightsAlone() throws {
    let whole = try saved(Training(Training.fast, "; pretrain; train", ""))
    let folder = whole.folder
    let session = try TestSession(in: folder)
    #expect(session.run("load strokes count=60; seed 9; model fast channels=8; train") == .succeeded)
    #expect(session.run("restore \(folder.path)/a.safetensors weights=on") == .succeeded, "\(session.errors)")
    let images = try #require(session.state.dataset?.images)
    #expect(
      try session.state.model?.latents(of: images).elements == whole.state.model?.latents(of: images).elements)
    #expect(session.state.model?.roundsBegun == 0 && session.state.training.withoutRates == TrainingNumbers())
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
    let whole = try saved(Training(Training.fast, "; pretrain", ""))
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
      says: "one of the methods fast, reference"),
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

/// What a log of training holds but for rates.
struct TrainingNumbers: Equatable {
  var epochs: [String] = []
  var rounds: [String] = []
  var others = "[] nil"
}

extension TrainingLog {
  var withoutRates: TrainingNumbers {
    func lines(_ name: String) -> [String] {
      Mirror(reflecting: self).children.filter { $0.label == name }.flatMap { storedLeaves(of: $0.value, path: name) }
        .filter { !$0.contains("imagesPerSecond") && $0 != "\(name): []" }
    }
    let children = Dictionary(
      uniqueKeysWithValues: Mirror(reflecting: self).children.map { ($0.label ?? "", $0.value) })
    let earlier = children["earlierDataset"].flatMap { $0 as? String? } ?? nil
    return TrainingNumbers(
      epochs: lines("epochs"), rounds: lines("rounds"),
      others: "\(children["merges"] ?? []) \(earlier ?? "nil")")
  }
}
