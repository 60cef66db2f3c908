import CommandLanguage
import JSONValues

/// What one command came to: records, journal and comparisons derive from it.
public struct CommandRun: Sendable {
  public enum Status: Sendable {
    case ok
    /// It ended early on the user's wish; if its work was not kept, it changed nothing.
    case interrupted(isKept: Bool)
    /// The problem says of what kind: `problem.error` is what was thrown.
    case failed(Diagnostic)
  }

  public let call: CommandCall
  /// The command as it was asked for, with every value spelled out; as it was given if it could not be read.
  public let asked: String
  /// The command that does again what was done: another than was asked for where a training ended early.
  public internal(set) var text: String
  /// The same as a saved session has it, where that says more: what it must find again.
  public internal(set) var saved: String?
  public internal(set) var status = Status.ok
  public internal(set) var seconds = 0.0
  /// Whether it changed the session, so that an undo can take it back.
  var isChange = false
  /// Of an undo: the journal's entries of each loop that it took back as one step. Only as one can a replay take them
  /// back, so a saved session has them in a block.
  var loopsTakenBack: [Range<Int>] = []
  /// What it found, under stable names.
  public internal(set) var results: JSONObject = [:]
  public internal(set) var artifacts: [Artifact] = []
  /// What it printed, a text of one or more lines at a time, for 100 columns.
  public internal(set) var output: [String] = []

  init(_ call: CommandCall, asked: String) {
    (self.call, self.asked, text) = (call.withoutPlaces, asked, asked)
  }

  /// What is said of a command that was interrupted and kept nothing.
  static let nothingKept = "interrupted; nothing was changed"

  /// What it failed of, if it did.
  public var failure: Diagnostic? {
    if case .failed(let failure) = status { failure } else { nil }
  }
}

/// A file that a command wrote.
public struct Artifact: Sendable, Equatable {
  public let path: String
  /// In hexadecimal, of the file's bytes.
  public let sha256: String

  public init(path: String, sha256: String) {
    self.path = path
    self.sha256 = sha256
  }
}
