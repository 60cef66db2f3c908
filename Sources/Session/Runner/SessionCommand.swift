import CommandLanguage

/// A command that a session runs: one that reads it, one that changes it, or one that runs scripts in it
/// (`ScriptRunningCommand`).
///
/// What is thrown by `run` is shown to the user as it describes itself, and the session is as it was before;
/// `CommandInterrupted` says that nothing was kept of an interrupted command.
public protocol SessionCommand: Command {
  /// Whether a saved session repeats it: what has no part in any number or file, such as help, is left out.
  var isJournalled: Bool { get }
}

/// A command that shows or writes what the session holds.
public protocol ReadingCommand: SessionCommand {
  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome
}

/// A command that changes the session.
public protocol ChangingCommand: SessionCommand {
  /// Whether it counts as unsaved work and can be undone.
  var isWork: Bool { get }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome
}

extension ReadingCommand {
  public var isJournalled: Bool { false }
}

extension SessionCommand where Self: ScriptRunningCommand {
  /// The commands of the scripts are.
  public var isJournalled: Bool { false }
}

extension ChangingCommand {
  public var isJournalled: Bool { true }
  public var isWork: Bool { true }
}

/// What became of a command that did not fail.
public struct CommandOutcome: Sendable {
  /// For the records, under their stable names.
  public var results: JSONObject
  public var artifacts: [Artifact]
  /// Whether it ended early on the user's wish and kept what it had.
  public var isInterrupted = false
  /// What ended it early although it keeps the good part of its work, which `performed` does again. The command counts
  /// as failed.
  public var failure: (any Error)?
  /// The command that does again what this one did, if it is not the one that was given: a training that was
  /// stopped, for instance.
  public var performed: (any SessionCommand)?
  /// What is left for the runner to do.
  public var request: Request?

  public enum Request: Sendable {
    case quit
    /// Go back by this many changes.
    case undo(count: Int)
    /// What the session holds is saved.
    case noteSaved
  }

  public init(results: JSONObject = [:], artifacts: [Artifact] = [], request: Request? = nil) {
    self.results = results
    self.artifacts = artifacts
    self.request = request
  }
}

/// Thrown by a command that was interrupted and kept nothing.
public struct CommandInterrupted: Error, CustomStringConvertible {
  public init() {}
  public var description: String { "interrupted; nothing was changed" }
}
