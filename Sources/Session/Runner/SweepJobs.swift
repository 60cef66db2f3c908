import CommandLanguage
import Files
import JSONValues
import TensorEngine

/// Runs of a sweep several at a time, each in a process of its own on one thread, here or with a team's other processes.
/// What they show, record, store and note is taken up here in the sweep's order, so that all of it is as if they had been
/// run one after the other.
extension ScriptRunner {
  /// Runs all combinations that the store does not have.
  ///
  /// - Parameters:
  ///   - jobs: how many are run at a time, in all.
  ///   - others: the team that shares them; nil if they are run here alone.
  ///   - take: gets each run's score in the sweep's order, nil for one that failed, with its seconds, nil for one that was
  ///     stored.
  /// - Throws: what the team throws, where a process is lost.
  func runInProcesses(
    _ sweep: Sweep, _ keys: SweepKeys, _ starts: inout SharedStarts, jobs: Int, others: SweepTeam?,
    _ body: (_ statements: Range<Int>) -> Diagnostic?,
    take: (_ index: Int, _ score: JSONObject?, _ seconds: Double?) -> Void, heading: (_ index: Int, String) -> String
  ) throws {
    let ownJobs = others?.ownPlaces ?? jobs
    var waiting: [Job] = []
    var next = 0
    defer {
      others?.end()
      for process in waiting.processes { process.interrupt() }
      for process in waiting.processes { process.end() }
    }
    while next < sweep.combinations.count || !waiting.isEmpty {
      if isStopped { return }
      while next < sweep.combinations.count, waiting.count < 4 * jobs, waiting.runningCount < jobs {
        if isStopped { return }
        let isOwn = waiting.processes.count(where: \.isRunning) < ownJobs
        waiting.append(try job(next, sweep, keys, &starts, isOwn ? nil : others, body))
        next += 1
        try others?.receive()
      }
      if waiting[0].isRunning {
        RunProcess.wait(for: waiting.processes, atMost: others == nil ? 200 : 20)
        try others?.receive()
        frontEnd.show(
          .progress(
            Progress(
              "sweep", fraction: Double(next - waiting.count) / Double(sweep.combinations.count),
              message: "\(waiting.runningCount) at a time")))
        continue
      }
      let job = waiting.removeFirst()
      let index = next - waiting.count - 1
      let words = sweep.words(sweep.combinations[index])
      switch job {
      case .stored(let score):
        say(heading(index, ": as stored"))
        take(index, score, nil)
      case .done(let shared, let report):
        say(heading(index, shared))
        take(index, takeUp(report, words, keys.key(of: sweep.combinations[index])), report.seconds)
      case .process(let shared, let before, let run):
        say(heading(index, shared))
        var report = before
        if let sent = run.result.flatMap({ RunReport($0) }) {
          report.append(sent)
        } else {
          report.hasFailed = true
          report.shown.append(.note("the process of the run ended before it was done"))
        }
        if report.isInterrupted {
          note(.interrupted)
          return
        }
        take(index, takeUp(report, words, keys.key(of: sweep.combinations[index])), report.seconds)
      }
    }
  }

  /// A run on its way, or what is there of it already.
  ///
  /// - Parameter others: who is to do it; nil for a process of this one's.
  private func job(
    _ index: Int, _ sweep: Sweep, _ keys: SweepKeys, _ starts: inout SharedStarts, _ others: SweepTeam?,
    _ body: (_ statements: Range<Int>) -> Diagnostic?
  ) throws -> Job {
    if let score = stored(keys.key(of: sweep.combinations[index])) { return .stored(score) }
    let words = starts.best(for: index).map { "; \($0.words)" } ?? ""
    // What others share is done here, once and with all threads; what they do not, in the run's own process.
    var before = RunReport()
    for parting in sweep.partings where starts.wants(parting, of: index) {
      let place = starts.best(for: index)?.statement ?? 0
      guard parting.statement > place else { continue }
      var reached: SessionState?
      let begin = state
      let report = aside { runner in
        let failure = runner.runStatements(
          of: index, in: sweep, from: starts.best(for: index), until: parting.statement, body)
        if failure == nil, runner.isShareable { reached = runner.state }
        return failure
      }
      if status == .interrupted { return .done(words, report) }
      if report.hasFailed { return .done(words, report) }
      guard let reached else {
        starts.end()
        break
      }
      guard starts.keep(reached, since: begin, at: parting, of: index) else { continue }
      before.shown += report.shown
      before.records += report.records
    }
    let shared = starts.best(for: index)
    if let run = try others?.begin(index, from: shared) { return .process(words, before, run) }
    do {
      // A connection to the store must not be in two processes.
      ledger?.close()
      return .process(
        words, before,
        try RunProcess {
          Parallel.threadCount = 1
          state.settings.jobs = 1
          // They wait for the process that this is a copy of.
          team = nil
          let report = aside { $0.runStatements(of: index, in: sweep, from: shared, until: nil, body) }
          return report.bytes
        })
    } catch {
      var report = before
      report.append(aside { $0.runStatements(of: index, in: sweep, from: shared, until: nil, body) })
      return .done(words, report)
    }
  }

