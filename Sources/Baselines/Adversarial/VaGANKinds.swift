import ClusteringMethods
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let vaGANGMM = MethodEntry(
    VaGANMethod<VaGANGaussian>.self, name: VaGANGaussian.name,
    summary: "VaGAN-GMM, VaDE with a generator that a critic judges: a baseline",
    discussion: """
      VaGAN-GMM (Yang, Fan and Bouguila 2022): a convolutional autoencoder with a Gaussian mixture over its latents, as VaDE's, \
      whose images given back a critic tells from real ones (Wasserstein distance with gradient penalty). \(shared) Published for \
      Fashion-MNIST: latent=9 pretraining-batch=250 pretraining-rate=0.0001 rate=0.0001 after 10 epochs; for \
      CIFAR-10 latent=12 pretraining-batch=128 with these rates and reconstruction-weight=3.
      """, sizes: "19711462 parameters, 7 latents, 10 clusters", round: round,
    examples: [("length=scaled", "the recipe for two cores")]
  ) { clusterCount, _ in VaGANConfiguration(clusterCount: clusterCount, prior: .gaussian, rate: 2e-3) }

  public static let vaGANSMM = MethodEntry(
    VaGANMethod<VaGANStudent>.self, name: VaGANStudent.name,
    summary: "VaGAN-SMM, the same with latents of Student's t: a baseline",
    discussion: """
      VaGAN-SMM (Yang, Fan and Bouguila 2022): as VaGAN-GMM, but latents are drawn from Student's t distributions whose \
      degrees of freedom the encoder says. prior=gaussian is what its authors published as code: the clusters are Gaussians \
      all the same, and the gamma draws come from uniform numbers where they need normal ones, which gives them a third of \
      their variance. prior=student is what the paper means: the clusters are Student's t too, each with its degrees of freedom, the \
      divergence between the two is worked out exactly, and the gamma draws are exact. \(shared) Published for Fashion-MNIST: \
      latent=9 pretraining-batch=128 pretraining-rate=0.0001 rate=0.0001 after 15 epochs.
      """, sizes: "19712487 parameters, 7 latents, 10 clusters", round: round,
    examples: [
      ("length=scaled", "the recipe for two cores"),
      ("prior=student", "clusters of Student's t, as the paper means it"),
    ]
  ) { clusterCount, _ in VaGANConfiguration(clusterCount: clusterCount, prior: .studentInGaussians, rate: 1e-3) }

  private static let shared = """
    The published settings for MNIST are the defaults: 500 rounds, a day on two cores. length=scaled is a recipe for two cores, and ours: \
    half the width, 10 epochs of pretraining, 12 rounds, variances that start narrow. Scores so found are those of a \
    scaled VaGAN. An image's cluster is the likeliest at its latent's mean; the authors take that of a drawn latent, of test images.
    """

  private static let round = """
    an epoch of Adam, a step of the critic and one of autoencoder and mixture for each batch; before the first, the \
    likeliest of several mixtures fitted to the latents takes the mixture's place
    """
}

/// Which of the two VaGAN's a method is.
public protocol VaGANKind: Sendable {
  /// The name of its entry.
  static var name: String { get }
  /// Epochs of pretraining, as published for MNIST.
  static var pretrainingEpochs: Int { get }
  /// Options that the other has not.
  static var options: [MethodOption<VaGANConfiguration>] { get }
}

/// VaGAN-GMM: latents and clusters are Gaussian.
public enum VaGANGaussian: VaGANKind {
  public static let name = "vagan-gmm"
  public static let pretrainingEpochs = 50
  public static let options: [MethodOption<VaGANConfiguration>] = []
}

/// VaGAN-SMM: latents are Student's t.
public enum VaGANStudent: VaGANKind {
  public static let name = "vagan-smm"
  public static let pretrainingEpochs = 40
  public static let options = [
    MethodOption(
      "prior", \VaGANConfiguration.clusterShape, .choice(),
      help: "what clusters are: gaussian, as published, or student, as the paper means it")
  ]
}

/// What a cluster of VaGAN-SMM is.
package enum ClusterShape: String, CaseIterable, Sendable {
  case gaussian
  case student
}

/// How the variances of latents start when training begins.
package enum LatentVarianceStart: String, CaseIterable, Sendable {
  /// From the weights of the means, the published way.
  case copied
  /// At e⁻² for every image, so that what pretraining found is not lost in noise.
  case narrow
}

