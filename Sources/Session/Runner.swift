import CommandLanguage
import Figures

/// Runs scripts on a session: checks them first, keeps the state whole when a command fails, writes the records.
public final class ScriptRunner {
  /// How a run ended; the raw values are exit statuses.
  public enum Status: Int32, Sendable {
    case succeeded = 0
    case failed = 1
    case interrupted = 130
  }

  /// Where output goes and interruptions come from.
  public struct Console {
    /// Writes to standard output, the newline included in the text.
    public var output: (String) -> Void
    /// Writes to standard error, likewise.
    public var error: (String) -> Void
    public var progress: ProgressReporter
    /// The columns that text for reading may fill.
    public var width: () -> Int
    /// How often the user has interrupted since `beginsCommand`.
    public var interruptions: () -> Int
    public var diagnosticStyle: DiagnosticRenderer
    /// Shows a figure in the terminal; nil where there is none.
    public var picture: ((any Figure, Theme, InlinePictures) -> Void)?
    /// Shows a text page by page; false if it is to be written as any other.
    public var page: (String) -> Bool

    public init(
      output: @escaping (String) -> Void, error: @escaping (String) -> Void, progress: ProgressReporter,
      width: @escaping () -> Int = { 100 }, interruptions: @escaping () -> Int = { 0 },
      diagnosticStyle: DiagnosticRenderer = DiagnosticRenderer(),
      picture: ((any Figure, Theme, InlinePictures) -> Void)? = nil, page: @escaping (String) -> Bool = { _ in false }
    ) {
      self.output = output
      self.error = error
      self.progress = progress
      self.width = width
      self.interruptions = interruptions
      self.diagnosticStyle = diagnosticStyle
      self.picture = picture
      self.page = page
    }
  }

  public let table: CommandTable
  public private(set) var state: SessionState
  public private(set) var history: [HistoryEntry] = []
  /// Whether a command asked to leave.
  public private(set) var isQuitting = false
  /// Called after each command that changed the session, to keep work safe.
  public var afterChange: ((SessionState) -> Void)?

  private let console: Console
  private let record: RecordWriter?
  /// The states before the last changes, with the commands that made them.
  private var undoable: [(state: SessionState, command: String)] = []
  private var status = Status.succeeded
  /// Set while an error that was shown inside a script travels through the `run` that started it.
  private var isAlreadyShown = false
  /// The command that runs now, as the record of its failure needs it; nil while arguments are read.
  private var running: (start: ContinuousClock.Instant, text: String)?
  private var printed: [String] = []
  private var remembers = true
  private var scripts: [(source: SourceText, title: String)] = []

  /// Scripts may run each other this deep.
  static let depthLimit = 16
  /// How many changes can be undone; each keeps what it changed in memory.
  static let undoLimit = 8

  /// - Parameters:
  ///   - commands: what can be run; all of them session commands.
  ///   - recordPath: the file to append records to, if any.
  /// - Throws: `RecordError` if it cannot be opened.
  public init(
    commands: [CommandGroup], state: SessionState = SessionState(), console: Console,
    recordPath: String? = nil
  ) throws(RecordError) {
    table = CommandTable(commands)
    self.state = state
    self.console = console
    if let recordPath { record = try RecordWriter(path: recordPath) } else { record = nil }
  }

  /// Checks `script` and, if nothing is wrong, runs it.
  @discardableResult
  public func run(_ script: Script) -> Status {
    status = .succeeded
    run(script, callers: [])
    clearProgress()
    return status
  }

  /// Runs a script that is no part of what the user enters: it stays out of the history.
  public func runUnremembered(_ script: Script) {
    remembers = false
    run(script)
    remembers = true
  }

  /// Checks `script` and shows what is wrong with it.
  ///
  /// - Parameter variables: those that have a value before it; afterwards, after it.
  /// - Returns: whether nothing is wrong.
  public func check(_ script: Script, variables: inout KnownVariables) -> Bool {
    let problems = script.check(against: table, variables: &variables)
    show(problems)
    return problems.isEmpty
  }

