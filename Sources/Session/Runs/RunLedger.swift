import ClusteringMethods
import CommandLanguage
import Datasets
import Files
import Glibc
import JSONValues
import RunStore

/// A command whose results are kept in the store of runs: a score, of the session's model unless its outcome says of
/// what (`CommandOutcome.scored`).
protocol ScoringCommand: SessionCommand {}

/// What a score is of, as the store of runs has it.
struct ScoredMethod: Sendable {
  let method: String
  /// By the names that `model` takes.
  var settings: JSONObject = [:]
  var seed: UInt64
  var epochs = 0
  var rounds = 0
  /// What led there took.
  var seconds = 0.0

  /// The model of a session; nil if there is none.
  init?(_ session: SessionState) {
    guard let model = session.model else { return nil }
    method = model.name
    settings = model.record
    settings["name"] = nil
    seed = session.seed
    (epochs, rounds) = (session.training.epochs.count, session.training.rounds.count)
    seconds = session.journal.withoutTakenBack.reduce(0.0) { sum, entry in
      if case .command(let command) = entry { sum + command.seconds } else { sum }
    }
  }

  /// The images as they are.
  init(pixelsOf session: SessionState) { (method, seed) = ("pixels", session.seed) }
}

/// Enters the scores of a session in the store of runs, which is opened when there is the first.
public final class RunLedger {
  /// The store's file.
  public let path: String
  private let report: (String) -> Void
  private var opened: RunStore?
  private var hasFailed = false
  /// The numbers of the runs that were entered since the last look.
  private var entered: [Int] = []
  /// Whether runs are held for somebody else to enter.
  var holdsBack = false
  private var held: [(run: StoredRun, script: String)] = []

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
  ///
  /// - Parameter scored: what the score is of; nil for the session's model.
  func enter(_ run: CommandRun, of scored: ScoredMethod?, in session: SessionState) {
    guard session.settings.keepsRuns, let method = scored ?? ScoredMethod(session), let dataset = session.dataset else {
      return
    }
    // Of another method than the session's there is no log of rounds.
    let curves = scored == nil ? RunCurves(session.training) : nil
    // Other runs of a sweep have no part in what led here.
    var session = session
    session.journal = session.journal.withoutTakenBack
    let stored = StoredRun(run, of: method, on: dataset, curves)
    let script = SessionScript.text(of: session)
    if holdsBack { held.append((stored, script)) } else { enter(stored, script: script) }
  }

  /// Enters a run; that it cannot is told once.
  func enter(_ run: StoredRun, script: String) {
    do {
      entered.append(try store().add(run, script: script))
      hasFailed = false
    } catch {
      if !hasFailed { report("the run is not kept: \(error)".withoutControls()) }
      hasFailed = true
    }
  }

  /// The runs that were held back since the last call, with their scripts.
  func takeHeld() -> [(run: StoredRun, script: String)] {
    defer { held = [] }
    return held
  }

  /// Closes the store until it is needed again.
  func close() { opened = nil }

  /// The numbers of the runs that were entered since the last call.
  func takeEntered() -> [Int] {
    defer { entered = [] }
    return entered
  }
}

extension StoredRun {
  fileprivate init(
    _ run: CommandRun, of scored: ScoredMethod, on data: Dataset, _ curves: RunCurves?
  ) {
    // How the data were drawn is a setting, too: a table can have a row for every degree of it. What is found of the model
    // may have the same names.
    var settings = scored.settings
    for option in data.drawing.given { settings["data.\(option.name)"] = .number(option.value) }
    // A score of a part of the images says of how many; others have a number of what was drawn under that name.
    let images = run.results["split"].flatMap { _ in run.results["images"]?.integer } ?? data.count
    self.init(
      time: Glibc.time(nil), version: productVersion, command: run.call.verb, method: scored.method,
      settings: settings, seed: "\(scored.seed)", dataset: data.name, sha256: data.sha256, images: images,
      epochs: scored.epochs, rounds: scored.rounds, seconds: scored.seconds,
      results: curves.map { run.results.with($0) } ?? run.results)
  }
}
