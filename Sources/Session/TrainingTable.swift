import ClusterDDPM
import CommandLanguage

/// A row an epoch or round, printed as it comes; the header stands before the first.
struct TrainingTable {
  private let hasScores: Bool
  private let columns: Table
  private var isStarted = false

  /// - Parameters:
  ///   - unit: what a row is about, "epoch" or "round".
  ///   - hasScores: whether there are labels to score the clusters with.
  init(of unit: String, hasScores: Bool) {
    self.hasScores = hasScores
    columns = Table(
      [
        .init(unit, .integer, width: 5), .init("loss", .decimal(2), width: 10),
        .init("reconstruction", .decimal(2)), .init("prior", .decimal(2), width: 10),
      ]
        + (hasScores ? [.init("accuracy", .decimal(4)), .init("nmi", .decimal(4), width: 6)] : [])
        + [.init("images/s", .integer)])
  }

  mutating func add(
    _ number: Int, _ losses: Losses, accuracy: Double? = nil, nmi: Double? = nil, imagesPerSecond: Double,
    _ environment: Environment
  ) {
    var cells: [Table.Cell] = [
      .integer(number), .number(losses.loss), .number(losses.reconstructionLoss), .number(losses.priorLoss),
    ]
    if hasScores { cells += [.optional(accuracy), .optional(nmi)] }
    var row = columns
    row.add(cells + [.number(imagesPerSecond.rounded(.down))])
    environment.print(rows: row, isFirst: !isStarted)
    isStarted = true
  }
}