  /// The first of some problems: of a text that is no script each line is one.
  private func show(_ problems: [Diagnostic]) {
    let limit = 20
    for problem in problems.prefix(limit) { show(problem) }
    if problems.count > limit { console.error("and \(problems.count - limit) more errors\n") }
  }

  /// Takes a wish to leave back.
  public func stay() {
    isQuitting = false
  }

  /// Shows an error that is no command's.
  public func show(_ diagnostic: Diagnostic) {
    clearProgress()
    console.error(console.diagnosticStyle.render(diagnostic))
  }

  @discardableResult
  private func run(_ script: Script, callers: [SourceLocation]) -> Diagnostic? {
    let problems = script.check(against: table, variables: KnownVariables(state.variables))
    guard problems.isEmpty else {
      for cell in script.cells where callers.isEmpty { remember(cell, of: script) }
      show(
        problems.map { problem in
          var problem = problem
          problem.callers += callers
          return problem
        })
      note(.failed)
      return problems[0]
    }
    scripts.append((script.source, ""))
    defer { scripts.removeLast() }
    let outerFailure = firstFailure
    firstFailure = nil
    defer { firstFailure = outerFailure }
    let isWhole = Interpreter(table: table, host: self, callers: callers).run(script)
    if !isWhole, status == .interrupted, callers.isEmpty { console.error("what comes after it was not run\n") }
    return firstFailure
  }

  private func remember(_ cell: Cell, of script: Script) {
    guard remembers, let first = cell.statements.first, let last = cell.statements.last else { return }
    let text = script.source.text(in: first.range.lowerBound..<last.range.upperBound)
    history.append(HistoryEntry(cell: cell.number, text: text, script: script.selecting([cell.number])))
  }

  private var firstFailure: Diagnostic?

  private func clearProgress() { console.progress.clear(hasEcho: console.interruptions() > 0) }

  private func note(_ outcome: Status) {
    if status != .interrupted { status = outcome }
  }
}

extension ScriptRunner: InterpreterHost {
  public var variables: Variables {
    get { state.variables }
    set { state.variables = newValue }
  }

  public var isStopped: Bool {
    if console.interruptions() > 0 { note(.interrupted) }
    return isQuitting || status == .interrupted || (status == .failed && !state.settings.keepsGoing)
  }

  public func enter(_ cell: Cell, of script: Script) {
    scripts[scripts.count - 1].title = cell.title
    // What a script runs is no entry of its own: its numbers would be another count.
    if scripts.count == 1 { remember(cell, of: script) }
    if case .markdown(let text) = cell.kind {
      state.journal.append(.markdown(title: cell.title, text: text))
    }
  }

