import CommandLanguage

/// The states before the last changes, with what made them, and those that were taken back.
///
/// A loop, and what a `run` ran, is one step once it has ended. Journals only grow within them, so that where a step's
/// commands stand in the journal stays so until an undo takes them out.
struct UndoHistory {
  /// How many steps can be undone; each keeps what it changed in memory.
  static let limit = 8

  private struct Step {
    /// Variables and results left out: they stay when it is undone, and a copy would cost time by their number.
    let before: SessionState
    let command: String
    /// Where its commands end in the journal; they begin where that of `before` ends.
    let journalEnd: Int
    /// Whether its commands are steps of their own when they are replayed one by one.
    let isLoop: Bool
  }

  private struct Undone {
    let step: Step
    let after: SessionState
    /// What the journal lost by it; nil if it kept all, with the undo behind it.
    let dropped: [JournalEntry]?
  }

  /// A loop that has not ended.
  private struct Loop {
    let steps: [Step]
    let state: SessionState
    let depth: Int
    /// The smallest depth since it began.
    var lowest: Int
    var hasChanged = false
  }

  private var steps: [Step] = []
  private var undone: [Undone] = []
  private var loops: [Loop] = []
  /// How many steps there are, those that are too old to be kept among them.
  private var depth = 0

  // MARK: Changes

  /// Takes note of a command, and of the session before and after it.
  mutating func note(_ command: String, before: SessionState, after: SessionState) {
    undone = []
    add(Step(before: before.remembered, command: command, journalEnd: after.journal.count, isLoop: false))
    markChange()
  }

  private mutating func add(_ step: Step) {
    steps.append(step)
    depth += 1
    if steps.count > Self.limit { steps.removeFirst() }
  }

  private mutating func markChange() {
    guard !loops.isEmpty else { return }
    loops[loops.count - 1].hasChanged = true
    loops[loops.count - 1].lowest = min(loops[loops.count - 1].lowest, depth)
  }

  mutating func beginLoop(in state: SessionState) {
    loops.append(Loop(steps: steps, state: state.remembered, depth: depth, lowest: depth))
  }

  /// Makes one step of what the loop did, called `text`; a loop that took back all that it did was none.
  ///
  /// - Returns: whether there is a step of it.
  @discardableResult
  mutating func endLoop(_ text: String, in state: SessionState) -> Bool {
    guard let loop = loops.popLast() else { preconditionFailure("the end of a loop that was not begun") }
    guard loop.hasChanged else { return false }
    defer { markChange() }
    guard depth != loop.depth || loop.lowest < loop.depth else { return false }
    (steps, depth) = (loop.steps, loop.depth)
    add(Step(before: loop.state, command: text, journalEnd: state.journal.count, isLoop: true))
    return true
  }

  // MARK: Undo and redo

  /// Goes back by `count` steps.
  ///
  /// - Parameters:
  ///   - keeps: whether the journal keeps what is taken back; nil for: where a loop does it, or something was found or
  ///     written in between.
  ///   - run: the command that does it, which joins a journal that keeps it all.
  /// - Returns: what was taken back, the last first.
  /// - Throws: `UndoError` if there are fewer, or a loop should forget.
  mutating func takeBack(
    _ count: Int, keeps: Bool?, by run: inout CommandRun, in state: inout SessionState
  ) throws(UndoError) -> [String] {
    guard count <= steps.count else { throw .tooFew(verb: "undo", wanted: count, available: steps.count) }
    if keeps == false, !loops.isEmpty { throw .keptInLoops }
    let taken = Array(steps.suffix(count))
    let stretch = state.journal[taken[0].before.journal.count...]
    let isKept = keeps ?? (!loops.isEmpty || stretch.contains { $0.found })
    var after = state.remembered
    for step in taken.reversed() {
      let start = step.before.journal.count
      undone.append(Undone(step: step, after: after, dropped: isKept ? nil : Array(after.journal[start...])))
      after = step.before
    }
    steps.removeLast(count)
    depth -= count
    markChange()

    let present = state
    state = present.returning(to: after)
    run.results = ["undone": .integer(count), "kept": .bool(isKept)]
    if isKept {
      run.loopsTakenBack = taken.filter(\.isLoop).map { $0.before.journal.count..<$0.journalEnd }
      run.text = UndoCommand(count: count, keeps: true).canonicalText
      state.journal = present.journal + [.command(run)]
      state.unsavedChanges = present.unsavedChanges
      // A replay draws them, as the journal has it.
      state.figures = present.figures
    }
    return taken.reversed().map(\.command)
  }

  /// Brings back `count` steps that were undone; arguments and errors as in `takeBack`.
  mutating func bringBack(
    _ count: Int, by run: inout CommandRun, in state: inout SessionState
  ) throws(UndoError) -> [String] {
    guard count <= undone.count else { throw .tooFew(verb: "redo", wanted: count, available: undone.count) }
    run.results = ["redone": .integer(count)]
    var commands: [String] = []
    for _ in 0..<count {
      let last = undone.removeLast()
      let before = state
      state = before.returning(to: last.after)
      state.figures = last.after.figures.adding(before.figures)
      if let dropped = last.dropped {
        let shift = before.journal.count - last.step.before.journal.count
        state.journal = before.journal + dropped.map { $0.movingLoops(by: shift) }
        state.unsavedChanges =
          before.unsavedChanges
          + max(1, last.after.unsavedChanges - last.step.before.unsavedChanges)
      } else {
        var entry = run
        entry.text = RedoCommand().canonicalText
        state.journal = before.journal + [.command(entry)]
        state.unsavedChanges = before.unsavedChanges
      }
      add(
        Step(
          before: before.remembered, command: last.step.command, journalEnd: state.journal.count,
          isLoop: last.dropped != nil && last.step.isLoop))
      commands.append(last.step.command)
    }
    markChange()
    return commands
  }
}

extension SessionState {
  /// The session without what stays when a change is undone.
  fileprivate var remembered: SessionState {
    var state = self
    (state.variables, state.results) = (Variables(), Results())
    return state
  }

  /// An earlier or later state, with what stays as it is now: variables, results and settings.
  fileprivate func returning(to other: SessionState) -> SessionState {
    var state = other
    (state.variables, state.results, state.settings) = (variables, results, settings)
    // They belong to the journal, which has gone with the state.
    state.settings.takeJournalled(from: other.settings)
    return state
  }
}

extension JournalEntry {
  /// Whether it is more than a change of the session: what was shown, written or taken back.
  fileprivate var found: Bool {
    if case .command(let run) = self { !run.isChange } else { false }
  }

  func movingLoops(by shift: Int) -> JournalEntry {
    guard case .command(var run) = self else { return self }
    run.loopsTakenBack = run.loopsTakenBack.map { $0.lowerBound + shift..<$0.upperBound + shift }
    return .command(run)
  }
}

/// What was asked of `undo` or `redo` that cannot be.
enum UndoError: Error, CustomStringConvertible {
  case tooFew(verb: String, wanted: Int, available: Int)
  case keptInLoops

  /// Whether `keep=` is at fault.
  var isAboutKeeping: Bool { if case .keptInLoops = self { true } else { false } }

  var description: String {
    switch self {
    case .tooFew(let verb, _, 0): "there is nothing to \(verb)"
    case .tooFew(let verb, let wanted, let available):
      "only \(NumberText.counted(available, "change")) can be \(verb == "undo" ? "undone" : "redone"), not \(wanted)"
    case .keptInLoops:
      "within a loop or a run what is taken back is kept: keep=off is for an undo that stands alone"
    }
  }
}
