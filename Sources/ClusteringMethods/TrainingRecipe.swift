/// How a method is trained from nothing to its clusters: epochs and rounds of each phase, in their order.
public struct TrainingRecipe: Sendable, Equatable {
  /// Epochs before there are clusters.
  public var pretrainingEpochs: Int
  /// Rounds of training.
  public var rounds: Int
  /// Where there are no rounds: how many of the last epochs before are each followed by an E-step, at least one. What the
  /// clusters of several agree on is steadier than those of the last alone.
  public var groupings: Int
  /// How images are drawn to the clusters found; nil where they are not.
  public var tightening: TighteningOptions?

  public init(
    pretrainingEpochs: Int = 0, rounds: Int, groupings: Int = 1, tightening: TighteningOptions? = nil
  ) {
    self.pretrainingEpochs = pretrainingEpochs
    self.rounds = rounds
    self.groupings = groupings
    self.tightening = tightening
  }
}
