import CommandLanguage
import Files
import JSONValues
import RunStore

/// How the runs of a sweep are run, each from where the session stood before it.
extension ScriptRunner {
  public func run(_ sweep: Sweep, body: (_ statements: Range<Int>) -> Diagnostic?) -> Bool {
    let keys = SweepKeys(sweep, from: state, by: self.table)
    var table = SweepTable(sweep)
    var starts = SharedStarts(sweep)
    let (variables, results) = (state.variables, state.results)
    var seconds: [Double] = []
    let (jobs, others) = sharing(sweep)
    func heading(_ index: Int) -> String {
      "run \(index + 1) of \(sweep.combinations.count): \(sweep.words(sweep.combinations[index]))"
    }
    func timeLeft(_ index: Int) -> String {
      Self.timeLeft(seconds, runs: Double(sweep.combinations.count - index) / Double(jobs))
    }
    if jobs > 1 {
      do {
        try runInProcesses(sweep, keys, &starts, jobs: jobs, others: others(), body) { index, score, took in
          if score != nil, let took { seconds.append(took) }
          table.add(sweep.combinations[index], score)
        } heading: { index, shared in
          heading(index) + shared + (shared.hasPrefix(":") ? "" : timeLeft(index))
        }
      } catch {
        // Without the team there is no sweep, but what was taken up of it stays.
        failed(Diagnostic(.commandFailed(error), at: sweep.place, callers: sweep.callers), call: nil)
      }
    }
    for (index, combination) in sweep.combinations.enumerated() where jobs <= 1 {
      if isStopped { break }
      let key = keys.key(of: combination)
      if let score = stored(key) {
        table.add(combination, score)
        say(heading(index) + ": as stored")
        continue
      }
      let shared = starts.best(for: index)
      say(heading(index) + (shared.map { "; \($0.words)" } ?? "") + timeLeft(index))
      let start = ContinuousClock.now
      (state.variables, state.results) = (variables, results)
      let begin = state
      let score = runOne(sweep.words(combination), key) {
        runStatements(of: index, in: sweep, from: shared, until: nil, body) { parting in
          starts.keep(state, since: begin, at: parting, of: index)
        }
      }
      if status == .interrupted { break }
      if score != nil { seconds.append((ContinuousClock.now - start).seconds) }
      table.add(combination, score)
    }
    // What a run set and found is taken back with the rest of it.
    (state.variables, state.results) = (variables, results)
    if !table.isEmpty { frontEnd.show(.table(table.table, .text)) }
    // Of a sweep in which nothing worked what follows makes no sense.
    if table.failureCount > 0, table.failureCount == table.count { note(.failed) }
    if isStopped { return goesOnAfterFailure && status != .interrupted && !isQuitting }
    return true
  }

  /// How many runs of a sweep are run at a time, and what tells a team of it that is to share them.
  private func sharing(_ sweep: Sweep) -> (jobs: Int, others: () throws -> SweepTeam?) {
    let (wanted, runs) = (state.settings.jobs, sweep.combinations.count)
    guard let team, team.peers.count > 1, runs > 1, wanted ?? team.peers.count > 1 else {
      return (min(wanted ?? 1, runs), { nil })
    }
    if let reason = bindsToFirst(sweep) {
      frontEnd.show(.note("the sweep's runs are not shared among the processes: \(reason)"))
      return (min(wanted ?? 1, runs), { nil })
    }
    let jobs = min(wanted ?? team.peers.count, runs)
    sharedSweepCount += 1
    let (state, shared) = (state, SharedSweep(sweep, number: sharedSweepCount, isRecorded: isRecorded))
    return (jobs, { try SweepTeam(team, shared, jobs: jobs, from: state) })
  }

  /// The last score of a run, empty if there was none; nil if it failed.
  private func runOne(_ words: String, _ key: String, _ body: () -> Diagnostic?) -> JSONObject? {
    let before = status
    (lastScore, _) = (nil, ledger?.takeEntered())
    undoHistory.beginLoop(in: state)
    let failure = body()
    if undoHistory.endLoop("the run \(words)", in: state) { takeBackRun() }
    let entered = ledger?.takeEntered() ?? []
    guard status != .interrupted else { return nil }
    if failure != nil || (status == .failed && before != .failed) {
      status = before
      return nil
    }
    // A key says that all of the run was done.
    if !entered.isEmpty { try? ledger?.store().set(key: key, of: entered) }
    return lastScore ?? [:]
  }

  /// Runs the block for a combination, from where a run that agrees with it so far has come.
  ///
  /// - Parameters:
  ///   - end: the statement before which it stops; nil for none.
  ///   - reached: called where others that agree with it up to there could go on.
  /// - Returns: the first failure.
  func runStatements(
    of index: Int, in sweep: Sweep, from shared: SharedStart?, until end: Int?,
    _ body: (_ statements: Range<Int>) -> Diagnostic?, reached: (Sweep.Parting) -> Void = { _ in }
  ) -> Diagnostic? {
    let end = end ?? sweep.statementCount
    if let shared { takeUp(shared, "the first statements of the run") }
    for (name, item) in zip(sweep.names, sweep.combinations[index]) { state.variables[name] = Value(item) }
    isShareable = true
    var failure: Diagnostic?
    var place = shared?.statement ?? 0
    for parting in sweep.partings where parting.statement > place && parting.statement < end {
      failure = failure ?? body(place..<parting.statement)
      place = parting.statement
      if isStopped || (failure != nil && !goesOnAfterFailure) { return failure }
      if isShareable, failure == nil { reached(parting) }
    }
    let last = body(place..<end)
    return failure ?? last
  }

