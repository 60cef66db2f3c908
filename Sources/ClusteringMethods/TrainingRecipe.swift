/// How a method is trained from nothing to its clusters: epochs and rounds of each phase, in their order.
public struct TrainingRecipe: Sendable, Equatable {
  /// Epochs before there are clusters.
  public var pretrainingEpochs: Int
  /// Rounds of training; without any the clusters are those of what was learnt before.
  public var rounds: Int
  /// Epochs in which images are drawn to the clusters found.
  public var tighteningEpochs: Int

  public init(pretrainingEpochs: Int = 0, rounds: Int, tighteningEpochs: Int = 0) {
    self.pretrainingEpochs = pretrainingEpochs
    self.rounds = rounds
    self.tighteningEpochs = tighteningEpochs
  }
}
