import ClusteringMethods
import CommandLanguage

/// A row an epoch or round, printed as it comes; the header stands before the first.
struct TrainingTable {
  private let hasScores: Bool
  private let columns: Table
  private var isStarted = false

  /// - Parameters:
  ///   - unit: what a row is about, "epoch" or "round".
  ///   - metrics: what training tells of itself.
  ///   - hasScores: whether there are labels to score the clusters with.
  init(of unit: String, _ metrics: [TrainingMetric], hasScores: Bool) {
    self.hasScores = hasScores
    columns = Table(
      [.init(unit, .integer, width: 5)] + metrics.map { .init($0.title, .decimal($0.decimals), width: $0.width) }
        + (hasScores ? [.init("accuracy", .decimal(4)), .init("nmi", .decimal(4), width: 6)] : [])
        + [.init("images/s", .integer)])
  }

  mutating func add(
    _ number: Int, _ metrics: [Double], accuracy: Double? = nil, nmi: Double? = nil, imagesPerSecond: Double,
    _ environment: Environment
  ) {
    var cells = [.integer(number)] + metrics.map { Table.Cell.number($0) }
    if hasScores { cells += [.optional(accuracy), .optional(nmi)] }
    var row = columns
    row.add(cells + [.number(imagesPerSecond.rounded(.down))])
    environment.print(rows: row, isFirst: !isStarted)
    isStarted = true
  }

  mutating func add(_ number: Int, _ round: TrainingLog.Round, _ environment: Environment) {
    add(
      number, round.metrics, accuracy: round.accuracy, nmi: round.nmi, imagesPerSecond: round.imagesPerSecond,
      environment)
  }
}
