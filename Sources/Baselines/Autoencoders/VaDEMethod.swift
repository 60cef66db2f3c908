import Clustering
import ClusteringMethods
import Diffusion
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let vade = MethodEntry(
    VaDEMethod.self, name: "vade", summary: "VaDE, a variational autoencoder with a mixture prior: a baseline",
    discussion: """
      Variational Deep Embedding (Jiang et al. 2017): a network of linear layers and a Gaussian mixture over its codes, both \
      trained by gradient. Its published settings are the defaults: 3,000 rounds of batches of 100, a day and more on two \
      cores. length=scaled is a recipe for two cores: 100 rounds of batches of 256 and a start that keeps what \
      pretraining found. Scores so found are those of a scaled VaDE. How it was pretrained is not \
      published, and decides much: here the autoencoder learns as one, for 30 epochs, by the cross-entropy of its pixels.
      """, sizes: "3351014 parameters, 10 latents, 10 clusters",
    round: """
      an epoch of Adam on the evidence bound, over network and mixture; before the first, the likeliest of several mixtures \
      fitted to the codes takes the mixture's place
      """,
    examples: [("length=scaled", "the recipe for two cores")]
  ) { clusterCount, _ in VaDEMethod.Configuration(clusterCount: clusterCount) }
}

/// VaDE: a baseline of the ClusterDDPM paper's Table 2.
///
/// Jiang, Zheng, Tan, Tang and Zhou, "Variational Deep Embedding: an unsupervised and generative approach to clustering"
/// (IJCAI 2017, arXiv 1611.05148).
public struct VaDEMethod: PretrainedMethod, EncodingMethod, NetworkMethod, MixtureMethod, ReconstructingMethod {
  public struct Configuration: DenseConfiguration, ScalableConfiguration, Equatable {
    public var clusterCount: Int
    public var latentSize = 10
    package var widths = DenseWidths()
    public var batchSize = 100
    public var learningRate = 2e-3
    public var decay = 0.9
    public var decayRounds = 10
    public var leastRate = 2e-4
    public var epsilon = 1e-4
    public var pretrainingBatch = 256
    public var pretrainingRate = 1e-3
    package var varianceStart = VarianceStart.random
    package var weights = WeightStart.uniform
    public var restarts = 10
    public var floor = 1e-6
    package var length = TrainingLength.published

    public init(clusterCount: Int) { self.clusterCount = clusterCount }

    mutating func scale() {
      (batchSize, decay, varianceStart, weights) = (256, 0.8, .narrow, .fitted)
    }
  }

  /// What the mixture's weights start as.
  package enum WeightStart: String, CaseIterable, Sendable {
    case uniform
    case fitted
  }

  public static let options: [MethodOption<Configuration>] =
    [
      MethodOption(
        "length", \.lengthWithSettings, .choice(),
        help: "published, or scaled to two cores: that sets batch, decay, variance-start and weights, and what fit does"
      ),
      MethodOption("latent", \.latentSize, .integer(in: 1...4096), help: "J, numbers of a code"),
    ] + Configuration.widthOptions + [
      MethodOption("batch", \.batchSize, .integer(in: 1...100_000), help: "images of a step"),
      MethodOption(
        "rate", \.learningRate, .number(above: 0, atMost: 1), help: "Adam's learning rate in the first round"),
      MethodOption(
        "decay", \.decay, .number(above: 0, atMost: 1), help: "what the rate is multiplied by, again and again"),
      MethodOption("decay-rounds", \.decayRounds, .integer(in: 1...1_000_000), help: "rounds after which that is"),
      MethodOption("least-rate", \.leastRate, .number(in: 0...1), help: "what the rate does not fall below"),
      MethodOption("epsilon", \.epsilon, .number(above: 0, atMost: 1), help: "Adam's ε"),
      MethodOption(
        "pretraining-batch", \.pretrainingBatch, .integer(in: 1...100_000), help: "images of a step of pretraining"),
      MethodOption(
        "pretraining-rate", \.pretrainingRate, .number(above: 0, atMost: 1), help: "Adam's learning rate in pretraining"
      ),
      MethodOption(
        "variance-start", \.varianceStart, .choice(),
        help: "codes' log variances at first: of a random layer, or all -2"),
      MethodOption("weights", \.weights, .choice(), help: "the mixture's weights at first: all alike, or as fitted"),
      MethodOption(
        "restarts", \.restarts, .integer(in: 1...1000), help: "fits of the first mixture, the likeliest is kept"),
      MethodOption("floor", \.floor, .number(in: 0...1), help: "added to the variances of the first mixture"),
    ]

