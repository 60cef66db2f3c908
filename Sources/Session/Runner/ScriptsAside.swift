import CommandLanguage

extension ScriptRunner {
  /// Runs a script on a session of its own, for a command that stands where `callers` say.
  ///
  /// - Parameters:
  ///   - callers: the innermost first.
  ///   - isShown: which of its events the user sees.
  func run(
    _ script: Script, on state: SessionState, callers: [SourceLocation], isShown: @escaping (SessionEvent) -> Bool
  ) -> ScriptRun {
    let observer = Observer(of: frontEnd, isShown: isShown)
    let runner = ScriptRunner(table: table, state: state, frontEnd: observer)
    (runner.keptSessions, runner.ledger, runner.entersRuns) = (keptSessions, ledger, false)
    (runner.team, runner.peers) = (team, peers)
    let status = runner.run(script, callers: callers)
    return ScriptRun(
      status: status, commands: observer.commands, problems: observer.problems, state: runner.state)
  }
}

/// Stands before another front end and keeps what commands came to.
private final class Observer: FrontEnd {
  private(set) var commands: [CommandRun] = []
  private(set) var problems: [Diagnostic] = []
  private let other: any FrontEnd
  private let isShown: (SessionEvent) -> Bool

  init(of other: any FrontEnd, isShown: @escaping (SessionEvent) -> Bool) {
    (self.other, self.isShown) = (other, isShown)
  }

  func show(_ event: SessionEvent) {
    switch event {
    case .ended(let run): commands.append(run)
    case .diagnostic(let diagnostic): problems.append(diagnostic)
    default: break
    }
    if isShown(event) { other.show(event) }
  }

  var interruptions: Int { other.interruptions }
}
