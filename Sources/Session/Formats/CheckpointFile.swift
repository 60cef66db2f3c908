import ArrayFiles
import Files
import JSONValues

extension SessionFormat {
  /// All that the session holds but images: arrays of what was learnt, and notes of how.
  static let checkpoint = SessionFormat(
    ending: "safetensors", summary: "the whole state, which restore takes up again",
    // The mark is the first of the notes, behind the header's length.
    mark: FileMark(beginning: [], first: 64) { first, _ in
      first.dropFirst(8).starts(with: "{\"__metadata__\":{\"\(Checkpoint.mark)\":".utf8)
    }, keepsSession: true
  ) { session, file, _ in
    guard !session.journal.isEmpty else { throw SessionError.nothingToSave }
    try Checkpoint.write(session, to: file)
  }
}

extension Checkpoint {
  /// Writes the whole state of a session; throws what writing throws, and `Interrupted`.
  static func write(_ session: SessionState, to file: FileWriter) throws {
    try SafetensorsFormat.write(
      (session.model?.promisedState ?? []) + (session.embedding?.promisedArrays ?? []),
      metadata: notes(of: session), to: file)
  }
}

/// What is wrong with a file that a session is restored from.
enum CheckpointError: Error, CustomStringConvertible {
  /// Not saved by this program, or not as a session.
  case noSession(file: String)
  case version(file: String, found: String)
  /// A note that is missing or not what it must be.
  case notes(file: String, name: String, expected: String)
  case noteTooLong(file: String, name: String, size: Int, limit: Int)
  case unknownMethod(file: String, name: String, known: [String])
  /// The data are others than when the session was saved.
  case otherData(file: String, expected: String, found: String, summary: String)

  var description: String {
    switch self {
    case .noSession(let file):
      "\(file): expected a session that save wrote, found other arrays; the weights of a network alone are taken with "
        + "weights=on"
    case .version(let file, let found):
      "\(file): expected version \(Checkpoint.version) of a saved state, found \(found); restore it with the program that "
        + "saved it"
    case .notes(let file, let name, let expected):
      "\(file): expected \(expected) in its note '\(name)', found something else; the file is damaged or was changed"
    case .noteTooLong(let file, let name, let size, let limit):
      "\(file): expected at most \(limit) bytes in its note '\(name)', found \(size)"
    case .unknownMethod(let file, let name, let known):
      "\(file): expected one of the methods \(known.joined(separator: ", ")), found '\(name)'"
    case .otherData(let file, let expected, let found, let summary):
      "\(file): expected data of sha256 \(expected), found \(found) (\(summary)): put the same data there again, or say "
        + "data=any to go on with these, or data=none to go on without"
    }
  }
}
