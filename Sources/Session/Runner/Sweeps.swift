import CommandLanguage
import Files
import JSONValues
import RunStore

/// How the runs of a sweep are run, each from where the session stood before it.
extension ScriptRunner {
  public func run(_ sweep: Sweep, body: (_ combination: [String]) -> Diagnostic?) -> Bool {
    let keys = SweepKeys(sweep, from: state)
    var table = SweepTable(sweep)
    var seconds: [Double] = []
    for (index, combination) in sweep.combinations.enumerated() {
      if isStopped { break }
      let words = sweep.words(combination)
      let key = keys.key(of: combination)
      if let score = stored(key) {
        table.add(combination, score)
        say("run \(index + 1) of \(sweep.combinations.count): \(words): as stored")
        continue
      }
      say(
        "run \(index + 1) of \(sweep.combinations.count): \(words)"
          + Self.timeLeft(seconds, runs: sweep.combinations.count - index))
      let start = ContinuousClock.now
      let score = runOne(words, key) { body(combination) }
      if status == .interrupted { break }
      if score != nil { seconds.append((ContinuousClock.now - start).seconds) }
      table.add(combination, score)
    }
    if !table.isEmpty { frontEnd.show(.table(table.table, .text)) }
    // Of a sweep in which nothing worked what follows makes no sense.
    if table.failureCount > 0, table.failureCount == table.count { note(.failed) }
    if isStopped { return goesOnAfterFailure && status != .interrupted && !isQuitting }
    return true
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

  /// Undoes a run as the user would, so that a saved session has it with its undo.
  private func takeBackRun() {
    let undo = UndoCommand(count: 1, keeps: true)
    var run = CommandRun(
      CommandCall(SourceText(name: "sweep", text: undo.canonicalText)), asked: undo.canonicalText)
    _ = try? undoHistory.takeBack(1, keeps: true, by: &run, in: &state)
    safekeeper?.keep(state)
  }

  /// The last score of a run of that key, if it was ever done whole.
  private func stored(_ key: String) -> JSONObject? {
    guard state.settings.keepsRuns, let store = try? ledger?.store() else { return nil }
    var filter = RunStore.Filter()
    filter.key = key
    return try? store.runs(filter).last?.results
  }

  private func say(_ text: String) { frontEnd.show(.text(Passage(text))) }

  private static func timeLeft(_ seconds: [Double], runs: Int) -> String {
    guard !seconds.isEmpty else { return "" }
    let mean = seconds.reduce(0, +) / Double(seconds.count)
    return mean * Double(runs) < 60 ? "" : "; about \(TimeEstimate.words(mean * Double(runs))) left"
  }
}

extension Sweep {
  /// "lambda=0.1 seed=0".
  fileprivate func words(_ combination: [String]) -> String {
    zip(names, combination).map { "\($0)=\($1)" }.joined(separator: " ")
  }
}

extension Journal {
  /// The journal without the loops that were taken back, one by one, and their undos: as if they had not been.
  fileprivate var withoutTakenBack: Journal {
    var isLeft = [Bool](repeating: true, count: count)
    for (place, entry) in enumerated() {
      guard case .command(let run) = entry, run.loopsTakenBack.count == 1,
        run.text == UndoCommand(count: 1, keeps: true).canonicalText, let loop = run.loopsTakenBack.first,
        loop.upperBound == place
      else { continue }
      for undone in loop.lowerBound...place { isLeft[undone] = false }
    }
    return Journal(zip(self, isLeft).filter(\.1).map(\.0))
  }
}

/// What tells the runs of a sweep from all others: where they began, what was done, with which values, by which version.
private struct SweepKeys {
  private let base: String

  init(_ sweep: Sweep, from state: SessionState) {
    let variables = state.variables.names.filter { !sweep.names.contains($0) }
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
    let usual = ["accuracy", "nmi", "ari"].filter { name in rows.contains { $0.score?[name]?.number != nil } }
    var scores = usual
    for row in rows where usual.isEmpty {
      for member in row.score?.members ?? [] where member.value.number != nil && !scores.contains(member.name) {
        scores.append(member.name)
      }
    }
    var table = Table(names.map { Table.Column($0) } + scores.map { Table.Column($0, .decimal(4)) })
    for row in rows {
      table.add(row.values.map { .text($0) } + scores.map { .optional(row.score?[$0]?.number) })
    }
    return table
  }
}
