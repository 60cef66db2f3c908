import ClusterDDPM

/// What training came to, epoch by epoch and round by round.
public struct TrainingLog: Sendable {
  struct Epoch: Sendable {
    let number: Int
    let losses: Losses
    let imagesPerSecond: Double
  }

  struct Round: Sendable {
    let number: Int
    let losses: Losses
    let imagesPerSecond: Double
    /// Nil without labels; `nmi` likewise.
    let accuracy: Double?
    let nmi: Double?
    /// The share of the images in each cluster.
    let occupancy: [Double]
  }

  var epochs: [Epoch] = []
  var rounds: [Round] = []
  /// The rounds after which components were merged.
  var merges: [Int] = []

  var isEmpty: Bool { epochs.isEmpty && rounds.isEmpty }
}
