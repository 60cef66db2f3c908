import Clustering
import ClusteringMethods
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let autoencoder = MethodEntry(
    AutoencoderMethod.self, name: "autoencoder", summary: "an autoencoder and a grouping of its codes: a baseline",
    discussion: """
      The network of linear layers that VaDE has, 500-500-2000 units, learns to give images back from a code of ten numbers, \
      by the cross-entropy of its pixels; then k-means, or a Gaussian mixture, groups the codes. Pretraining is all its \
      training but for the last epoch, which is a round, so that clusters follow. Settings are this project's.
      """, sizes: "3330794 parameters, 10 latents, 10 clusters",
    round: """
      an epoch of Adam on the cross-entropy of the pixels, after which the codes are grouped anew
      """,
    examples: [("grouping=gmm", "a mixture on the codes")]
  ) { clusterCount, _ in AutoencoderMethod.Configuration(clusterCount: clusterCount) }
}

/// An autoencoder whose codes are grouped once it has learnt: the plain baseline of deep clustering.
public struct AutoencoderMethod: PretrainedMethod, NetworkMethod {
  public struct Configuration: DenseConfiguration, Equatable {
    public var clusterCount: Int
    public var latentSize = 10
    package var widths = DenseWidths()
    public var batchSize = 256
    public var learningRate = 1e-3
    package var grouping = CodeGrouping.kmeans
    public var restarts = 10
    public var floor = 1e-6

    public init(clusterCount: Int) { self.clusterCount = clusterCount }
  }

  package enum CodeGrouping: String, CaseIterable, Sendable {
    case kmeans
    case gmm
  }

  public static let options: [MethodOption<Configuration>] =
    [
      MethodOption("latent", \.latentSize, .integer(in: 1...4096), help: "numbers of a code")
    ] + Configuration.widthOptions + [
      MethodOption("batch", \.batchSize, .integer(in: 1...100_000), help: "images of a step"),
      MethodOption(
        "rate", \.learningRate, .number(above: 0, atMost: 1), help: "Adam's learning rate"),
      MethodOption("grouping", \.grouping, .choice(), help: "what groups the codes: k-means, or a diagonal mixture"),
      MethodOption("restarts", \.restarts, .integer(in: 1...1000), help: "starts of the grouping, the best is kept"),
      MethodOption("floor", \.floor, .number(in: 0...1), help: "added to the variances of the mixture"),
    ]

  public static let metrics = [
    TrainingMetric(
      "loss", "cross-entropy", decimals: 2, width: 13, curve: .init("cross-entropy of an image", name: "autoencoder"))
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  package private(set) var network: AutoencoderNetwork
  private var optimiser: Adam
  /// Of the codes: k-means' centres with one variance, or the mixture; nil before the first grouping.
  private var groups: GaussianMixture?
  public private(set) var pretrainingEpochsBegun = 0
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  public static let learnt: [StateField<Self>] = [
    .network(\.network),
    .optimiser(\.optimiser, of: \.network) { Adam(learningRate: $0.configuration.learningRate) },
    .optional("groups", \.groups) { groups, method, state in
      try state.requireCentres(
        groups.means, "groups.means", count: method.clusterCount, of: method.latentSize, "numbers")
      try state.requireCovariance(of: groups, "groups")
    },
    .value("position.epochs", \.pretrainingEpochsBegun),
    .value("position.rounds", \.roundsBegun),
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    let pixels = imageShape.dimensions.reduce(1, *)
    try DenseNetworkError.require(
      configuration.widths.parameterCount(pixels: pixels, code: configuration.latentSize, heads: 1))
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
    network = AutoencoderNetwork(
      pixels: pixels, configuration.widths, latentSize: configuration.latentSize,
      source: source.derived("initialisation"))
    try Interruption.check()
    optimiser = Adam(learningRate: configuration.learningRate)
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.requireDense(imageShape, method: MethodEntry.autoencoder.name) {
      configuration.widths.parameterCount(
        pixels: imageShape.dimensions.reduce(1, *), code: configuration.latentSize, heads: 1)
    }
  }

  public var name: String { MethodEntry.autoencoder.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { configuration.latentSize }
  public var parameterCount: Int { network.parameterCount }
  public var outline: [LayerOutline] { network.outline }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    TrainingRecipe(pretrainingEpochs: images.pretrainingEpochs(49, batchSize: configuration.batchSize), rounds: 1)
  }

  public func withWeights(from state: StateReader) throws -> AutoencoderMethod {
    var method = try AutoencoderMethod(configuration, images: imageShape, source: source)
    try method.network.restoreTensors(from: state)
    return method
  }

  // MARK: - Training

  public mutating func pretrainEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    pretrainingEpochsBegun += 1
    return try runEpoch(on: images, at: ("epoch", pretrainingEpochsBegun), afterStep: afterStep)
  }

  /// A first grouping: a round that is stopped leaves clusters.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    if groups == nil { try group(latents(of: images, watch: watch), watch: watch) }
  }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    roundsBegun += 1
    return try runEpoch(on: images, at: ("round", roundsBegun), afterStep: afterStep)
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let codes = try latents(of: images, watch: watch)
    try group(codes, watch: watch)
    return try assignments(ofLatents: codes)
  }

  private mutating func runEpoch(
    on images: ImageSet, at position: Trainer.Position, afterStep: (StepReport) -> Bool
  ) throws -> EpochReport {
    optimiser.learningRate = configuration.learningRate
    let source = source.derived("epoch").derived(pretrainingEpochsBegun).derived(roundsBegun)
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.batchSize, at: position, source: source,
      step: { indices, _ in
        try trainer.update(&network, &optimiser, indices: indices) { _, indices in
          pixelTensor(of: images, at: indices)
        } loss: { network, pixels in
          (binaryCrossEntropy(network.decoder(network.encoder(pixels)), target: pixels), [])
        }
      }, afterStep: afterStep)
  }

  private mutating func group(_ codes: Matrix, watch: Watch) throws {
    let random = source.derived("grouping").derived(pretrainingEpochsBegun).derived(roundsBegun)
    switch configuration.grouping {
    case .gmm:
      groups = try GaussianMixture.fit(
        codes, componentCount: clusterCount,
        options: GaussianMixture.Options(regularisation: configuration.floor, restarts: configuration.restarts),
        random: random
      ) { try watch(.fitting("the mixture")) }.mixture
    case .kmeans:
      groups = try LatentGroups.fitted(
        to: codes, count: clusterCount, restarts: configuration.restarts, random: random, watch: watch
      ).mixture
    }
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws { _ = try found(for: action) }

  private func found(for action: String) throws -> GaussianMixture {
    guard let groups else { throw MethodError.untrained(action: action) }
    return groups
  }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    try encoded(images, widths: [latentSize], watch: watch) { [network.encoder($0)] }[0]
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try found(for: "a cluster's probability").responsibilities(of: latents)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try found(for: "an assignment to clusters").assignments(of: latents)
  }
}

/// The autoencoder's two halves.
package struct AutoencoderNetwork: Layer {
  package var encoder: DenseEncoder
  package var decoder: DenseDecoder

  package static let parts: [Part<Self>] = [.layer("encoder", \.encoder), .layer("decoder", \.decoder)]

  init(pixels: Int, _ widths: DenseWidths, latentSize: Int, source: RandomSource) {
    encoder = DenseEncoder(pixels, widths, code: latentSize, source: source.derived("encoder"))
    decoder = DenseDecoder(pixels, widths, code: latentSize, source: source.derived("decoder"))
  }
}
