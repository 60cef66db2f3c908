import CommandLanguage
import Datasets

/// What the processes of a team are that run no session of their own: they train with the first, show nothing and write
/// nothing.
public final class TrainingHelper {
  private let table: CommandTable
  /// What was loaded last: commands mostly train on the same images.
  private var dataset: Dataset?
  /// The sweep whose runs the first process gives out.
  private var sweep: SweepHelper?

  public init(commands: [CommandGroup]) { table = CommandTable(commands) }

  /// Helps until the first process leaves; throws if it is lost.
  public func serve(_ team: any Team) throws {
    try team.help(
      { try self.prepare($0, with: team) },
      meanwhile: { letters in
        letters.forEach(self.take)
        return self.sweep?.takeReports().map(\.bytes) ?? []
      })
  }

  private func prepare(_ bytes: [UInt8], with team: any Team) throws -> () -> String? {
    guard let work = SharedWork(bytes) else { throw TeamError.noWork }
    let session = try withImages(work.session())
    switch work.task {
    case .command(let command):
      return {
        let (runner, frontEnd) = self.runner(session) { team.isCalledOff }
        runner.peers = team.peers
        runner.run(Script(command, name: "<work>"))
        return frontEnd.problem
      }
    case .sweep(let shared):
      sweep = try SweepHelper(shared, by: runner(session).0) { try self.withImages($0) }
      return { nil }
    }
  }

  /// Takes what the first process says of a sweep.
  private func take(_ letter: [UInt8]) {
    guard let parcel = Parcel(letter), let sweep, parcel.header["sweep"]?.integer == sweep.number else { return }
    // Its processes end with it.
    if parcel.header["ends"] != nil { self.sweep = nil } else { sweep.begin(parcel) }
  }

  private func runner(
    _ session: SessionState, isCalledOff: @escaping () -> Bool = { false }
  ) -> (ScriptRunner, SilentFrontEnd) {
    let frontEnd = SilentFrontEnd(isCalledOff)
    return (ScriptRunner(table: table, state: session, frontEnd: frontEnd), frontEnd)
  }

  /// A session with its images, which must be the same as the first process has.
  private func withImages(_ given: SessionState) throws -> SessionState {
    var session = given
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
  /// What was sent is no work, or no sweep stands where one is said to.
  case noWork
  case noSweep

  var description: String {
    switch self {
    case .noData(let command, let reason): "'\(command)' failed there: \(reason)"
    case .otherData(let command, let expected, let found):
      "'\(command)' loads other data there: expected sha256 \(expected), found \(found); put the same files on every node"
    case .noWork: "expected a command or a sweep to share, found other bytes; install the same program on every node"
    case .noSweep: "expected the sweep that is shared, found none of its values; install the same program on every node"
    }
  }
}