/// The settings of both.
public struct VaGANConfiguration: ImageConfiguration, ScalableConfiguration, Equatable {
  public var clusterCount: Int
  package var prior: LatentPrior
  public var latentSize = 7
  package var widths = ImageWidths()
  public var slope = 0.02
  public var penalty = 10.0
  public var reconstructionWeight = 1.0
  public var pretrainingBatch = 800
  public var pretrainingRate = 1e-3
  public var weightDecay = 2.5e-5
  package var varianceStart = LatentVarianceStart.copied
  public var restarts = 10
  public var floor = 1e-6
  public var batchSize = 64
  public var rate: Double
  public var decay = 0.95
  public var decayRounds = 10
  public var criticRate = 1e-4
  public var beta1 = 0.5
  public var beta2 = 0.99
  package var length = TrainingLength.published

  package init(clusterCount: Int, prior: LatentPrior, rate: Double) {
    (self.clusterCount, self.prior, self.rate) = (clusterCount, prior, rate)
  }

  fileprivate var clusterShape: ClusterShape {
    get { prior == .student ? .student : .gaussian }
    set { prior = newValue == .student ? .student : .studentInGaussians }
  }

  mutating func scale() {
    (widths, varianceStart, pretrainingBatch) = (.half, .narrow, 250)
  }

  static let options: [MethodOption<Self>] =
    [
      MethodOption(
        "length", \.lengthWithSettings, .choice(),
        help:
          "published, or scaled to two cores: that sets the widths, variance-start, pretraining-batch, and what fit does"
      ),
      MethodOption("latent", \.latentSize, .integer(in: 1...4096), help: "J, numbers of a latent"),
    ] + widthOptions + [
      MethodOption("slope", \.slope, .number(above: 0, atMost: 1), help: "of the critic's leaky ReLUs below 0"),
      MethodOption("penalty", \.penalty, .number(in: 0...1e6), help: "weight of the penalty of the critic's slope"),
      MethodOption(
        "reconstruction-weight", \.reconstructionWeight, .number(in: 0...1e6),
        help: "of the cross-entropy of the images given back"),
      MethodOption(
        "pretraining-batch", \.pretrainingBatch, .integer(in: 2...100_000), help: "images of a step of pretraining"),
      MethodOption(
        "pretraining-rate", \.pretrainingRate, .number(above: 0, atMost: 1), help: "Adam's learning rate in pretraining"
      ),
      MethodOption(
        "weight-decay", \.weightDecay, .number(in: 0...1), help: "of all parameters, in pretraining"),
      MethodOption(
        "variance-start", \.varianceStart, .choice(),
        help: "latents' log variances at first: by the means' weights, or all -2"),
      MethodOption(
        "restarts", \.restarts, .integer(in: 1...1000), help: "fits of the first mixture, the likeliest is kept"),
      MethodOption("floor", \.floor, .number(in: 0...1), help: "added to the variances of the first mixture"),
      MethodOption("batch", \.batchSize, .integer(in: 2...100_000), help: "images of a step"),
      MethodOption(
        "rate", \.rate, .number(above: 0, atMost: 1), help: "Adam's learning rate in the first round"),
      MethodOption(
        "decay", \.decay, .number(above: 0, atMost: 1), help: "what the rate is multiplied by, again and again"),
      MethodOption("decay-rounds", \.decayRounds, .integer(in: 1...1_000_000), help: "rounds after which that is"),
      MethodOption("critic-rate", \.criticRate, .number(above: 0, atMost: 1), help: "the critic's learning rate"),
    ] + MethodOption.adam(\.beta1, \.beta2)

  var pretrainingOptimiser: Adam { Adam(learningRate: pretrainingRate, beta1: beta1, beta2: beta2) }
  var criticOptimiser: Adam { Adam(learningRate: criticRate, beta1: beta1, beta2: beta2) }
  func optimiser(ofRound round: Int) -> Adam {
    Adam(learningRate: learningRate(ofRound: round), beta1: beta1, beta2: beta2)
  }

  /// Of a round, from 0.
  func learningRate(ofRound round: Int) -> Double {
    var rate = rate
    for _ in 0..<min(round / decayRounds, 10_000) { rate *= decay }
    return rate
  }

  /// What the latents of the images at some indices are drawn by.
  func draws(_ indices: [Int], _ source: RandomSource) -> VaGANDraws {
    let root = source.derived("latent")
    return VaGANDraws(sources: indices.map { root.derived($0) }, latentSize: latentSize, prior: prior)
  }
}
