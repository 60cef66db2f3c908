import Clustering
import ClusteringMethods
import Diffusion
import Images

/// Where the responsibilities w of the prior's loss come from.
public enum ResponsibilitySource: String, Sendable, CaseIterable {
  /// The sampled z, the gradient flowing through w (Eq. 22 in Eq. 24).
  case live
  /// Held at the last E-step's values, which makes the M-step maximise a lower bound of Q (the paper's section 3.4).
  case fixed
  /// The current encoder's mean of the unmoved image, without a gradient.
  case unmoved
}

/// What of an encoded image goes to the mixture in the E-step.
public enum MixtureInput: String, Sendable, CaseIterable {
  case mean
  case sample
}

/// Which components, or images, make one cluster, judged without labels after every E-step.
public enum Grouping: String, Sendable, CaseIterable {
  /// Each component is a cluster.
  case none
  /// Components are joined by whichever of four criteria agrees best with the others (`MergeCriterion`).
  case consensus
  /// Images are divided by the graph of their latents' neighbours, whatever the components' borders (`GraphGrouping`).
  case graph
}

/// Every number of a model and its training. A preset fills it; each field can be overridden.
public struct ModelConfiguration: Sendable, Equatable {
  /// The name of the preset that filled it.
  public let preset: String
  public let design: NetworkDesign
  /// J, the latent's dimension.
  public var latentSize: Int
  /// K, the clusters asked for.
  public var clusterCount: Int
  /// Whether K is judged anew at each grouping by the graph (`ClusterCount`).
  public var findsClusterCount = false
  /// Mixture components in training, at least `clusterCount`; more of them over-cluster, to be merged later.
  public var componentCount: Int
  /// The network's base width.
  public var channelCount: Int

  public var schedule: NoiseSchedule
  public var target: PredictionTarget
  /// The larger side of the images in pixels, which a schedule may depend on.
  public var imageSide = 28
  /// The range of floats that the network sees for pixels.
  public var pixelRange: PixelRange

  public var batchSize: Int
  public var learningRate: Double
  /// Adam scales longer gradients down to this norm; nil never.
  public var clippingNorm: Double?
  /// λ, the prior's weight (Eq. 24).
  public var lambda: Double
  /// γ, the weight of the cross-entropy that draws images to the clusters of the last E-step; 0 for none, as in the paper.
  public var gamma = 0.0
  /// How sure an image's cluster must be for that, 0...1.
  public var confidence = TighteningOptions().confidence
  /// The share of each cluster, the surest, that is drawn in any case, 0...1.
  public var surest = TighteningOptions().surest
  /// Weight of the divergence from N(0, I) in pretraining.
  public var pretrainingWeight: Double
  /// Probability that an image's z is replaced by zero, which guidance needs.
  public var latentDropout: Double
  /// How much the error of a noisy image counts.
  public var lossWeighting = LossWeighting.uniform
  /// γ of min-SNR weighting, above 0.
  public var snrLimit = 5.0
  /// Decay of the running average of the weights, 0...1; 0 for none (`WeightAverage`).
  public var averaging = 0.0
  public var responsibilities: ResponsibilitySource
  /// How the encoder's images are moved at random; nil for not at all.
  public var motion: RandomMotion?

  public var mixtureInput: MixtureInput
  public var mixtureOptions: GaussianMixture.Options
  /// Latents that the first fit uses, at most.
  public var firstFitCount: Int

  public var grouping: Grouping
  /// How the graph of neighbours makes clusters, where it does.
  public var graph = GraphGrouping.Options()
  /// Earlier groupings whose partitions take part, at most.
  public var memory = 2

  public var samplingVariance: AncestralVariance

  /// The process that the network is trained for.
  public var process: DiffusionProcess { DiffusionProcess(schedule: schedule, target: target) }
}
