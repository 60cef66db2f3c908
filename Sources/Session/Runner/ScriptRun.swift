import CommandLanguage

/// What a script came to that a command ran on a session of its own.
public struct ScriptRun: Sendable {
  public let status: ScriptRunner.Status
  /// What each command came to, in order; one that runs scripts stands behind the commands in them.
  public let commands: [CommandRun]
  /// What is wrong with the script, so that none of it ran, or what failed in it; the commands' failures among it.
  public let problems: [Diagnostic]
  /// The session afterwards.
  public let state: SessionState
}

extension ScriptRun {
  /// Runs `script` for a command that stands where `callers` say.
  ///
  /// - Parameters:
  ///   - frontEnd: gets the events that `isShown` lets through, and gives the interruptions.
  ///   - callers: the innermost first.
  init(
    of script: Script, on state: SessionState, _ table: CommandTable, _ frontEnd: any FrontEnd,
    isShown: @escaping (SessionEvent) -> Bool, callers: [SourceLocation]
  ) {
    let observer = Observer(of: frontEnd, isShown: isShown)
    let runner = ScriptRunner(table: table, state: state, frontEnd: observer)
    status = runner.run(script, callers: callers)
    (commands, problems, self.state) = (observer.commands, observer.problems, runner.state)
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
}
