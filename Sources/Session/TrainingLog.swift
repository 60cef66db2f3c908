import ClusteringMethods
import CommandLanguage
import Evaluation
import JSONValues

/// What training came to, epoch by epoch and round by round.
public struct TrainingLog: Sendable {
  struct Epoch: Sendable {
    let number: Int
    let metrics: [Double]
    let imagesPerSecond: Double
  }

  struct Round: Sendable {
    let number: Int
    let metrics: [Double]
    let imagesPerSecond: Double
    /// Nil without labels or before the round's E-step; `nmi` likewise.
    var accuracy: Double?
    var nmi: Double?
    /// The share of the images in each cluster; empty before the round's E-step.
    var occupancy: [Double] = []
  }

  /// What the metrics of an epoch or round are, in their order.
  let metrics: [TrainingMetric]
  var epochs: [Epoch] = []
  var rounds: [Round] = []
  /// What was wrong after the last of them, in the doctor's words.
  package internal(set) var findings: [String] = []
  /// Rounds before those whose losses are on the same terms: a setting was changed then, or another loss begun.
  var lossesBegin = 0
  /// The rounds after which components were merged.
  var merges: [Int] = []
  /// The data set that the training began on, where another one has been loaded since.
  var earlierDataset: String?

  init() { metrics = [] }

  /// The log of a method that is to be trained.
  init(of method: any ClusteringMethod) { metrics = type(of: method).metrics }

  var isEmpty: Bool { epochs.isEmpty && rounds.isEmpty }

  /// "2 epochs and 3 rounds"; epochs only where there are some.
  static func progress(epochs: Int, rounds: Int) -> String {
    (epochs > 0 ? NumberText.counted(epochs, "epoch") + " and " : "") + NumberText.counted(rounds, "round")
  }

  /// Adds a round whose M-step ended.
  mutating func beginRound(_ metrics: [Double], imagesPerSecond: Double) {
    rounds.append(Round(number: rounds.count + 1, metrics: metrics, imagesPerSecond: imagesPerSecond))
  }

  /// Adds a round that is complete.
  mutating func addRound(
    _ pass: TrainingLoop.Pass, _ assignments: [Int], clusterCount: Int, _ labels: Labels?
  ) -> Round {
    beginRound(pass.report.metrics, imagesPerSecond: pass.imagesPerSecond)
    return score(assignments, clusterCount: clusterCount, labels)!
  }

  /// Completes the last round by what its E-step found, if there is one that still lacks it. The labels are read here,
  /// after everything is fitted.
  @discardableResult
  mutating func score(_ assignments: [Int], clusterCount: Int, _ labels: Labels?) -> Round? {
    guard var round = rounds.last, round.occupancy.isEmpty else { return nil }
    round.occupancy = Self.occupancy(assignments, clusterCount: clusterCount)
    if let score = labels.map({ ClusteringScore(assignments: assignments, labels: $0) }) {
      (round.accuracy, round.nmi) = (score.accuracy, score.nmi)
    }
    rounds[rounds.count - 1] = round
    return round
  }

  /// The share of the images in each cluster.
  static func occupancy(_ assignments: [Int], clusterCount: Int) -> [Double] {
    var sizes = [Int](repeating: 0, count: clusterCount)
    for cluster in assignments { sizes[cluster] += 1 }
    return sizes.map { Double($0) / Double(assignments.count) }
  }
}

extension TrainingLog {
  /// What the row of a record has, for some methods.
  static func rowNames(_ isWanted: (any ClusteringMethod.Type) -> Bool) -> [ResultName] {
    ["round"] + Methods.metricNames(of: isWanted) + ["imagesPerSecond", "accuracy", "nmi", "occupancy"]
  }

  /// The row of a record for a round; `number` counts within the command.
  func json(_ round: Round, number: Int) -> JSONValue {
    var row: JSONObject = ["round": .integer(number)]
    for (metric, value) in zip(metrics, round.metrics) { row[metric.key] = .number(value) }
    row["imagesPerSecond"] = .number(round.imagesPerSecond)
    row["accuracy"] = .optional(round.accuracy)
    row["nmi"] = .optional(round.nmi)
    row["occupancy"] = .array(round.occupancy.map { .number($0) })
    return .object(row)
  }
}
