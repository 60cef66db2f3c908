import CommandLanguage
import Figures

/// A command that a session runs: one that reads it or one that changes it.
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
  /// The command as a saved session has it, where that says more than `performed`: what it must find again.
  public var journalled: (any SessionCommand)?
  /// What is left for the runner to do.
  public var request: Request?

  public enum Request: Sendable {
    case quit
    /// Run these scripts, one after the other.
    case run([Script])
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

/// What a command may use beside the session: its surroundings.
public struct Environment {
  public let table: CommandTable
  /// The folder of the script that is running, nil at the prompt and for `-c`.
  public let scriptFolder: String?
  /// What was entered, the present cell last.
  public let history: [HistoryEntry]
  /// The columns that text for reading fills, 40 to 100.
  public let width: Int
  private let output: (String) -> Void
  private let reporter: ProgressReporter
  private let interruptions: () -> Int
  private let picture: (any Figure, Theme) -> Void
  private let page: (String) -> Bool

  package init(
    table: CommandTable, scriptFolder: String?, history: [HistoryEntry], width: Int,
    output: @escaping (String) -> Void, reporter: ProgressReporter, interruptions: @escaping () -> Int,
    picture: @escaping (any Figure, Theme) -> Void, page: @escaping (String) -> Bool
  ) {
    self.table = table
    self.scriptFolder = scriptFolder
    self.history = history
    self.width = width
    self.output = output
    self.reporter = reporter
    self.interruptions = interruptions
    self.picture = picture
    self.page = page
  }

  /// Writes a line, or several separated by newlines, to standard output.
  public func print(_ line: String) { output(line) }

  /// Writes a text to read, page by page where it is too long for the window.
  func printPaged(_ text: String) {
    if !page(text + "\n") { print(text) }
  }

  /// Shows a figure in the terminal, if that is wanted and possible.
  func show(_ figure: any Figure, _ theme: Theme) { picture(figure, theme) }

  /// Shows how far a long command is.
  public func report(_ progress: Progress) { reporter.report(progress) }

  /// Whether the user asked the command to end (Ctrl-C, SIGTERM, SIGHUP): finish the step and keep what was learnt.
  public var isInterrupted: Bool { interruptions() > 0 }

  /// Whether the user asked again: drop back to the last full round.
  public var isInterruptedAgain: Bool { interruptions() > 1 }
}

/// A cell of the session's input, as it was written.
public struct HistoryEntry: Sendable {
  public let cell: Int
  public let text: String
  /// The cell alone.
  let script: Script
}
