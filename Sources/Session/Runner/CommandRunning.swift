import CommandLanguage

/// How one command is run on the session.
extension ScriptRunner {
  public func run(_ command: any Command, call: CommandCall) -> Diagnostic? {
    let start = ContinuousClock.now
    frontEnd.show(.began(call))
    var run = CommandRun(call, asked: command.canonicalText)
    do {
      try perform(command, call, &run, since: start)
    } catch is CommandInterrupted {
      run.status = .interrupted(isKept: false)
      frontEnd.show(.note(CommandInterrupted().description))
    } catch {
      run.status = .failed(call.diagnostic(for: error.advised))
    }
    run.seconds = (ContinuousClock.now - start).seconds
    if let failure = run.failure { frontEnd.show(.diagnostic(failure)) }
    note(run)
    return run.failure
  }

  public func run(
    _ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?
  ) -> Diagnostic? {
    let start = ContinuousClock.now
    frontEnd.show(.began(call))
    var run = CommandRun(call, asked: command.canonicalText)
    do {
      // A failure in a script was shown where it happened.
      if let failure = try scripts() { run.status = .failed(failure) }
    } catch {
      let failure = call.diagnostic(for: error.advised)
      run.status = .failed(failure)
      frontEnd.show(.diagnostic(failure))
    }
    run.seconds = (ContinuousClock.now - start).seconds
    note(run)
    return run.failure
  }

  /// Runs `command` on a copy of the session, which takes the session's place when it succeeds.
  private func perform(
    _ command: any Command, _ call: CommandCall, _ run: inout CommandRun, since start: ContinuousClock.Instant
  ) throws {
    let printed = Environment.Printed()
    /// What the command comes to if it ends with `outcome`.
    func ending(_ run: CommandRun, with outcome: CommandOutcome) -> CommandRun {
      var run = run
      run.take(outcome, call)
      run.output = printed.texts
      run.seconds = (ContinuousClock.now - start).seconds
      return run
    }
    let environment = Environment(
      table: table, call: call, history: entries, inline: state.settings.inline, frontEnd: frontEnd,
      printed: printed,
      keepSafe: keepSafe.map { keepSafe in
        { [run] reached, outcome in keepSafe(self.noted(ending(run, with: outcome), of: command, in: reached)) }
      })
    var changed = state
    let outcome =
      switch command {
      case let command as any ReadingCommand: try command.run(on: state, environment)
      case let command as any ChangingCommand: try command.run(on: &changed, environment)
      default: preconditionFailure("\(call.verb) is in the session's table but is no session command")
      }
    run = ending(run, with: outcome)
    let isChange = isChange(command)
    if isChange { undoHistory.note(run.text, before: state) }
    state = noted(run, of: command, in: changed)
    if isChange { keepSafe?(state) }
    if outcome.isInterrupted { note(.interrupted) }
    if run.failure == nil, let request = outcome.request { try fulfil(request) }
  }

  /// What the user's start-up file sets is of this user, not of the session: a saved one goes to others.
  private func isOfSession(_ command: any Command) -> Bool { remembers || !(command is SetCommand) }

  /// Whether the command is work that can be lost and undone.
  private func isChange(_ command: any Command) -> Bool {
    isOfSession(command) && (command as? any ChangingCommand)?.isWork ?? false
  }

  /// `state` with a command that led there noted in it.
  private func noted(_ run: CommandRun, of command: any Command, in state: SessionState) -> SessionState {
    var state = state
    if isChange(command) { state.unsavedChanges += 1 }
    if isOfSession(command), (command as? any SessionCommand)?.isJournalled == true {
      state.journal.append(.command(run))
    }
    return state
  }

  private func fulfil(_ request: CommandOutcome.Request) throws {
    switch request {
    case .quit: isQuitting = true
    case .noteSaved: state.unsavedChanges = 0
    case .undo(let count):
      let (earlier, commands): (SessionState, [String])
      do { (earlier, commands) = try undoHistory.takeBack(count, from: state) } catch { throw error.about("count") }
      for command in commands {
        frontEnd.show(
          .text(Passage(atMost: .max) { "took back: " + DisplayWidth.elided(command, width: max($0 - 11, 40)) }))
      }
      state = earlier
    }
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
