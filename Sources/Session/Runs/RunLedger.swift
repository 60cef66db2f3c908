import ClusteringMethods
import CommandLanguage
import Files
import Glibc
import JSONValues
import RunStore

/// A command whose results are kept in the store of runs: a score.
protocol ScoringCommand: SessionCommand {}

/// Enters the scores of a session in the store of runs, which is opened when there is the first.
public final class RunLedger {
  /// The store's file.
  public let path: String
  private let report: (String) -> Void
  private var opened: RunStore?
  private var hasFailed = false
  /// The numbers of the runs that were entered since the last look.
  private var entered: [Int] = []

  /// - Parameter report: shows a line to the user.
  public init(path: String, report: @escaping (String) -> Void) {
    (self.path, self.report) = (path, report)
  }

  /// The user's own, in the data folder; nil without a home.
  public static var usualPath: String? {
    UserFolder.data.path { ProcessEnvironment.variables[$0] }.map { "\($0)/runs.sqlite" }
  }

  /// The store; throws `RunStoreError` and `FileError`.
  func store() throws -> RunStore {
    if let opened { return opened }
    let store = try RunStore(path: path)
    opened = store
    return store
  }

  /// Enters what a command found; that it cannot is told once.
  func enter(_ run: CommandRun, in session: SessionState) {
    guard session.settings.keepsRuns, let model = session.model, let dataset = session.dataset else { return }
    do {
      entered.append(
        try store().add(
          StoredRun(run, of: model, on: (dataset.name, dataset.sha256, dataset.count), in: session),
          script: SessionScript.text(of: session)))
      hasFailed = false
    } catch {
      if !hasFailed { report("the run is not kept: \(error)".withoutControls()) }
      hasFailed = true
    }
  }

  /// The numbers of the runs that were entered since the last call.
  func takeEntered() -> [Int] {
    defer { entered = [] }
    return entered
  }
}

extension StoredRun {
  fileprivate init(
    _ run: CommandRun, of model: any ClusteringMethod, on data: (name: String, sha256: String, count: Int),
    in session: SessionState
  ) {
    var settings = model.record
    settings["name"] = nil
    let seconds = session.journal.reduce(0.0) { sum, entry in
      if case .command(let command) = entry { sum + command.seconds } else { sum }
    }
    self.init(
      time: Glibc.time(nil), version: productVersion, command: run.call.verb, method: model.name, settings: settings,
      seed: "\(session.seed)", dataset: data.name, sha256: data.sha256, images: data.count,
      epochs: session.training.epochs.count, rounds: session.training.rounds.count, seconds: seconds,
      results: run.results)
  }
}