  public static let metrics = [
    TrainingMetric("loss", "loss", decimals: 2, width: 10),
    TrainingMetric(
      "reconstructionLoss", "reconstruction", decimals: 2,
      curve: .init("reconstruction loss", name: "reconstruction")),
    TrainingMetric("priorLoss", "prior", decimals: 2, width: 10, curve: .ofRounds("prior loss", name: "mixture")),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  package private(set) var network: VaDENetwork
  private var optimiser: Adam
  /// Whether the mixture took the place of nothing.
  private var hasMixture = false
  public private(set) var pretrainingEpochsBegun = 0
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  public static let learnt: [StateField<Self>] = [
    .network(\.network),
    .value("position.epochs", \.pretrainingEpochsBegun),
    .value("position.rounds", \.roundsBegun),
    .optimiser(\.optimiser, of: \.network, fresh: \.freshOptimiser),
    .value("mixture.found", \.hasMixture),
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    let pixels = imageShape.dimensions.reduce(1, *)
    try Self.requireRoom(for: configuration, pixels: pixels)
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
    network = VaDENetwork(
      pixels: pixels, widths: configuration.widths, latentSize: configuration.latentSize,
      clusterCount: configuration.clusterCount, varianceStart: configuration.varianceStart,
      source: source.derived("initialisation"))
    try Interruption.check()
    optimiser = Self.pretrainingOptimiser(configuration)
  }

  private static func parameterCount(_ configuration: Configuration, pixels: Int) -> Int? {
    configuration.widths.parameterCount(pixels: pixels, code: configuration.latentSize, heads: 2)
      .map { $0 + configuration.clusterCount * (2 * configuration.latentSize + 1) }
  }

  private static func requireRoom(for configuration: Configuration, pixels: Int) throws {
    try DenseNetworkError.require(parameterCount(configuration, pixels: pixels))
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.requireDense(imageShape, method: MethodEntry.vade.name) {
      parameterCount(configuration, pixels: imageShape.dimensions.reduce(1, *))
    }
  }

  private static func pretrainingOptimiser(_ configuration: Configuration) -> Adam {
    Adam(learningRate: configuration.pretrainingRate)
  }

  /// The one that its phase begins with.
  private var freshOptimiser: Adam {
    roundsBegun == 0
      ? Self.pretrainingOptimiser(configuration)
      : Adam(learningRate: learningRate(ofRound: roundsBegun - 1), epsilon: configuration.epsilon)
  }

  /// Of a round, from 0: falling, but not below the least.
  private func learningRate(ofRound round: Int) -> Double {
    var rate = configuration.learningRate
    for _ in 0..<round / configuration.decayRounds where rate > configuration.leastRate { rate *= configuration.decay }
    return max(rate, min(configuration.leastRate, configuration.learningRate))
  }

  public var name: String { MethodEntry.vade.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { configuration.latentSize }
  public var parameterCount: Int { network.parameterCount }
  public var outline: [LayerOutline] { network.outline }
  public var mixture: GaussianMixture? { hasMixture ? network.mixture.gaussians : nil }
  public var clusterOfComponent: [Int] { Array(0..<clusterCount) }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    TrainingRecipe(
      pretrainingEpochs: images.pretrainingEpochs(30, batchSize: configuration.pretrainingBatch),
      rounds: configuration.length == .scaled ? 100 : 3000)
  }

  public func withWeights(from state: StateReader) throws -> VaDEMethod {
    var method = try VaDEMethod(configuration, images: imageShape, source: source)
    try method.network.restoreTensors(from: state)
    return method
  }

  // MARK: - Training

  /// An epoch of the autoencoder alone: the code is the mean, and the loss the cross-entropy.
  public mutating func pretrainEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let epoch = pretrainingEpochsBegun
    pretrainingEpochsBegun += 1
    return try runEpoch(
      on: images, batchSize: configuration.pretrainingBatch, at: ("epoch", epoch + 1),
      source: source.derived("pretraining").derived(epoch), afterStep: afterStep
    ) { network, batch in
      let loss = binaryCrossEntropy(network.decoder(network.encoder(batch.images)), target: batch.images)
      return (loss, [Double(loss.scalar), 0])
    }
  }