  public func run(_ command: any Command, call: CommandCall) throws {
    let start = ContinuousClock.now
    running = (start, command.canonicalText)
    console.progress.commandStarts()
    printed = []
    let environment = Environment(
      table: table, scriptFolder: scripts.last?.source.folder, history: history,
      width: min(max(console.width(), 40), 100),
      output: { [self] line in
        clearProgress()
        printed.append(line)
        console.output(line + "\n")
      }, reporter: console.progress, interruptions: console.interruptions,
      picture: { [self] figure, theme in
        guard state.settings.inline != .off, let picture = console.picture else { return }
        clearProgress()
        picture(figure, theme, state.settings.inline)
      }, page: console.page)
    var changed = state
    let outcome: CommandOutcome
    do {
      outcome =
        switch command {
        case let command as any ReadingCommand: try command.run(on: state, environment)
        case let command as any ChangingCommand: try command.run(on: &changed, environment)
        default: preconditionFailure("\(call.verb) is in the session's table but is no session command")
        }
    } catch is CommandInterrupted {
      clearProgress()
      console.error("\(CommandInterrupted())\n")
      note(.interrupted)
      running = nil
      append(
        .record(
          call: (call.cell, call.location.fileAndLine), command: command.canonicalText, status: .interrupted,
          seconds: (ContinuousClock.now - start).seconds, error: CommandInterrupted().description))
      return
    } catch {
      throw error.advised
    }
    clearProgress()
    let seconds = (ContinuousClock.now - start).seconds
    let performed: any Command = outcome.performed ?? command
    // What the user's start-up file sets is of this user, not of the session: a saved one goes to others.
    let isOfSession = remembers || !(command is SetCommand)
    let isWork = isOfSession && (command as? any ChangingCommand)?.isWork ?? false
    if isWork {
      undoable.append((state, performed.canonicalText))
      if undoable.count > Self.undoLimit { undoable.removeFirst() }
      changed.unsavedChanges += 1
    }
    let text = performed.canonicalText
    if isOfSession, (command as? any SessionCommand)?.isJournalled == true {
      changed.journal.append(
        .command(
          CommandRecord(
            text: outcome.journalled?.canonicalText ?? text, cell: call.cell, cellTitle: scripts.last?.title ?? "",
            source: call.location.fileAndLine,
            seconds: seconds, results: outcome.results, artifacts: outcome.artifacts, output: printed)))
    }
    state = changed
    if isWork { afterChange?(state) }
    if outcome.isInterrupted { note(.interrupted) }
    if let failure = outcome.failure { throw failure.advised }
    if let request = outcome.request {
      do {
        try fulfil(request, call)
      } catch {
        // The commands of a script have been running in between.
        running = (start, text)
        throw error
      }
    }
    running = nil
    append(
      .record(
        call: (call.cell, call.location.fileAndLine), command: text, status: outcome.isInterrupted ? .interrupted : .ok,
        seconds: (ContinuousClock.now - start).seconds, results: outcome.results, artifacts: outcome.artifacts))
  }

  public func failed(_ failure: Diagnostic, call: CommandCall?) -> Bool {
    clearProgress()
    if firstFailure == nil { firstFailure = failure }
    if !isAlreadyShown { show(failure) }
    isAlreadyShown = false
    note(.failed)
    if let call {
      append(
        .record(
          call: (call.cell, call.location.fileAndLine), command: running?.text ?? call.text, status: .error,
          seconds: running.map { (ContinuousClock.now - $0.start).seconds } ?? 0, error: failure.problem.description))
    }
    running = nil
    return state.settings.keepsGoing && status != .interrupted
  }

  private func append(_ object: JSONObject) {
    do {
      try record?.append(object)
    } catch {
      console.error("error: \(error)\n")
      note(.failed)
    }
  }

  private func fulfil(_ request: CommandOutcome.Request, _ call: CommandCall) throws {
    switch request {
    case .quit: isQuitting = true
    case .noteSaved: state.unsavedChanges = 0
    case .undo(let count):
      guard count <= undoable.count else {
        throw UndoError(wanted: count, available: undoable.count).about("count")
      }
      let present = state
      for change in undoable.suffix(count).reversed() {
        console.output("took back: \(DisplayWidth.elided(change.command, width: max(console.width() - 11, 40)))\n")
      }
      state = undoable[undoable.count - count].state
      undoable.removeLast(count)
      state.variables = present.variables
      let dataFolder = state.settings.dataFolder
      state.settings = present.settings
      // It belongs to the journal, which has gone back.
      state.settings.dataFolder = dataFolder
    case .run(let scripts):
      guard call.callers.count < Self.depthLimit else {
        throw Diagnostic(.recursiveRun(limit: Self.depthLimit), at: call.location, callers: call.callers)
      }
      var failure: Diagnostic?
      for script in scripts where !isStopped {
        let found = run(script, callers: [call.location] + call.callers)
        failure = failure ?? found
      }
      if let failure {
        isAlreadyShown = true
        throw failure
      }
    }
  }
}

/// There is less to undo than was asked for.
struct UndoError: Error, CustomStringConvertible {
  let wanted: Int
  let available: Int

  var description: String {
    switch available {
    case 0: "there is nothing to undo"
    case 1: "only 1 change can be undone, not \(wanted)"
    default: "only \(available) changes can be undone, not \(wanted)"
    }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
