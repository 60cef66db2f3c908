import ClusteringMethods
import CommandLanguage
import Files
import Interruptions
import JSONValues
import TensorEngine

/// Runs scripts on a session: checks them first, keeps the state whole when a command fails, writes the records.
public final class ScriptRunner {
  public let table: CommandTable
  public internal(set) var state: SessionState
  /// What was entered, for `history` and `rerun`.
  public private(set) var entries: [HistoryEntry] = []
  /// The same with what was shown for it, for notebooks; nil in a session of a command's own.
  private(set) package var transcript: Transcript?
  /// Whether a command asked to leave.
  public internal(set) var isQuitting = false
  /// Keeps the session while it runs; nil if nobody does.
  package var safekeeper: (any Safekeeper)?
  /// Where sessions that were cut off lie.
  package var keptSessions = KeptSession.folder

  /// What scores are entered in; nil for nothing.
  public var ledger: RunLedger?
  /// Whether they are: what is run aside is no run of the user's.
  var entersRuns = true

  /// Who helps when a network trains; nil for nobody.
  public var team: (any Team)?
  /// With whom a network trains where this session is another's help.
  var peers: any Peers = OnePeer()

  var frontEnd: any FrontEnd
  var undoHistory = UndoHistory()
  /// Whether what is run is part of what the user enters.
  var remembers = true
  private var record: RecordWriter?
  private var hasLostRecords = false
  /// Records that wait; nil where they are written at once.
  var collectedRecords: [JSONObject]?
  /// Whether records are made that another process is to write.
  var keepsRecords = false
  /// How many sweeps a team has shared.
  var sharedSweepCount = 0
  var status = RunStatus.succeeded
  /// What the last score found.
  var lastScore: JSONObject?
  /// Whether a sweep's run has only changed the session so far, by what another run would do as well.
  var isShareable = true

  /// - Parameters:
  ///   - commands: what can be run; all of them session commands.
  ///   - recordPath: the file to append records to, if any.
  /// - Throws: `RecordError` if it cannot be opened.
  public convenience init(
    commands: [CommandGroup], state: SessionState = SessionState(), frontEnd: any FrontEnd, recordPath: String? = nil
  ) throws(RecordError) {
    var record: RecordWriter?
    if let recordPath { record = try RecordWriter(path: recordPath) }
    var state = state
    state.settings.record = recordPath
    let transcript = Transcript()
    self.init(
      table: CommandTable(commands), state: state, frontEnd: TranscribingFrontEnd(before: frontEnd, transcript),
      record: record)
    self.transcript = transcript
  }

  init(table: CommandTable, state: SessionState, frontEnd: any FrontEnd, record: RecordWriter? = nil) {
    (self.table, self.state, self.frontEnd, self.record) = (table, state, frontEnd, record)
  }

  /// Has the session kept from here on.
  public func keep(by keeper: SessionKeeper?) { safekeeper = keeper }

  /// Checks `script` and, if nothing is wrong, runs it.
  @discardableResult
  public func run(_ script: Script) -> RunStatus {
    let isFresh = isFresh
    run(script, callers: [])
    if isFresh, status == .succeeded { noteReplayed(script.source) }
    safekeeper?.catchUp()
    frontEnd.show(.finished(status))
    return status
  }

  /// Runs a script that is no part of what the user enters: it stays out of the history.
  @discardableResult
  public func runUnremembered(_ script: Script) -> RunStatus {
    remembers = false
    defer { remembers = true }
    return run(script)
  }

  /// Runs a script for a command that stands where `callers` say, the innermost first; for the user if there are none.
  @discardableResult
  func run(_ script: Script, callers: [SourceLocation]) -> RunStatus {
    status = .succeeded
    let ending = heedingUser { Interpreter(table: table, host: self, callers: callers).runChecked(script) }
    if !ending.isWhole, status == .interrupted, callers.isEmpty {
      frontEnd.show(.note("what comes after it was not run"))
    }
    return status
  }

  /// Checks `script` and shows what is wrong with it.
  ///
  /// - Parameter variables: those that have a value before it; afterwards, after it.
  /// - Returns: whether nothing is wrong.
  public func check(_ script: Script, variables: inout KnownVariables) -> Bool {
    let problems = problems(of: script, variables: &variables)
    show(problems)
    return problems.isEmpty
  }

  /// What is wrong with `script`; nothing is shown.
  ///
  /// - Parameter variables: those that have a value before it; afterwards, after it.
  public func problems(of script: Script, variables: inout KnownVariables) -> Diagnostics {
    heedingUser { script.check(against: table, variables: &variables) }
  }

