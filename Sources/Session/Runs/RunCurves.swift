import JSONValues
import RunStore

/// What the rounds of a run's training came to, beside its score in the store of runs.
struct RunCurves {
  /// By which `plot runs` calls the rounds.
  static let name = "round"
  /// Under which they stand among a run's results.
  fileprivate static let member = "curves"

  /// Values of each, from the first round on; null where there is none.
  fileprivate let curves: JSONObject

  /// - Returns: nil for a training without rounds.
  init?(_ training: TrainingLog) {
    guard !training.rounds.isEmpty else { return nil }
    var curves: JSONObject = [:]
    for (place, metric) in training.metrics.enumerated() {
      curves[metric.key] = .array(training.rounds.map { .number($0.metrics[place]) })
    }
    if training.rounds.contains(where: { $0.accuracy != nil }) {
      curves["accuracy"] = .array(training.rounds.map { .optional($0.accuracy) })
      curves["nmi"] = .array(training.rounds.map { .optional($0.nmi) })
    }
    self.curves = curves
  }

  fileprivate init(stored: JSONObject) { curves = stored }

  var names: [String] { curves.members.map(\.name) }

  /// The finite values of one, with their rounds from 1 on.
  subscript(name: String) -> [(round: Int, value: Double)] {
    guard case .array(let values)? = curves[name] else { return [] }
    return values.enumerated().compactMap { place, value in
      let number = value.number ?? value.integer.map(Double.init)
      return number.flatMap { $0.isFinite ? (place + 1, $0) : nil }
    }
  }
}

extension JSONObject {
  /// Results with what the rounds before them came to.
  func with(_ curves: RunCurves) -> JSONObject {
    var results = self
    results[RunCurves.member] = .object(curves.curves)
    return results
  }
}

extension StoredRun {
  /// Empty for a run of an earlier version, or without rounds.
  var curves: RunCurves { RunCurves(stored: results[RunCurves.member]?.object ?? [:]) }
}

extension [String] {
  /// Each once, in the order in which they first came.
  var uniqued: [String] {
    var found: [String] = []
    for text in self where !found.contains(text) { found.append(text) }
    return found
  }
}