  /// Goes on from where another run of the sweep has come.
  private func takeUp(_ start: SharedStart, _ words: String) {
    let before = state
    state = start.state(after: before)
    undoHistory.note(words, before: before, after: state)
    safekeeper?.keep(state)
  }

  /// Undoes a run as the user would, so that a saved session has it with its undo.
  func takeBackRun() {
    let undo = UndoCommand(count: 1, keeps: true)
    var run = CommandRun(
      CommandCall(SourceText(name: "sweep", text: undo.canonicalText)), asked: undo.canonicalText)
    _ = try? undoHistory.takeBack(1, keeps: true, by: &run, in: &state)
    safekeeper?.keep(state)
  }

  /// The last score of a run of that key, if it was ever done whole.
  func stored(_ key: String) -> JSONObject? {
    guard state.settings.keepsRuns, let store = try? ledger?.store() else { return nil }
    var filter = RunStore.Filter()
    filter.key = key
    return try? store.runs(filter).last?.results
  }

  func say(_ text: String) { frontEnd.show(.text(Passage(text))) }

  /// - Parameter runs: how many are left, over how many run at a time.
  private static func timeLeft(_ seconds: [Double], runs: Double) -> String {
    guard !seconds.isEmpty else { return "" }
    let mean = seconds.reduce(0, +) / Double(seconds.count)
    return mean * runs < 60 ? "" : "; about \(TimeEstimate.words(mean * runs)) left"
  }
}

extension Sweep {
  /// "lambda=0.1 seed=0".
  func words(_ combination: [String]) -> String {
    zip(names, combination).map { "\($0)=\($1)" }.joined(separator: " ")
  }
}

extension Journal {
  /// The journal without the loops that were taken back, one by one, and their undos: as if they had not been.
  var withoutTakenBack: Journal {
    var isLeft = [Bool](repeating: true, count: count)
    for (place, entry) in enumerated() {
      guard case .command(let run) = entry, run.loopsTakenBack.count == 1,
        run.text == UndoCommand(count: 1, keeps: true).canonicalText, let loop = run.loopsTakenBack.first,
        loop.upperBound == place
      else { continue }
      for undone in loop.lowerBound...place { isLeft[undone] = false }
    }
    guard isLeft.contains(false) else { return self }
    var places = [0]
    for isLeft in isLeft { places.append(places.last! + (isLeft ? 1 : 0)) }
    return Journal(
      zip(self, isLeft).filter(\.1).map { entry, _ in
        guard case .command(var run) = entry else { return entry }
        run.loopsTakenBack = run.loopsTakenBack.map { places[$0.lowerBound]..<places[$0.upperBound] }
        return .command(run)
      })
  }
}

/// What tells the runs of a sweep from all others: where they began, what was done, with which values, by which version.
struct SweepKeys {
  private let base: String

  init(_ sweep: Sweep, from state: SessionState, by table: CommandTable) {
    // A script that the block runs may use any.
    let usesAny = sweep.verbs.contains { table[$0]?.definesVariables ?? false }
    let variables = state.variables.names
      .filter { !sweep.names.contains($0) && (usesAny || sweep.variablesInside.contains($0)) }
      .map { "\($0)=\(state.variables[$0]!)" }
    var start = state
    start.journal = start.journal.withoutTakenBack
    base = ([SessionScript.text(of: start), sweep.block] + variables).joined(separator: "\n")
  }

  func key(of combination: [String]) -> String {
    MessageDigest.sha256(of: Array((base + "\n" + combination.joined(separator: "\n")).utf8))
  }
}

/// The scores of a sweep, a row a run.
private struct SweepTable {
  private let names: [String]
  private var rows: [(values: [String], score: JSONObject?)] = []
  private(set) var failureCount = 0

  init(_ sweep: Sweep) { names = sweep.names }

  var count: Int { rows.count }
  var isEmpty: Bool { rows.isEmpty }

  /// - Parameter score: nil for a run that failed.
  mutating func add(_ combination: [String], _ score: JSONObject?) {
    rows.append((combination, score))
    if score == nil { failureCount += 1 }
  }

  var table: Table {
    // Of a score that has them the usual three say enough; the store of runs has all.
    let found = rows.map { row in row.score?.members.map(\.name).filter { row.score?.finite($0) != nil } ?? [] }
    let scores = ScoreNames.shown(usual: ["accuracy", "nmi", "ari"], of: found)
    var table = Table(names.map { Table.Column($0) } + scores.map { Table.Column($0, .decimal(4)) })
    for row in rows {
      table.add(row.values.map { .text($0) } + scores.map { .optional(row.score?.finite($0)) })
    }
    return table
  }
}

extension JSONObject {
  /// The number of that name; nil for what is none, of which the store keeps no more than that.
  fileprivate func finite(_ name: String) -> Double? { self[name]?.number.flatMap { $0.isFinite ? $0 : nil } }
}