  /// Runs `body`, whose long loops end when the user wishes.
  private func heedingUser<Result>(_ body: () throws -> Result) rethrows -> Result {
    // The wish is asked for on this thread alone.
    nonisolated(unsafe) let frontEnd = frontEnd
    return try Interruption.heeding({ frontEnd.interruptions > 0 }, body)
  }

  private func show(_ problems: Diagnostics) {
    for problem in problems { frontEnd.show(.diagnostic(problem)) }
    let others = problems.omittedCount
    if others > 0 { frontEnd.show(.note("and \(others) more error\(others == 1 ? "" : "s")")) }
  }

  /// Whether the session has nothing in it yet, but perhaps the seed and the shards that it began with.
  var isFresh: Bool { state.unsavedChanges == 0 && state.journal.count <= 2 && state.dataset == nil }

  /// A saved session that was replayed from a fresh start stands in its file as it is: there is nothing to save.
  func noteReplayed(_ source: SourceText) {
    if SessionScript.isUnchanged(source) { state.unsavedChanges = 0 }
  }

  /// Has records of this command and all that follow appended to a file, which was made for that or is new.
  func startRecord(_ path: String) throws {
    record = try RecordWriter(extending: path)
    hasLostRecords = false
  }

  /// Takes a wish to leave back.
  public func stay() {
    isQuitting = false
  }

  private func remember(_ cell: Cell, of script: Script, isRun: Bool = true) {
    guard remembers else { return transcript?.pause() ?? () }
    if let entry = HistoryEntry(cell, of: script) { entries.append(entry) }
    transcript?.enter(cell, of: script, isRun: isRun)
  }

  func note(_ outcome: RunStatus) {
    if status != .interrupted { status = outcome }
  }

  /// Takes note of what a command came to.
  func note(_ run: CommandRun) {
    switch run.status {
    case .ok: break
    case .interrupted: note(.interrupted)
    case .failed: note(.failed)
    }
    if record != nil || (keepsRecords && collectedRecords != nil) {
      let line = run.record(in: state)
      if collectedRecords == nil { append(records: [line]) } else { collectedRecords!.append(line) }
    }
    frontEnd.show(.ended(run))
  }

  /// Whether records are wanted of what is run.
  var isRecorded: Bool { record != nil }

  func append(records: [JSONObject]) {
    do {
      for line in records { try record?.append(line) }
    } catch {
      // Once: without room for this record there is none for the next.
      if !hasLostRecords { frontEnd.show(.note("error: \(error)")) }
      hasLostRecords = true
      note(.failed)
    }
  }
}

extension ScriptRunner: InterpreterHost {
  public var variables: Variables {
    _read { yield state.variables }
    // In place: a copy for each assignment would take time by the number of variables.
    _modify { yield &state.variables }
  }

  public var results: Results { state.results }

  /// In a folder that takes all that is written nothing is in the way.
  public var fileForecast: (any FileForecast)? { FileShadow.current == nil ? PlannedFiles() : nil }

  public func loopBegan() { undoHistory.beginLoop(in: state) }

  public func loopEnded(_ text: String) { _ = undoHistory.endLoop(text, in: state) }

  public var isStopped: Bool {
    if frontEnd.interruptions > 0 { note(.interrupted) }
    return isQuitting || status == .interrupted || (status == .failed && !state.settings.keepsGoing)
  }

  public var goesOnAfterFailure: Bool { state.settings.keepsGoing && status != .interrupted }

  public func scripts(of command: any ScriptRunningCommand, from source: SourceText) throws -> [Script] {
    guard let command = command as? any SessionScriptCommand else {
      return try command.scripts(from: source, entries: entries)
    }
    let statements = try command.statements(for: state)
    let list = statements.joined(separator: "; ")
    frontEnd.show(.text(Passage(list.isEmpty ? "nothing is left to do" : "runs \(list)")))
    return [Script(parsing: SourceText(name: command.canonicalText, text: list + "\n"))]
  }

  public func enter(_ cell: Cell, of script: Script, callers: [SourceLocation]) {
    // What a script runs is no entry of its own: its numbers would be another count.
    if callers.isEmpty { remember(cell, of: script) }
    if case .markdown(let text) = cell.kind {
      state.journal.append(.markdown(title: cell.title, text: text))
    }
  }

  public func refused(_ script: Script, _ problems: Diagnostics, callers: [SourceLocation]) {
    for cell in script.cells where callers.isEmpty { remember(cell, of: script, isRun: false) }
    show(problems)
    note(.failed)
  }

  public func failed(_ failure: Diagnostic, call: CommandCall?) {
    frontEnd.show(.diagnostic(failure))
    note(.failed)
    guard let call else { return }
    var run = CommandRun(call, asked: call.text)
    run.status = .failed(failure)
    note(run)
  }
}
