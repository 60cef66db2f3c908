import CommandLanguage
import Figures
import RunStore

/// What a command may use beside the session: its surroundings.
public struct Environment {
  public let table: CommandTable
  /// The command itself: as it was given, and where.
  public let call: CommandCall
  /// What was entered, the present cell last.
  public let history: [HistoryEntry]
  /// The same with what was shown for it; nil in a session of a command's own.
  let transcript: Transcript?
  /// Where sessions that were cut off lie; nil where none are kept.
  let keptSessions: String?
  /// What scores are entered in; nil where there is none.
  let ledger: RunLedger?
  private let inline: InlinePictures
  private let frontEnd: any FrontEnd
  private let printed: Printed
  private let record: (String) throws -> Void
  private let keepSafe: ((SessionState, CommandOutcome) -> Void)?
  private let runAside: (Script, SessionState, @escaping (SessionEvent) -> Bool) -> ScriptRun

  /// - Parameters:
  ///   - record: starts a record in a file.
  ///   - keepSafe: takes the session as it would be, had the command ended now with this outcome; nil where nobody wants
  ///     it.
  ///   - runAside: runs a script on a session of its own; of its events, those that the function lets through are shown.
  init(
    table: CommandTable, call: CommandCall, history: [HistoryEntry], transcript: Transcript?, keptSessions: String?,
    ledger: RunLedger?, inline: InlinePictures, frontEnd: any FrontEnd, printed: Printed,
    record: @escaping (String) throws -> Void,
    keepSafe: ((SessionState, CommandOutcome) -> Void)?,
    runAside: @escaping (Script, SessionState, @escaping (SessionEvent) -> Bool) -> ScriptRun
  ) {
    (self.table, self.call, self.history, self.transcript) = (table, call, history, transcript)
    self.keptSessions = keptSessions
    (self.ledger, self.inline, self.frontEnd, self.printed) = (ledger, inline, frontEnd, printed)
    (self.record, self.keepSafe, self.runAside) = (record, keepSafe, runAside)
  }

  /// What a command printed so far.
  final class Printed {
    fileprivate(set) var texts: [String] = []
  }

  /// The folder of the script that is running, nil at the prompt and for `-c`.
  public var scriptFolder: String? { call.location.source.folder }

  private func show(_ event: SessionEvent) {
    if let text = event.text(width: 100) { printed.texts.append(text) }
    frontEnd.show(event)
  }

  /// Writes a line, or several separated by newlines, to the results.
  public func print(_ line: String) { show(.text(Passage(line))) }

  /// Writes a text that fits itself to the window.
  public func print(_ passage: Passage) { show(.text(passage)) }

  /// Writes a whole table.
  public func print(_ table: Table, as format: TableFormat = .text) { show(.table(table, format)) }

  /// Writes rows of a table as they come, under its header if they are the first.
  public func print(rows: Table, isFirst: Bool) { show(.rows(rows, isFirst: isFirst)) }

  /// Writes a text to read, page by page where it is too long for the window.
  public func page(_ passage: Passage) { show(.page(passage)) }

  /// Shows a figure beside the text, if that is wanted and possible.
  public func show(_ picture: Picture) { show(.figure(picture, inline)) }

  /// Clears the window.
  public func clear() { show(.cleared) }

  /// Shows how far a long command is.
  public func report(_ progress: Progress) { show(.progress(progress)) }

  /// Whether the user asked the command to end (Ctrl-C, SIGTERM, SIGHUP): finish the step and keep what was learnt.
  public var isInterrupted: Bool { frontEnd.interruptions > 0 }

  /// Whether the user asked again: drop back to the last full round.
  public var isInterruptedAgain: Bool { frontEnd.interruptions > 1 }

  /// The store of runs.
  ///
  /// - Throws: `RunError.noStore`, `RunStoreError` and `FileError`.
  func runStore() throws -> RunStore {
    guard let ledger else { throw RunError.noStore }
    return try ledger.store()
  }

  /// Has records of this command and all that follow appended to a file.
  ///
  /// - Throws: `SessionError.noRecords` if the file holds something else, `RecordError` if it cannot be written.
  public func startRecord(_ path: String) throws { try record(path) }

  /// Called by a long command wherever it could end with good work, after each round for instance: a session that is
  /// killed later can be taken up there.
  ///
  /// - Parameter reached: gives the session as the command would leave it now, and the outcome with which it would end;
  ///   called only where somebody keeps it.
  public func checkpoint(_ reached: () -> (SessionState, CommandOutcome)) {
    guard let keepSafe else { return }
    let (state, outcome) = reached()
    keepSafe(state, outcome)
  }

  /// Runs a script on a copy of a session, which is left as it is.
  ///
  /// The script is checked first. Interrupts end it as they would end the command; what it writes to files stays.
  ///
  /// - Parameter isShown: which of its events the user sees.
  /// - Throws: `Diagnostic` if scripts run each other too deep.
  public func run(
    _ script: Script, on session: SessionState, isShown: @escaping (SessionEvent) -> Bool = { _ in true }
  ) throws(Diagnostic) -> ScriptRun {
    guard call.callers.count < scriptDepthLimit else {
      throw Diagnostic(.recursiveRun(limit: scriptDepthLimit), at: call.location, callers: call.callers)
    }
    return runAside(script, session, isShown)
  }
}
