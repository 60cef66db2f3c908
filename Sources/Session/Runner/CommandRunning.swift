import CommandLanguage
import Interruptions

/// How one command is run on the session.
extension ScriptRunner {
  public func run(_ command: any Command, call: CommandCall) -> Diagnostic? {
    let execution = Execution(command, call)
    frontEnd.show(.began(call))
    let run: CommandRun
    do {
      run = try perform(execution)
    } catch  where error.isInterruption {
      run = interrupted(execution)
    } catch {
      run = execution.ended(.failed(call.diagnostic(for: error.advised)))
    }
    if let failure = run.failure { frontEnd.show(.diagnostic(failure)) }
    note(run)
    return run.failure
  }

  public func run(
    _ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?
  ) -> Diagnostic? {
    let execution = Execution(command, call)
    // What fit runs follows from the session; a script may be another the next time, and use any variable.
    if !(command is any SessionScriptCommand) { isShareable = false }
    frontEnd.show(.began(call))
    let isFresh = isFresh
    let failure: Diagnostic?
    do {
      // A failure in a script was shown where it happened.
      loopBegan()
      defer { loopEnded(call.text) }
      failure = try scripts()
    } catch  where error.isInterruption {
      note(interrupted(execution))
      return nil
    } catch {
      let diagnostic = call.diagnostic(for: error.advised)
      frontEnd.show(.diagnostic(diagnostic))
      failure = diagnostic
    }
    if isFresh, failure == nil, !isStopped,
      let replayed = (command as? RunCommand)?.wholeScript(from: call.location.source)
    {
      noteReplayed(replayed)
    }
    note(execution.ended(failure.map { .failed($0) } ?? .ok))
    return failure
  }

  /// What a command comes to that was interrupted and kept nothing.
  private func interrupted(_ execution: Execution) -> CommandRun {
    frontEnd.show(.note(CommandRun.nothingKept))
    return execution.ended(.interrupted(isKept: false))
  }

  /// Runs a command on a copy of the session, which takes the session's place when it succeeds.
  private func perform(_ execution: Execution) throws -> CommandRun {
    let (command, call) = (execution.command, execution.call)
    if !isChange(command) || command is any ScoringCommand { isShareable = false }
    // A picture or an encoding may take an hour: what speaks against its file is said before.
    for (parameter, file) in command.writtenFiles { try command.about(parameter) { try OutputFile.check(file) } }
    let environment = Environment(
      table: table, call: call, history: entries, transcript: transcript, keptSessions: keptSessions, ledger: ledger,
      inline: state.settings.inline, frontEnd: frontEnd, printed: execution.printed,
      record: { try self.startRecord($0) },
      keepSafe: safekeeper.map { keeper in
        { reached, outcome in keeper.keep(self.noted(execution.ended(with: outcome), of: command, in: reached)) }
      },
      runAside: { script, state, isShown in
        self.run(script, on: state, callers: [call.location] + call.callers, isShown: isShown)
      })
    var changed = state
    let outcome =
      switch command {
      case let command as any ReadingCommand & SharedCommand:
        try share(command) { try command.run(on: $0, environment) }
      case let command as any ReadingCommand: try command.run(on: state, environment)
      case let command as any ChangingCommand & SharedCommand:
        try share(command, on: &changed) { try command.run(on: &$0, environment) }
      case let command as any ChangingCommand: try command.run(on: &changed, environment)
      default: preconditionFailure("\(call.verb) is in the session's table but is no session command")
      }
    var run = execution.ended(with: outcome)
    let isChange = isChange(command)
    let before = state
    if let drawn = outcome.drawn { changed.figures.keep(drawn) }
    state = noted(run, of: command, in: changed)
    if isChange {
      undoHistory.note(run.text, before: before, after: state)
      safekeeper?.keep(state)
    }
    if outcome.isInterrupted { note(.interrupted) }
    if run.failure == nil {
      if let request = outcome.request { try fulfil(request, of: &run) }
      if let entry = table[call.verb], !entry.results.isEmpty {
        state.results.set(run.results.values(entry.results), of: entry.verb)
      }
      if command is any ScoringCommand {
        lastScore = run.results
        if entersRuns { ledger?.enter(run, of: outcome.scored, in: state) }
      }
    }
    return run
  }

  /// What the user's start-up file sets is of this user, not of the session: a saved one goes to others.
  private func isOfSession(_ command: any Command) -> Bool { remembers || !(command is SetCommand) }

  /// Whether the command is work that can be lost and undone.
  private func isChange(_ command: any Command) -> Bool {
    isOfSession(command) && (command as? any ChangingCommand)?.isWork ?? false
  }

  /// `state` with a command that led there noted in it.
  private func noted(_ run: CommandRun, of command: any Command, in state: SessionState) -> SessionState {
    var (run, state) = (run, state)
    run.isChange = isChange(command)
    if run.isChange { state.unsavedChanges += 1 }
    // What a replay could not draw is not drawn again there either.
    let isOfOthers = command is ReplotCommand && state.figures.last?.isJournalled == false
    if isOfSession(command), !isOfOthers, (command as? any SessionCommand)?.isJournalled == true {
      state.journal.append(.command(run))
    }
    return state
  }

  private func fulfil(_ request: CommandOutcome.Request, of run: inout CommandRun) throws {
    switch request {
    case .quit: isQuitting = true
    case .noteSaved:
      state.unsavedChanges = 0
      safekeeper?.keep(state)
    case .noteRecovered(let kept): safekeeper?.takeOver(kept)
    case .undo(let undo):
      let commands: [String]
      do {
        commands = try undoHistory.takeBack(undo.count, keeps: undo.keeps, by: &run, in: &state)
      } catch {
        throw error.about(error.isAboutKeeping ? "keep" : "count")
      }
      tell("took back", commands)
    case .redo(let redo):
      let commands: [String]
      do {
        commands = try undoHistory.bringBack(redo.count, by: &run, in: &state)
      } catch {
        throw error.about("count")
      }
      tell("brought back", commands)
    }
  }

  /// Says what an undo or redo did, and makes it last.
  private func tell(_ words: String, _ commands: [String]) {
    for command in commands {
      frontEnd.show(
        .text(
          Passage(atMost: .max) {
            "\(words): " + DisplayWidth.elided(command, width: max($0 - words.count - 2, 40))
          }))
    }
    safekeeper?.keep(state)
  }
}

/// A command on its way.
private struct Execution {
  let command: any Command
  let call: CommandCall
  let printed = Environment.Printed()
  private let start = ContinuousClock.now

  init(_ command: any Command, _ call: CommandCall) {
    (self.command, self.call) = (command, call)
  }

  /// What it comes to if it ends now.
  func ended(_ status: CommandRun.Status) -> CommandRun {
    var run = CommandRun(call, asked: command.canonicalText)
    (run.status, run.output, run.seconds) = (status, printed.texts, (ContinuousClock.now - start).seconds)
    return run
  }

  /// What it comes to if it ends now with `outcome`.
  func ended(with outcome: CommandOutcome) -> CommandRun {
    let failure = outcome.failure.map { call.diagnostic(for: $0.advised) }
    var run = ended(failure.map { .failed($0) } ?? (outcome.isInterrupted ? .interrupted(isKept: true) : .ok))
    if let performed = outcome.performed { run.text = performed.canonicalText }
    run.saved = outcome.saved?.canonicalText
    (run.results, run.artifacts) = (outcome.results, outcome.artifacts)
    return run
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}

extension Error {
  /// Whether the work was interrupted rather than that it failed, whatever was put around that.
  var isInterruption: Bool { (innermost as? any InterruptibleError)?.isInterruption ?? false }
}