  /// Runs `body` and takes all of it back; what it came to.
  func aside(_ body: (ScriptRunner) -> Diagnostic?) -> RunReport {
    let (state, status, history, frontEnd, keeper) = (state, status, undoHistory, frontEnd, safekeeper)
    let reporting = ReportingFrontEnd(before: frontEnd)
    let begin = ContinuousClock.now
    (self.frontEnd, safekeeper, lastScore, collectedRecords) = (reporting, nil, nil, [])
    ledger?.holdsBack = true
    undoHistory.beginLoop(in: state)
    let failure = body(self)
    var report = RunReport()
    (report.shown, report.records) = (reporting.shown, collectedRecords ?? [])
    report.scores = ledger?.takeHeld() ?? []
    (report.entries, report.firstEntry) = (Array(self.state.journal[state.journal.count...]), state.journal.count)
    (report.changes, report.lastScore) = (self.state.unsavedChanges - state.unsavedChanges, lastScore)
    report.isInterrupted = self.status == .interrupted
    report.hasFailed = failure != nil || (self.status == .failed && status != .failed)
    report.seconds = (ContinuousClock.now - begin).seconds
    ledger?.holdsBack = false
    (self.state, undoHistory, self.frontEnd, safekeeper) = (state, history, frontEnd, keeper)
    (lastScore, collectedRecords) = (nil, nil)
    if self.status != .interrupted { self.status = status }
    return report
  }

  /// Does what a run would have done that came to this.
  ///
  /// - Returns: its last score, empty if there was none; nil if it failed.
  private func takeUp(_ report: RunReport, _ words: String, _ key: String) -> JSONObject? {
    for shown in report.shown {
      switch shown {
      case .result(let text): say(text)
      case .note(let text): frontEnd.show(.note(text))
      }
    }
    append(records: report.records)
    undoHistory.beginLoop(in: state)
    let before = state
    state.journal += report.entries.map { $0.movingLoops(by: before.journal.count - report.firstEntry) }
    state.unsavedChanges += report.changes
    if report.changes > 0 { undoHistory.note(words, before: before, after: state) }
    if undoHistory.endLoop("the run \(words)", in: state) { takeBackRun() }
    _ = ledger?.takeEntered()
    for score in report.scores { ledger?.enter(score.run, script: score.script) }
    let numbers = ledger?.takeEntered() ?? []
    if report.hasFailed { return nil }
    if !numbers.isEmpty { try? ledger?.store().set(key: key, of: numbers) }
    return report.lastScore ?? [:]
  }
}

private enum Job {
  case stored(JSONObject)
  /// What was shared is told in words.
  case done(String, RunReport)
  /// What came before it, and the process that does the rest.
  case process(String, RunReport, any RunOnItsWay)

  var isRunning: Bool { if case .process(_, _, let run) = self { run.isRunning } else { false } }
}

extension [Job] {
  fileprivate var runningCount: Int { count(where: \.isRunning) }
  /// This process's own.
  fileprivate var processes: [RunProcess] {
    compactMap { if case .process(_, _, let run) = $0 { run as? RunProcess } else { nil } }
  }
}

/// Keeps what is shown, as text.
private final class ReportingFrontEnd: FrontEnd {
  private(set) var shown: [RunReport.Shown] = []
  private let other: any FrontEnd

  /// - Parameter other: where wishes to stop come from.
  init(before other: any FrontEnd) { self.other = other }

  func show(_ event: SessionEvent) {
    switch event {
    case .diagnostic(let diagnostic):
      shown.append(.note(String(DiagnosticRenderer().render(diagnostic).dropLast())))
    case .note(let text): shown.append(.note(text))
    default: if let text = event.text(width: 100) { shown.append(.result(text)) }
    }
  }

  var interruptions: Int { other.interruptions }
}
