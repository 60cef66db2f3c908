import ClusterDDPM
import CommandLanguage

/// A row an epoch or round, printed as it comes; the header stands before the first.
struct TrainingTable {
  private let unit: String
  private let hasScores: Bool
  private var isStarted = false

  /// - Parameters:
  ///   - unit: what a row is about, "epoch" or "round".
  ///   - hasScores: whether there are labels to score the clusters with.
  init(of unit: String, hasScores: Bool) {
    self.unit = unit
    self.hasScores = hasScores
  }

  mutating func add(
    _ number: Int, _ losses: Losses, accuracy: Double? = nil, nmi: Double? = nil, imagesPerSecond: Double,
    _ environment: Environment
  ) {
    if !isStarted { environment.print(line(columns.map(\.title))) }
    isStarted = true
    var cells = [
      "\(number)", TrainingDisplay.fixed(losses.loss, 2), TrainingDisplay.fixed(losses.reconstructionLoss, 2),
      TrainingDisplay.fixed(losses.priorLoss, 2),
    ]
    if hasScores { cells += [accuracy, nmi].map { $0.map { TrainingDisplay.fixed($0, 4) } ?? "-" } }
    environment.print(line(cells + ["\(Int(imagesPerSecond))"]))
  }

  private var columns: [(title: String, width: Int)] {
    [(unit, 5), ("loss", 10), ("reconstruction", 14), ("prior", 10)]
      + (hasScores ? [("accuracy", 8), ("nmi", 6)] : []) + [("images/s", 8)]
  }

  private func line(_ cells: [String]) -> String {
    zip(cells, columns).map { cell, column in
      String(repeating: " ", count: max(0, column.width - cell.count)) + cell
    }
    .joined(separator: "  ")
  }
}
