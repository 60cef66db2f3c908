import Images

/// A method whose images can be drawn to the clusters that they are in, surest first: self-training.
public protocol TighteningMethod: MixtureMethod {
  /// What comes before the first epoch: what each image is drawn to, and one component a cluster.
  ///
  /// Throws if there are no clusters yet, and what `watch` throws.
  mutating func beginTightening(_ options: TighteningOptions, on images: ImageSet, watch: Watch) throws
  /// An epoch; arguments and errors as in `trainRound`, whose metrics it tells.
  mutating func tightenEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport
  /// What follows a whole epoch: the cluster of each image, which it is drawn to from now on if it is sure enough.
  ///
  /// Errors as in `finishRound`.
  mutating func finishTighteningEpoch(on images: ImageSet, watch: Watch) throws -> [Int]
  /// Ends the tightening where it stands: averaged parameters take the place of the last ones.
  mutating func endTightening()
}

/// How images are drawn to their clusters.
public struct TighteningOptions: Sendable, Equatable {
  /// Epochs that the learning rate comes down to 0 in.
  public var epochs = 3
  /// γ, the weight of the cross-entropy in the loss.
  public var weight = 1000.0
  /// How sure an image's cluster must be for it to be drawn there, 0...1.
  public var confidence = 0.3
  /// The share of each cluster that is drawn there in any case, the surest, 0...1: else one of which nobody is sure would
  /// be forgotten.
  public var surest = 0.5
  /// Adam's largest learning rate.
  public var learningRate = 1e-3
  /// Steps in which it rises to that.
  public var warmUp = 100
  /// The share of its past that the parameters' running average keeps in a step, 0..<1; less in the first ones.
  public var averaging = 0.99
  /// Steps that images are drawn to the same clusters for, before the end of an epoch names them anew.
  public var renewal = 500
  /// What moves images beside the method's own motion.
  public var elastic = 0.06
  public var aspect = 0.0
  public var flips = false

  public init() {}
}
