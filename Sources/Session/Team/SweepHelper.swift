import CommandLanguage
import JSONValues
import TensorEngine

/// Runs of one sweep that the first process of a team gives to this one, each in a process of its own on one thread.
///
/// This one reads the sweep where it stands in its script, as the first has, so that a run here does what it would do there.
final class SweepHelper {
  let number: Int
  private let runner: ScriptRunner
  private let sweep: Sweep
  private let body: (_ statements: Range<Int>) -> Diagnostic?
  private let withImages: (SessionState) throws -> SessionState
  private var processes: [(run: Int, process: RunProcess)] = []
  /// Those that no process could be had for.
  private var unbegun: [(run: Int, report: RunReport)] = []

  /// - Parameters:
  ///   - runner: has the session as it is before every run.
  ///   - withImages: the session with the images that it lacks.
  init(
    _ shared: SharedSweep, by runner: ScriptRunner, withImages: @escaping (SessionState) throws -> SessionState
  ) throws(TeamError) {
    let interpreter = Interpreter(table: runner.table, host: runner, callers: shared.callers)
    guard let (sweep, body) = interpreter.sweep(at: shared.place, cell: shared.cell) else { throw .noSweep }
    (number, self.runner, self.sweep, self.body, self.withImages) = (shared.number, runner, sweep, body, withImages)
    // Scores are held for the first process to enter.
    runner.ledger = RunLedger(path: "") { _ in }
    runner.keepsRecords = shared.isRecorded
  }

  /// Begins with a run.
  func begin(_ task: Parcel) {
    guard let run = task.header["run"]?.integer else { return }
    do {
      // What reading a state writes would stay behind of a process that is killed.
      guard let task = try SweepTask(task), sweep.combinations.indices.contains(run) else { throw TeamError.noSweep }
      processes.append((run, try RunProcess { self.report(of: task).bytes }))
    } catch {
      unbegun.append((run, .failed(error)))
    }
  }

  /// The runs that have ended since the last call, for the first process.
  func takeReports() -> [Parcel] {
    guard !processes.isEmpty || !unbegun.isEmpty else { return [] }
    RunProcess.look(at: processes.map(\.process))
    let done = processes.filter { !$0.process.isRunning }
    processes.removeAll { !$0.process.isRunning }
    defer { unbegun = [] }
    return done.map { SweepTask.report(sweep: number, run: $0.run, $0.process.result ?? []) }
      + unbegun.map { SweepTask.report(sweep: number, run: $0.run, $0.report.bytes) }
  }

  /// What a run comes to; in a process of its own.
  private func report(of task: SweepTask) -> RunReport {
    Parallel.threadCount = 1
    do {
      var start = task.start
      if let reached = start?.reached { start!.reached = try withImages(reached) }
      return runner.aside { $0.runStatements(of: task.run, in: sweep, from: start, until: nil, body) }
    } catch {
      return .failed(error)
    }
  }
}

/// What the first process and one that helps it tell each other of a run of a sweep.
struct SweepTask {
  let sweep: Int
  /// Its place among the sweep's combinations.
  let run: Int
  /// Where it goes on from; nil for the sweep's beginning.
  let start: SharedStart?

  init(sweep: Int, run: Int, start: SharedStart?) { (self.sweep, self.run, self.start) = (sweep, run, start) }

  /// Throws what reading a state throws; nil for what is no task.
  init?(_ parcel: Parcel) throws {
    guard let sweep = parcel.header["sweep"]?.integer, let run = parcel.header["run"]?.integer else { return nil }
    (self.sweep, self.run) = (sweep, run)
    start = try parcel.header["start"]?.object.flatMap { try SharedStart($0, state: parcel.body) }
  }

  /// Throws what writing a temporary file throws.
  func parcel() throws -> Parcel {
    var header: JSONObject = ["sweep": .integer(sweep), "run": .integer(run)]
    guard let start else { return Parcel(header) }
    let shared = try SharedSession(start.reached)
    header["start"] = .object(start.json(session: shared.note))
    return Parcel(header, shared.state)
  }

  /// That nothing of a sweep is wanted any more.
  static func end(sweep: Int) -> Parcel { Parcel(["sweep": .integer(sweep), "ends": .bool(true)]) }

  /// What a run came to, as its process sent it; empty for one that ended before.
  static func report(sweep: Int, run: Int, _ bytes: [UInt8]) -> Parcel {
    Parcel(["sweep": .integer(sweep), "run": .integer(run)], bytes)
  }
}

extension RunReport {
  fileprivate static func failed(_ error: any Error) -> RunReport {
    var report = RunReport()
    report.hasFailed = true
    report.shown = [.note("error: \(error)".withoutControls())]
    return report
  }

  /// As a process of its own sends it.
  var bytes: [UInt8] { Array(json.sent.description.utf8) }

  /// What was sent so; nil for anything else, as what is left of a process that was killed.
  init?(_ bytes: [UInt8]) {
    guard let json = try? JSONValue(parsing: bytes) else { return nil }
    self.init(json: json.received)
  }
}
