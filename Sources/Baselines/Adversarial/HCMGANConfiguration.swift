import ClusteringMethods
import Images
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let hcMGAN = MethodEntry(
    HCMGANMethod.self, name: HCMGANMethod.entryName,
    summary: "HC-MGAN, a tree of clusters by generators that share them out: a baseline",
    discussion: """
      HC-MGAN (de Mello, Barros and Bezerra 2022): the cluster that holds most is divided in two, until there are as many as asked \
      for. Two generators draw what the images of a cluster are taken for, and a classifier, which learns whose image is \
      whose, says of every real image how much it belongs to either (the raw split); then each half has generators, \
      discriminator and classifier of its own, again and again from nothing, and the two classifiers' mean takes the first \
      one's place (refinements). An image belongs a little to every node; its cluster is the leaf to which it belongs most. Clusters \
      are numbered from left to right in the tree, which plot tree draws. As the heaviest leaf is divided, clusters tend to be \
      equally large: look at the masses. The published settings for MNIST are the defaults: weeks on two cores; for Fashion-MNIST \
      raw-epochs=150 refinement-epochs=150 refinements=8 noise=1.5. length=scaled is a recipe for two cores, and ours: a \
      quarter of the width, 8 epochs and one refinement with one generator a half, an epoch of 10,000 images of any node in \
      batches of 50, rates that suit so few steps, and generators with BatchNorm: without it one of two goes black for good. \
      Scores so found are those of a scaled HC-MGAN. Generators that the discriminator always finds out begin anew, attempts= times in all; \
      then the training ends with an error, and the splits before stay. Parameters are those of one split.
      """, sizes: "15606282 parameters, 10 latents, 10 clusters",
    round: """
      a split of the heaviest leaf, with its refinements, so that clusters less one are all of them; where it was stopped \
      it goes on
      """,
    examples: [
      ("length=scaled", "the recipe for two cores"),
      ("raw-epochs=150 refinements=8 noise=1.5", "for Fashion-MNIST, nearly as published"),
    ]
  ) { clusterCount, images in HCMGANMethod.Configuration(clusterCount: clusterCount, imageCount: images.count) }
}

extension HCMGANMethod {
  static let entryName = "hc-mgan"

  public struct Configuration: ScalableConfiguration, Sendable, Equatable {
    public var clusterCount: Int
    public var noiseSize = 100
    package var widths = SplitWidths()
    public var slope = 0.2
    public var generatorCount = 2
    /// Whether BatchNorm follows the generators' first two layers.
    public var hasGeneratorNorms = false
    public var batchSize = 100
    public var rawEpochs = 100
    public var refinements = 6
    public var refinementEpochs = 100
    /// Images that an epoch draws; 0 for as many as a node holds.
    public var epochImages = 0
    public var noise = 1.0
    public var diversity = 1.0
    /// Σ|change of the left half's memberships| below which no further refinement is made.
    public var leastChange: Double
    public var checkEpoch = 40
    public var checkEvery = 10
    public var checkLoss = 0.01
    public var attempts = 4
    public var rate = 1e-4
    public var generatorRate = 2e-4
    public var classRate = 2e-5
    public var beta1 = 0.5
    public var beta2 = 0.999
    package var length = TrainingLength.published

    /// - Parameter imageCount: of the set to train on: the published limit of 150 is for 70,000 images.
    public init(clusterCount: Int, imageCount: Int = 70_000) {
      self.clusterCount = clusterCount
      leastChange = 150 * Double(imageCount) / 70_000
    }

    mutating func scale() {
      (widths, batchSize, rawEpochs, refinements, refinementEpochs, generatorCount) = (.narrow, 50, 8, 1, 8, 1)
      // Without norms one of two generators goes black for good before it learns anything, its tanh being flat.
      (epochImages, hasGeneratorNorms) = (10_000, true)
      (rate, generatorRate, classRate) = (4e-4, 8e-4, 4e-4)
      (checkEpoch, checkEvery) = (4, 2)
    }

    func optimiser(_ rate: Double) -> Adam { Adam(learningRate: rate, beta1: beta1, beta2: beta2) }
  }

