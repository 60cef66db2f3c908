import CommandLanguage

/// A command that a session runs: one that reads it, one that changes it, or one that runs scripts in it
/// (`ScriptRunningCommand`).
///
/// What is thrown by `run` is shown to the user as it describes itself, and the session is as it was before;
/// `Interrupted` says that nothing was kept of an interrupted command.
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

/// A command whose work a team shares where the model is a network's.
protocol SharedCommand: SessionCommand {}

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

/// A command that runs others, which follow from what the session holds where it stands.
protocol SessionScriptCommand: ScriptRunningCommand {
  func statements(for session: SessionState) throws -> [String]
}

extension SessionScriptCommand {
  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    preconditionFailure("\(Self.self) needs a session")
  }
}
