/// How a method is trained from nothing to its clusters: epochs and rounds of each phase, in their order.
public struct TrainingRecipe: Sendable, Equatable {
  /// Epochs before there are clusters.
  public var pretrainingEpochs: Int
  /// Rounds of training; without any the clusters are those of what was learnt before.
  public var rounds: Int
  /// How images are drawn to the clusters found; nil where they are not.
  public var tightening: TighteningOptions?

  public init(pretrainingEpochs: Int = 0, rounds: Int, tightening: TighteningOptions? = nil) {
    self.pretrainingEpochs = pretrainingEpochs
    self.rounds = rounds
    self.tightening = tightening
  }
}
