import CommandLanguage

/// All that commands work on.
///
/// It is a value: a command that fails leaves the old one, and an earlier one is what undo returns to.
public struct SessionState: Sendable {
  public var variables = Variables()
  public var settings = Settings()
  /// The seed of every random draw.
  public var seed: UInt64 = 0
  /// What led here, in order.
  public var journal: [JournalEntry] = []
  /// Commands that changed the session since it was last saved.
  public var unsavedChanges = 0

  public init() {}
}

/// What `set` sets: how the session works, never what it computes.
public struct Settings: Sendable {
  /// Where data sets are looked for; nil for the usual places.
  public var dataFolder: String?
  /// Whether a script goes on after a command that failed.
  public var keepsGoing = false
  /// Whether pictures are shown in the terminal.
  public var showsPictures = true

  public init() {}
}

/// A step of the session.
public enum JournalEntry: Sendable {
  /// A cell of text.
  case markdown(title: String, text: String)
  case command(CommandRecord)
}

/// What a command did.
public struct CommandRecord: Sendable {
  /// The command with every value spelled out; it reads back as what was done.
  public let text: String
  public let cell: Int
  public let cellTitle: String
  /// `file:line`
  public let source: String
  public let seconds: Double
  public let results: JSONObject
  public let artifacts: [Artifact]
  /// The lines it printed.
  public let output: [String]
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
