import CommandLanguage
import JSONValues

/// A run of a sweep that another process is at.
protocol RunOnItsWay: AnyObject {
  var isRunning: Bool { get }
  /// What it sent, once it has ended; nil if it was lost.
  var result: [UInt8]? { get }
}

/// A team to whose processes a sweep's runs are given; in the first of them.
final class SweepTeam {
  /// A run that another process of the team is at.
  private final class RemoteRun: RunOnItsWay {
    let rank: Int
    fileprivate(set) var isRunning = true
    fileprivate(set) var result: [UInt8]?

    init(rank: Int) { self.rank = rank }
  }

  private let team: any Team
  private let number: Int
  /// Runs at a time, by rank; this process's own are none of this one's affair.
  private let places: [Int]
  private var runs: [Int: RemoteRun] = [:]

  /// Tells the team of the sweep.
  ///
  /// - Parameters:
  ///   - jobs: runs at a time, in all.
  ///   - session: as it is before every run.
  /// - Throws: what the team throws.
  init(_ team: any Team, _ sweep: SharedSweep, jobs: Int, from session: SessionState) throws {
    (self.team, number) = (team, sweep.number)
    let count = team.peers.count
    places = (0..<count).map { jobs / count + ($0 < jobs % count ? 1 : 0) }
    try team.begin(SharedWork(.sweep(sweep), from: session).bytes)
    team.end()
  }

  /// How many runs this process is to be at itself.
  var ownPlaces: Int { places[0] }

  var runningCount: Int { runs.count }

  /// Gives a run to a process that has room for it; nil if none has.
  ///
  /// - Throws: what the team throws.
  func begin(_ run: Int, from start: SharedStart?) throws -> (any RunOnItsWay)? {
    var free = places
    for run in runs.values { free[run.rank] -= 1 }
    guard let rank = free.indices.dropFirst().filter({ free[$0] > 0 }).max(by: { free[$0] < free[$1] }) else {
      return nil
    }
    try team.post(SweepTask(sweep: number, run: run, start: start).parcel().bytes, to: rank)
    let remote = RemoteRun(rank: rank)
    runs[run] = remote
    return remote
  }

  /// Takes in what has come of runs; throws if a process is lost.
  func receive() throws {
    for letter in try team.letters() {
      // A run of a sweep that was ended early may still be told of.
      guard let parcel = Parcel(letter), parcel.header["sweep"]?.integer == number,
        let run = parcel.header["run"]?.integer.flatMap({ runs.removeValue(forKey: $0) })
      else { continue }
      (run.isRunning, run.result) = (false, parcel.body.isEmpty ? nil : parcel.body)
    }
  }

  /// Ends what is still at work. An error stands in the way of the team's next work.
  func end() {
    for rank in places.indices.dropFirst() { try? team.post(SweepTask.end(sweep: number).bytes, to: rank) }
    runs = [:]
  }
}

extension ScriptRunner {
  /// What keeps runs of a sweep from being done elsewhere, in words; nil if nothing does.
  func bindsToFirst(_ sweep: Sweep) -> String? {
    // They need what was entered, done before or stored here.
    let own = [
      UndoCommand.declaration.verb, RedoCommand.declaration.verb, RerunCommand.declaration.verb,
      HistoryCommand.declaration.verb, CellsCommand.declaration.verb, RestoreCommand.declaration.verb,
      RecoverCommand.declaration.verb, SetCommand.declaration.verb, QuitCommand.declaration.verb,
      RunsCommand.declaration.verb, TableCommand.declaration.verb, FetchCommand.declaration.verb,
    ]
    if let verb = sweep.verbs.sorted().first(where: { own.contains($0) || table[$0]?.definesVariables ?? false }) {
      return "it has '\(verb)', which is of this process"
    }
    let axes = sweep.names.enumerated().map { place, name in
      var values: [String] = []
      for combination in sweep.combinations where !values.contains(combination[place]) {
        values.append(combination[place])
      }
      return "\(name)=\(Value(items: values))"
    }
    let written = WrittenFiles()
    var variables = KnownVariables(state.variables, results: state.results)
    _ = Script("sweep \(axes.joined(separator: " ")) \(sweep.block)", name: sweep.place.source.name)
      .check(against: table, variables: &variables, files: written)
    return written.first.map { "it writes \($0), which is to lie with this process" }
  }
}

/// Notes whether a script writes files.
private final class WrittenFiles: FileForecast {
  private(set) var first: String?

  func expect(_ file: WrittenFile, isSure: Bool) { first = first ?? file.path }
  func expectAnything() { first = first ?? "files" }
}
