import ArrayFiles
import ClusteringMethods
import Images
import JSONValues
import TensorEngine

/// A session as a file in the safetensors format holds it: what was learnt as arrays, all else in notes, which are JSON in
/// the format's metadata. Nothing of it is a time: the same commands give the same bytes.
struct Checkpoint {
  /// The note that such a file is known by.
  static let mark = "ddpm-repl"
  /// Of what is in the notes and how arrays are called; raised when another program could not make sense of it.
  static let version = "1"
  /// The longest note that is read: ten thousand commands and rounds take a few million bytes.
  private static let noteLimit = 1 << 24

  let file: SafetensorsFile

  /// Opens a file that `save` wrote.
  ///
  /// - Throws: `ArrayFileError`, and `CheckpointError` for a file of another program or version.
  init(path: String) throws {
    file = try SafetensorsFile(path: path)
    guard let found = file.metadata[Self.mark] else { throw CheckpointError.noSession(file: path) }
    guard found == Self.version else { throw CheckpointError.version(file: path, found: found) }
  }

  /// What a session notes.
  static func notes(of session: SessionState) -> [(name: String, value: String)] {
    var notes: [(String, JSONValue)] = [("session", sessionNote(session))]
    if let command = session.dataCommand, let sha256 = session.dataset?.sha256 ?? session.absentData {
      notes.append(("data", NotedData(command: command, sha256: sha256).note))
    }
    if let model = session.model { notes.append(("model", modelNote(model))) }
    notes.append(("training", session.training.note))
    if let embedding = session.embedding { notes.append(("embedding", embedding.note)) }
    if let assigned = session.assigned { notes.append(("assigned", assigned.note)) }
    notes.append(("journal", session.journal.note))
    return [(mark, version), ("program", productVersion), ("arithmetic", "\(arithmeticVersion)")]
      + notes.map { ($0.0, $0.1.spellingAllNumbers.description) }
  }

  /// How the program that saved it differs from this one, in words; nil if it does not.
  var otherProgram: String? {
    let (program, arithmetic) = (file.metadata["program"] ?? "?", file.metadata["arithmetic"] ?? "?")
    guard program != productVersion || arithmetic != "\(arithmeticVersion)" else { return nil }
    return "it was saved by version \(program), arithmetic \(arithmetic); this is \(productVersion), arithmetic "
      + "\(arithmeticVersion): what follows may be other numbers than it would have been there"
  }

  // MARK: - Notes

  private static func sessionNote(_ session: SessionState) -> JSONValue {
    // A JSON number of 64 bits is not safe everywhere.
    var note: JSONObject = ["seed": .string("\(session.seed)")]
    note["folder"] = session.settings.dataFolder.map { .string($0) }
    if session.settings.shards > 1 { note["shards"] = .integer(session.settings.shards) }
    let figures = session.settings.figures.values
    if !figures.isEmpty { note["figures"] = .object(JSONObject(figures.map { ($0.name, .string($0.text)) })) }
    return .object(note)
  }