  /// The first mixture.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard !hasMixture else { return }
    let means = try latents(of: images, watch: watch)
    let fit = try GaussianMixture.fit(
      means, componentCount: clusterCount,
      options: GaussianMixture.Options(regularisation: configuration.floor, restarts: configuration.restarts),
      random: source.derived("first fit")
    ) { try watch(.fitting("the mixture")) }
    network.mixture.take(fit.mixture, isUniform: configuration.weights == .uniform)
    hasMixture = true
  }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    try requireClusters(for: "a round")
    let round = roundsBegun
    roundsBegun += 1
    if round == 0 { optimiser = freshOptimiser }
    optimiser.learningRate = learningRate(ofRound: round)
    return try runEpoch(
      on: images, batchSize: configuration.batchSize, at: ("round", round + 1),
      source: source.derived("round").derived(round), afterStep: afterStep
    ) { network, batch in
      let terms = network.lossTerms(batch.images, noise: batch.noise)
      return (terms.reconstruction + terms.prior, [terms.reconstruction, terms.prior].map { Double($0.scalar) })
    }
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let assignments = try assignments(ofLatents: latents(of: images, watch: watch))
    try requireSpread(assignments)
    return assignments
  }

  private mutating func runEpoch(
    on images: ImageSet, batchSize: Int, at position: Trainer.Position, source: RandomSource,
    afterStep: (StepReport) -> Bool, loss: (inout VaDENetwork, (images: Tensor, noise: Tensor)) -> Trainer.Loss
  ) throws -> EpochReport {
    let size = configuration.latentSize
    return try trainer.epoch(
      imageCount: images.count, batchSize: batchSize, at: position, source: source,
      step: { indices, source in
        let root = source.derived("latent")
        return try trainer.update(&network, &optimiser, indices: indices) { _, indices in
          (
            pixelTensor(of: images, at: indices),
            Tensor.normals(imageShape: [size], from: indices.map { root.derived($0) })
          )
        } loss: {
          loss(&$0, $1)
        }
      }, afterStep: afterStep)
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws {
    guard hasMixture else { throw MethodError.untrained(action: action) }
  }

  public func encoded(_ images: ImageSet, watch: Watch) throws -> (means: Matrix, logVariances: Matrix) {
    let found = try encoded(images, widths: [latentSize, latentSize], watch: watch) { batch in
      let encoded = network.encoded(batch)
      return [encoded.mean, encoded.logVariance]
    }
    return (found[0], found[1])
  }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    try encoded(images, widths: [latentSize], watch: watch) { [network.encoder($0)] }[0]
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try requireClusters(for: "a cluster's probability")
    return try network.mixture.gaussians.responsibilities(of: latents)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try requireClusters(for: "an assignment to clusters")
    return try network.mixture.gaussians.assignments(of: latents)
  }

  // MARK: - Images

  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    try requireClusters(for: "sampling")
    let root = source.derived("sampling").derived(number)
    let mixture = network.mixture.gaussians
    let codes = zip(clusters, counts).flatMap { cluster, count in
      (0..<count).flatMap { position in
        mixture.samples(of: [cluster], random: root.derived(cluster).derived(position)).elements
      }
    }
    return try decoded(codes, afterStep: afterStep)
  }

  /// A code is decoded in a single step, whatever is asked for.
  public func stepCount(_ options: SamplingOptions) -> Int { 1 }

  public func reconstructions(
    of images: ImageSet, options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    try decoded(latents(of: images).elements, afterStep: afterStep)
  }

  private func decoded(_ codes: [Double], afterStep: (Int, Int) throws -> Void) throws -> ImageSet {
    let count = codes.count / latentSize
    var pixels: [Float] = []
    for start in stride(from: 0, to: count, by: 500) {
      try Interruption.check()
      let end = min(start + 500, count)
      let part = codes[start * latentSize..<end * latentSize].map { Float($0) }
      pixels += network.decoder.images(of: Tensor(part, shape: [end - start, latentSize])).scalars
    }
    try afterStep(1, 1)
    return ImageSet(
      floats: pixels, count: count, height: imageShape.height, width: imageShape.width,
      channelCount: imageShape.channels, range: .unit)
  }
}
