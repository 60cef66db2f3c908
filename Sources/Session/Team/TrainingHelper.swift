import CommandLanguage
import Datasets

/// What the processes of a team are that run no session of their own: they train with the first, show nothing and write
/// nothing.
public final class TrainingHelper {
  private let table: CommandTable
  /// What was loaded last: commands mostly train on the same images.
  private var dataset: Dataset?

  public init(commands: [CommandGroup]) { table = CommandTable(commands) }

  /// Helps until the first process leaves; throws if it is lost.
  public func serve(_ team: any Team) throws {
    try team.help { bytes in
      let work = SharedWork(bytes)
      let session = try self.session(work)
      return {
        let (runner, frontEnd) = self.runner(session) { team.isCalledOff }
        runner.peers = team.peers
        runner.run(Script(work.command, name: "<work>"))
        return frontEnd.problem
      }
    }
  }

  private func runner(
    _ session: SessionState, isCalledOff: @escaping () -> Bool = { false }
  ) -> (ScriptRunner, SilentFrontEnd) {
    let frontEnd = SilentFrontEnd(isCalledOff)
    return (ScriptRunner(table: table, state: session, frontEnd: frontEnd), frontEnd)
  }

  /// The session of a piece of work, with its images, which must be the same as the first process has.
  private func session(_ work: SharedWork) throws -> SessionState {
    var session = try work.session()
    guard let command = session.dataCommand, let expected = session.absentData else { return session }
    if dataset?.sha256 != expected {
      dataset = nil
      var empty = SessionState()
      empty.settings.dataFolder = session.settings.dataFolder
      let (runner, frontEnd) = runner(empty)
      runner.run(Script("\(command) data=any", name: "<work>"))
      guard let loaded = runner.state.dataset else {
        throw TeamError.noData(command: command, reason: frontEnd.problem ?? "it failed")
      }
      guard loaded.sha256 == expected else {
        throw TeamError.otherData(command: command, expected: expected, found: loaded.sha256)
      }
      dataset = loaded
    }
    (session.dataset, session.absentData) = (dataset, nil)
    return session
  }
}

/// Shows nothing, but keeps what went wrong first.
private final class SilentFrontEnd: FrontEnd {
  private(set) var problem: String?
  private let isCalledOff: () -> Bool

  init(_ isCalledOff: @escaping () -> Bool) { self.isCalledOff = isCalledOff }

  func show(_ event: SessionEvent) {
    if case .diagnostic(let diagnostic) = event, problem == nil { problem = "\(diagnostic.problem)" }
  }

  var interruptions: Int { isCalledOff() ? 1 : 0 }
}

/// What keeps a process from helping.
enum TeamError: Error, CustomStringConvertible {
  case noData(command: String, reason: String)
  case otherData(command: String, expected: String, found: String)

  var description: String {
    switch self {
    case .noData(let command, let reason): "'\(command)' failed there: \(reason)"
    case .otherData(let command, let expected, let found):
      "'\(command)' loads other data there: expected sha256 \(expected), found \(found); put the same files on every node"
    }
  }
}
