/// Scripts may run each other this deep.
public let scriptDepthLimit = 16

/// A command that runs scripts in its place, and does nothing else.
public protocol ScriptRunningCommand: Command {
  /// The scripts that it runs, one after the other.
  ///
  /// - Parameters:
  ///   - source: the script that the command stands in.
  ///   - entries: what was entered in the session, the present entry last.
  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script]

  /// The script as far as it is known before anything runs, to be checked with the script that the command stands in;
  /// nil if it cannot be read now, or not without being used up.
  func knownScript(from source: SourceText) -> ScriptReference?
}

extension ScriptRunningCommand {
  public func knownScript(from source: SourceText) -> ScriptReference? { nil }
}

/// A script that a command will run, to be read when it is needed.
public struct ScriptReference {
  /// What tells the text from all others, however its path is spelled.
  public let identity: String
  /// The numbers of the cells that are run; empty for all.
  public let cells: [Int]
  /// Gives the text; nil if it cannot be read.
  public let read: () -> SourceText?

  public init(identity: String, cells: [Int], read: @escaping () -> SourceText?) {
    (self.identity, self.cells, self.read) = (identity, cells, read)
  }
}

/// A cell of a session's input, as it was written.
public struct HistoryEntry: Sendable {
  public let cell: Int
  public let text: String
  /// The cell alone.
  public let script: Script

  /// The statements of `cell`; nil if it has none.
  public init?(_ cell: Cell, of script: Script) {
    guard let first = cell.statements.first, let last = cell.statements.last else { return nil }
    self.cell = cell.number
    text = script.source.text(in: first.range.lowerBound..<last.range.upperBound)
    self.script = script.selecting([cell.number])
  }
}