  private static func modelNote(_ model: any ClusteringMethod) -> JSONValue {
    let settings = SavedSettings(of: model)
    return [
      "method": .string(model.name), "clusters": .integer(settings.clusterCount),
      "images": .array(settings.images.dimensions.map { .integer($0) }),
      "source": .string(String(settings.source.key, radix: 16)),
      "settings": .object(
        JSONObject(settings.values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
    ]
  }

  /// The note of a name; nil if there is none.
  private func note(_ name: String) throws -> JSONValue? {
    guard let text = file.metadata[name] else { return nil }
    guard text.utf8.count <= Self.noteLimit else {
      throw CheckpointError.noteTooLong(file: file.path, name: name, size: text.utf8.count, limit: Self.noteLimit)
    }
    do { return try JSONValue(parsing: text.utf8).withNumbers } catch let error as JSONError {
      throw CheckpointError.notes(file: file.path, name: name, expected: error.expected)
    }
  }

  /// What `read` makes of a note, which must be there; throws if it makes nothing.
  private func reading<Value>(_ name: String, as expected: String, _ read: (JSONValue) throws -> Value?) throws -> Value
  {
    guard let note = try note(name), let value = try read(note) else {
      throw CheckpointError.notes(file: file.path, name: name, expected: expected)
    }
    return value
  }

  // MARK: - What is restored

  /// The session without its data set.
  ///
  /// - Throws: `CheckpointError`, `StateError`, `ArrayFileError`, and what the method throws.
  func session() throws -> SessionState {
    var session = SessionState()
    (session.seed, session.settings.dataFolder) = try reading("session", as: "a seed") { note in
      note.object?["seed"]?.string.flatMap { UInt64($0) }.map { ($0, note.object?["folder"]?.string) }
    }
    session.settings.shards = try reading("session", as: "1 to \(Settings.largestShards) shards") { note in
      guard let shards = note.object?["shards"] else { return 1 }
      return shards.integer.flatMap { (1...Settings.largestShards).contains($0) ? $0 : nil }
    }
    session.settings.figures = try reading("session", as: "how figures look") { note in
      let members = note.object?["figures"]?.object?.members ?? []
      return FigureSettings(values: members.map { ($0.name, $0.value.string ?? "") })
    }
    if let data = try data() { (session.dataCommand, session.absentData) = (data.command, data.sha256) }
    if file.metadata["assigned"] != nil {
      session.assigned = try reading("assigned", as: "images that were assigned") { AssignedImages(note: $0) }
    }
    let state = StateReader(file)
    session.embedding = try embedding(state)
    session.model = try model(state)
    let metrics = session.model.map { TrainingLog(of: $0) } ?? TrainingLog()
    session.training = try reading("training", as: "a log of \(metrics.metrics.count) numbers a round") {
      metrics.reading($0)
    }
    session.journal = try reading("journal", as: "commands with their results") { Journal(note: $0) }
    return session
  }

  /// What is in it, as one line says it.
  struct Overview {
    /// Nil where there is no model; `data` likewise.
    let method: String?
    /// What `load` was given.
    let data: String?
    let epochs: Int
    let rounds: Int

    var progress: String { TrainingLog.progress(epochs: epochs, rounds: rounds) }
  }

  /// - Throws: `CheckpointError`.
  func overview() throws -> Overview {
    let training = try note("training")?.object
    return Overview(
      method: try note("model")?.object?["method"]?.string,
      data: try data().map { data in
        data.command.split(separator: " ").dropFirst().filter { !$0.hasPrefix("sha256=") }.joined(separator: " ")
      },
      epochs: training?["epochs"]?.array?.count ?? 0, rounds: training?["rounds"]?.array?.count ?? 0)
  }

  private func data() throws -> NotedData? {
    guard file.metadata["data"] != nil else { return nil }
    return try reading("data", as: "a load command and a checksum") { NotedData(note: $0) }
  }

  private func embedding(_ state: StateReader) throws -> Embedding? {
    guard file.metadata["embedding"] != nil else { return nil }
    return try reading("embedding", as: "what an embedding is of") { try Embedding(note: $0, arrays: state) }
  }

  private func model(_ state: StateReader) throws -> (any ClusteringMethod)? {
    guard file.metadata["model"] != nil else {
      try state.requireAllRead()
      return nil
    }
    let (name, settings) = try reading("model", as: "a method with its settings") { note in
      try note.object.flatMap(Self.settings)
    }
    guard let entry = Methods.all.first(where: { $0.name == name }) else {
      throw CheckpointError.unknownMethod(file: file.path, name: name, known: Methods.all.map(\.name))
    }
    return try entry.method(settings, restoring: state)
  }

  private static func settings(_ note: JSONObject) throws -> (method: String, SavedSettings)? {
    let images = note["images"]?.array?.compactMap(\.integer) ?? []
    guard let method = note["method"]?.string, let clusters = note["clusters"]?.integer, clusters >= 1,
      clusters <= 10_000, images.count == 3, images.allSatisfy({ (1...1 << 16).contains($0) }),
      let key = note["source"]?.string.flatMap({ UInt64($0, radix: 16) }), let values = note["settings"]?.object
    else { return nil }
    var texts: [String: String] = [:]
    for member in values.members { texts[member.name] = member.value.string }
    guard texts.count == values.members.count else { return nil }
    return (
      method,
      SavedSettings(
        values: texts, clusterCount: clusters,
        images: ImageShape(height: images[0], width: images[1], channels: images[2]), source: RandomSource(key: key))
    )
  }
}
