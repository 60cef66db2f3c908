import CommandLanguage
import JSONValues

/// How far the runs of a sweep have come that do the same up to there: a later one goes on from where the first of them
/// was.
struct SharedStarts {
  /// Each keeps a session in memory.
  private static let limit = 8

  private let sweep: Sweep
  private var isUsed: Bool
  private var starts: [SharedStart] = []

  init(_ sweep: Sweep) {
    self.sweep = sweep
    // An undo in a run finds other steps where some of them are one.
    isUsed = !sweep.verbs.contains { [UndoCommand.declaration.verb, RedoCommand.declaration.verb].contains($0) }
  }

  /// The furthest that a run can go on from.
  func best(for run: Int) -> SharedStart? {
    starts.filter { agree(run, $0.run, at: $0.parting) }.max { $0.statement < $1.statement }
  }

  private func agree(_ run: Int, _ other: Int, at parting: Sweep.Parting) -> Bool {
    parting.axes.allSatisfy { sweep.combinations[run][$0] == sweep.combinations[other][$0] }
  }

  /// Whether runs after this one agree with it up to a place.
  func wants(_ parting: Sweep.Parting, of run: Int) -> Bool {
    isUsed && starts.count < Self.limit
      && sweep.combinations.indices[(run + 1)...].contains { agree($0, run, at: parting) }
  }

  /// Keeps nothing more: what runs share cannot be taken up.
  mutating func end() { isUsed = false }

  /// Keeps how far a run has come, if another is to follow that agrees with it up to there.
  ///
  /// - Parameter begin: the session before the run.
  /// - Returns: whether it is kept.
  @discardableResult
  mutating func keep(_ state: SessionState, since begin: SessionState, at parting: Sweep.Parting, of run: Int) -> Bool {
    let runs = sweep.combinations.indices
    // Those that nothing can go on from any more.
    starts = starts.filter { start in runs[(run + 1)...].contains { agree($0, start.run, at: start.parting) } }
    let entries = Array(state.journal[begin.journal.count...])
    // A seed alone is no work that is worth to be told of.
    let isWork = entries.contains {
      if case .command(let command) = $0 { command.call.verb != SeedCommand.declaration.verb } else { false }
    }
    guard isWork, wants(parting, of: run) else { return false }
    starts.append(
      SharedStart(
        parting: parting, run: run, reached: state, entries: entries,
        changes: state.unsavedChanges - begin.unsavedChanges))
    return true
  }
}

/// How far one run has come.
struct SharedStart {
  fileprivate let parting: Sweep.Parting
  fileprivate let run: Int
  var reached: SessionState
  /// What led there, from the run's beginning.
  fileprivate let entries: [JournalEntry]
  fileprivate let changes: Int

  /// The statement to go on with.
  var statement: Int { parting.statement }

  /// "the first 3 statements are shared with run 1".
  var words: String {
    statement == 1
      ? "the first statement is shared with run \(run + 1)"
      : "the first \(statement) statements are shared with run \(run + 1)"
  }

  /// The session as it is when another run has come as far, which began with `session`.
  func state(after session: SessionState) -> SessionState {
    var state = reached
    state.settings = session.settings
    state.settings.takeJournalled(from: reached.settings)
    // What is shared draws nothing.
    state.figures = session.figures
    state.journal = session.journal + entries
    state.unsavedChanges = session.unsavedChanges + changes
    return state
  }
}

// MARK: - For another process

extension SharedStart {
  /// All but the session's state, of which `session` has what no saved state has.
  func json(session: JSONObject) -> JSONObject {
    [
      "statement": .integer(parting.statement), "axes": .array(parting.axes.map { .integer($0) }), "run": .integer(run),
      "entries": .array(entries.map(\.json)), "changes": .integer(changes), "session": .object(session),
    ]
  }

  /// The start that was written so, its session without images; nil for anything else. Throws what reading a state throws.
  init?(_ json: JSONObject, state: [UInt8]) throws {
    guard let statement = json["statement"]?.integer, let axes = json["axes"]?.array, let run = json["run"]?.integer,
      let entries = json["entries"]?.array, let changes = json["changes"]?.integer,
      let session = json["session"]?.object
    else { return nil }
    self.init(
      parting: Sweep.Parting(statement: statement, axes: axes.compactMap(\.integer)), run: run,
      reached: try SharedSession(note: session, state: state).session(),
      entries: entries.compactMap { JournalEntry(json: $0) }, changes: changes)
  }
}