  public static let options: [MethodOption<Configuration>] =
    [
      MethodOption(
        "length", \.lengthWithSettings, .choice(),
        help: """
          published, or scaled to two cores: that sets the widths, batch, raw-epochs, refinements, refinement-epochs, \
          generators, generator-norms, epoch-images, check-epoch, check-every and the rates
          """),
      MethodOption("latent", \.noiseSize, .integer(in: 1...4096), help: "numbers of noise in a code"),
      MethodOption(
        "width1", \.widths.reader, .integer(in: 1...4096),
        help: "maps next to the pixels of discriminator and classifier; deeper ones are twice as many"),
      MethodOption(
        "width2", \.widths.generator, .integer(in: 1...4096), help: "the same of the generators"),
      MethodOption("slope", \.slope, .number(above: 0, atMost: 1), help: "of the leaky ReLUs below 0"),
      MethodOption(
        "generator-norms", \.hasGeneratorNorms, .toggle, help: "BatchNorm behind the generators' first two layers"),
      MethodOption("generators", \.generatorCount, .integer(in: 1...16), help: "of each half in a refinement"),
      MethodOption(
        "batch", \.batchSize, .integer(in: 2...100_000),
        help: "real images of a step, and images that each generator draws in it"),
      MethodOption("raw-epochs", \.rawEpochs, .integer(in: 1...1_000_000), help: "epochs of a raw split"),
      MethodOption("refinements", \.refinements, .integer(in: 0...1000), help: "of a split, at most"),
      MethodOption(
        "refinement-epochs", \.refinementEpochs, .integer(in: 1...1_000_000), help: "epochs of a refinement"),
      MethodOption(
        "epoch-images", \.epochImages, .integer(in: 0...1_000_000_000),
        help: "images that an epoch draws, some again and again where a node holds fewer; 0 for as many as it holds"
      ),
      MethodOption(
        "noise", \.noise, .number(in: 0...100),
        help: "deviation of the noise that all images are multiplied by 1 plus, less to the end of a stage"),
      MethodOption(
        "diversity", \.diversity, .number(in: 0...1000),
        help: "weight of the classifiers' word in the generators' loss"),
      MethodOption(
        "least-change", \.leastChange, .number(in: 0...1e9),
        help: "images that a second or later refinement must move for another to follow"),
      MethodOption(
        "check-epoch", \.checkEpoch, .integer(in: 1...1_000_000), help: "epoch from which generators are looked at"),
      MethodOption("check-every", \.checkEvery, .integer(in: 1...1_000_000), help: "epochs between two such looks"),
      MethodOption(
        "check-loss", \.checkLoss, .number(in: 0...100),
        help: "a generator whose images' loss by the discriminator is below this begins the stage anew"),
      MethodOption("attempts", \.attempts, .integer(in: 1...1000), help: "beginnings of a stage, at most"),
      MethodOption("rate", \.rate, .number(above: 0, atMost: 1), help: "the discriminators' learning rate"),
      MethodOption("generator-rate", \.generatorRate, .number(above: 0, atMost: 1), help: "the generators'"),
      MethodOption("class-rate", \.classRate, .number(above: 0, atMost: 1), help: "the classifiers'"),
    ] + MethodOption.adam(\.beta1, \.beta2)

  public static let metrics = [TrainingMetric].ofDiscriminatorGeneratorAndClasses
}

/// Why a training of HC-MGAN does not go on.
enum HCMGANError: Error, Equatable, CustomStringConvertible {
  /// The discriminator finds a generator out in every attempt.
  case foundOut(node: Int, stage: Int, attempts: Int)
  /// There are as many leaves as clusters were asked for.
  case complete(leaves: Int)

  var description: String {
    switch self {
    case .foundOut(let node, let stage, let attempts):
      "\(stage == 0 ? "the raw split" : "refinement \(stage) of the split") of node \(node) was given up: in each of "
        + "\(attempts) attempts the discriminator came to find a generator out; try more noise=, a smaller rate=, or "
        + "another seed"
    case .complete(let leaves):
      "the tree has the \(leaves) leaves that clusters= asks for, and nothing is left to train: evaluate, or build it anew "
        + "with more clusters="
    }
  }
}
