import CommandLanguage

/// What a script came to that a command ran on a session of its own.
public struct ScriptRun: Sendable {
  public let status: RunStatus
  /// What each command came to, in order; one that runs scripts stands behind the commands in them.
  public let commands: [CommandRun]
  /// What is wrong with the script, so that none of it ran, or what failed in it; the commands' failures among it.
  public let problems: [Diagnostic]
  /// The session afterwards.
  public let state: SessionState
}
