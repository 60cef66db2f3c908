import CommandLanguage
import Files
import Glibc
import Interruptions
import JSONValues

/// A session as another process of a team gets it: all but its images.
struct SharedSession {
  /// What a saved state does not have, or not as exactly.
  let note: JSONObject
  /// A file as `save` writes it.
  let state: [UInt8]

  /// Throws what writing a temporary file throws.
  init(_ session: SessionState) throws {
    note = [
      "variables": .array(session.variables.names.map { [.string($0), session.variables[$0]!.json] }),
      "results": .array(
        session.results.all.map { verb, values in
          [.string(verb), .array(values.map { [.string($0.name), $0.value.json] })]
        }),
      "keepsGoing": .bool(session.settings.keepsGoing), "keepsRuns": .bool(session.settings.keepsRuns),
      "unsavedChanges": .integer(session.unsavedChanges), "journal": .array(session.journal.map(\.json)),
    ]
    state = try Self.state(of: session)
  }

  init(note: JSONObject, state: [UInt8]) { (self.note, self.state) = (note, state) }

  /// The session, without its images; throws what reading the state throws.
  func session() throws -> SessionState {
    var session = try Self.session(of: state)
    for variable in note["variables"]?.array ?? [] {
      guard let pair = variable.array, pair.count == 2, let name = pair[0].string else { continue }
      session.variables[name] = Value(json: pair[1])
    }
    session.results = Results(
      (note["results"]?.array ?? []).compactMap { found in
        guard let pair = found.array, pair.count == 2, let verb = pair[0].string else { return nil }
        return (
          verb,
          (pair[1].array ?? []).compactMap { value in
            guard let pair = value.array, pair.count == 2, let name = pair[0].string, let value = Value(json: pair[1])
            else {
              return nil
            }
            return (name, value)
          }
        )
      })
    session.settings.keepsGoing = note["keepsGoing"]?.isTrue ?? false
    session.settings.keepsRuns = note["keepsRuns"]?.isTrue ?? true
    session.unsavedChanges = note["unsavedChanges"]?.integer ?? 0
    if let journal = note["journal"]?.array { session.journal = Journal(journal.compactMap { JournalEntry(json: $0) }) }
    return session
  }

  /// A file as `save` writes it.
  static func state(of session: SessionState) throws -> [UInt8] {
    try withTemporaryFile { path in
      let file = try FileWriter(path: path, permissions: 0o600, isDigested: false)
      try Interruption.disregarding { try Checkpoint.write(session, to: file) }
      try file.finish()
      let reader = try FileReader(path: path, inflating: false)
      return try reader.bytes(at: 0, count: reader.size)
    }
  }

  static func session(of state: [UInt8]) throws -> SessionState {
    try withTemporaryFile { path in
      let file = try FileWriter(path: path, permissions: 0o600, isDigested: false)
      try file.write(state)
      try file.finish()
      return try Checkpoint(path: path).session()
    }
  }

  /// The result of `body`, given the path of a file that goes again.
  private static func withTemporaryFile<Result>(_ body: (String) throws -> Result) throws -> Result {
    // A folder that takes all that is written is for what the session's commands write.
    try FileShadow.$current.withValue(nil) {
      let folder = ProcessEnvironment.variables["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
      let path = "\(folder)/ddpm-repl-work.\(getpid())"
      defer { unlink(path) }
      return try body(path)
    }
  }
}

extension Value {
  fileprivate var json: JSONValue { .array(items.map { .string($0) }) }

  fileprivate init?(json: JSONValue) {
    let items = json.array?.compactMap(\.string) ?? []
    guard !items.isEmpty else { return nil }
    self.init(items: items)
  }
}

extension JSONValue {
  fileprivate var isTrue: Bool { if case .bool(true) = self { true } else { false } }
}
