import Clustering
import ClusteringMethods
import Diffusion
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

/// VaGAN: an autoencoder with a mixture prior whose images given back a critic judges too; a baseline of the ClusterDDPM
/// paper's Table 2, twice.
///
/// Yang, Fan and Bouguila (2022), by the group's code, fwt-team/VaGAN-pytorch.
public struct VaGANMethod<Kind: VaGANKind>: PretrainedMethod, EncodingMethod, NetworkMethod, ReconstructingMethod,
  MixtureMethod
{
  public typealias Configuration = VaGANConfiguration

  public static var options: [MethodOption<Configuration>] { Kind.options + Configuration.options }

  public static var metrics: [TrainingMetric] {
    [
      TrainingMetric("loss", "loss", decimals: 2, width: 10),
      TrainingMetric(
        "reconstructionLoss", "reconstruction", decimals: 2,
        curve: .init("reconstruction loss", name: "reconstruction")),
      TrainingMetric("priorLoss", "prior", decimals: 2, width: 10, curve: .ofRounds("prior loss", name: "mixture")),
      TrainingMetric("criticLoss", "critic", decimals: 3, width: 9, curve: .ofRounds("critic", name: "loss")),
      TrainingMetric("distance", "distance", decimals: 3, width: 9, curve: .ofRounds("critic", name: "distance")),
    ]
  }

  public var configuration: Configuration
  public let imageShape: ImageShape
  package private(set) var networks: VaGANNetworks
  private var autoencoderOptimiser: Adam
  private var criticOptimiser: Adam
  /// Whether the mixture took the place of nothing.
  private var hasMixture = false
  public private(set) var pretrainingEpochsBegun = 0
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  public static var learnt: [StateField<Self>] {
    [
      .network(\.networks),
      .value("position.epochs", \.pretrainingEpochsBegun),
      .value("position.rounds", \.roundsBegun),
      .optimiser(
        \.autoencoderOptimiser, of: \.networks.autoencoder, prefix: "autoencoder.", fresh: \.freshOptimiser),
      .optimiser(
        \.criticOptimiser, of: \.networks.critic, prefix: "critic.", fresh: \.configuration.criticOptimiser),
      .value("mixture.found", \.hasMixture),
    ]
  }

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    try AdversarialError.requireSides(imageShape, method: Kind.name)
    try DenseNetworkError.require(Self.parameterCount(configuration, imageShape))
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
    networks = VaGANNetworks(
      imageShape, configuration.widths, latentSize: configuration.latentSize, clusterCount: configuration.clusterCount,
      prior: configuration.prior, slope: configuration.slope, source: source.derived("initialisation"))
    try Interruption.check()
    autoencoderOptimiser = configuration.pretrainingOptimiser
    criticOptimiser = configuration.criticOptimiser
  }

  private static func parameterCount(_ configuration: Configuration, _ shape: ImageShape) -> Int? {
    let (widths, j, k) = (configuration.widths, configuration.latentSize, configuration.clusterCount)
    let norms = [(1, widths.first), (1, widths.second), (1, widths.hidden)]
    let prior = configuration.prior
    return networkParameterCount(
      widths.readerLayers(shape, outputs: 1) + widths.readerLayers(shape, outputs: 2 * j) + norms
        + widths.generatorLayers(shape, inputs: j, hasHiddenNorm: false)
        + (prior == .gaussian ? [] : [(widths.hidden, 1)]) + [(2 * j, k)] + (prior == .student ? [(0, k)] : []))
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.requireDense(imageShape, method: Kind.name) { parameterCount(configuration, imageShape) }
  }

  /// The one that its phase begins with.
  private var freshOptimiser: Adam {
    roundsBegun == 0 ? configuration.pretrainingOptimiser : configuration.optimiser(ofRound: roundsBegun - 1)
  }

  public var name: String { Kind.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { configuration.latentSize }
  public var parameterCount: Int { networks.parameterCount }
  public var outline: [LayerOutline] { networks.outline }
  /// Of Student's t distributions the Gaussians of their means and variances.
  public var mixture: GaussianMixture? {
    guard hasMixture else { return nil }
    let gaussians = networks.autoencoder.mixture.gaussians
    guard let freedoms = networks.autoencoder.freedoms?.values.scalars else { return gaussians }
    var variances = gaussians.variances
    for row in 0..<variances.rows {
      let widening = Double(freedoms[row]) / max(Double(freedoms[row]) - 2, 1e-3)
      for column in 0..<variances.columns { variances[row, column] *= widening }
    }
    return GaussianMixture(
      mixingWeights: gaussians.mixingWeights, means: gaussians.means, variances: variances)
  }
  public var clusterOfComponent: [Int] { Array(0..<clusterCount) }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    TrainingRecipe(
      pretrainingEpochs: images.pretrainingEpochs(
        configuration.length == .scaled ? 10 : Kind.pretrainingEpochs, batchSize: configuration.pretrainingBatch),
      rounds: configuration.length == .scaled ? 12 : 500)
  }

  public func withWeights(from state: StateReader) throws -> Self {
    var method = try Self(configuration, images: imageShape, source: source)
    try method.networks.restoreTensors(from: state)
    return method
  }

  // MARK: - Training

  /// An epoch of the autoencoder alone: latents are their means, and the loss the cross-entropy.
  public mutating func pretrainEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let (epoch, trainer, decay) = (pretrainingEpochsBegun, trainer, Float(configuration.weightDecay))
    pretrainingEpochsBegun += 1
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.pretrainingBatch, at: ("epoch", epoch + 1),
      source: source.derived("pretraining").derived(epoch),
      step: { indices, _ in
        let found = try trainer.update(&networks.autoencoder, &autoencoderOptimiser, indices: indices) { _, indices in
          imageTensor(of: images, at: indices)
        } loss: { autoencoder, x in
          let loss = autoencoder.meanReconstruction(x)
          guard decay > 0 else { return (loss, [Double(loss.scalar)]) }
          let squares = autoencoder.parameters.map { $0.squared.sum }
          return (squares.dropFirst().reduce(squares[0], +) * (decay / 2) + loss, [Double(loss.scalar)])
        }
        return [found[0].isFinite ? found[1] : .nan, found[1], 0, 0, 0]
      }, afterStep: afterStep)
  }

  /// The first mixture, and the start of the variances.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard !hasMixture else { return }
    let means = try latents(of: images, watch: watch)
    let fit = try GaussianMixture.fit(
      means, componentCount: clusterCount,
      options: GaussianMixture.Options(regularisation: configuration.floor, restarts: configuration.restarts),
      random: source.derived("first fit")
    ) { try watch(.fitting("the mixture")) }
    networks.autoencoder.mixture.take(fit.mixture, isUniform: false)
    switch configuration.varianceStart {
    case .copied: networks.autoencoder.encoder.logVariance = networks.autoencoder.encoder.mean
    case .narrow:
      networks.autoencoder.encoder.logVariance = Linear(
        weight: .zeros(networks.autoencoder.encoder.mean.weight.shape),
        bias: Tensor(repeating: -2, shape: [latentSize]))
    }
    hasMixture = true
  }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    try requireClusters(for: "a round")
    let (round, trainer, configuration) = (roundsBegun, trainer, configuration)
    roundsBegun += 1
    if round == 0 { autoencoderOptimiser = freshOptimiser }
    autoencoderOptimiser.learningRate = configuration.learningRate(ofRound: round)
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.batchSize, at: ("round", round + 1),
      source: source.derived("round").derived(round),
      step: { indices, source in
        let critic = try criticStep(images, indices, source.derived("critic"))
        let found = try autoencoderStep(images, indices, source.derived("autoencoder"))
        let loss = found[1] * configuration.reconstructionWeight + found[2]
        return [found[0].isFinite && critic[0].isFinite ? loss : .nan, found[1], found[2], critic[0], critic[1]]
      }, afterStep: afterStep)
  }

  /// A step of the critic: its loss and the distance.
  private mutating func criticStep(_ images: ImageSet, _ indices: [Int], _ source: RandomSource) throws -> [Double] {
    let (configuration, trainer, autoencoder) = (configuration, trainer, networks.autoencoder)
    return try trainer.update(&networks.critic, &criticOptimiser, indices: indices) { _, indices in
      let real = imageTensor(of: images, at: indices)
      let draws = configuration.draws(indices, source)
      return (
        real: real, drawn: autoencoder.givenBack(real, noise: draws.noise, proposals: draws.proposals),
        shares: Tensor(
          indices.map { source.derived("share").derived($0).uniforms(count: 1)[0] }, shape: [indices.count, 1, 1, 1])
      )
    } loss: { critic, batch in
      let terms = critic.wassersteinLoss(
        real: batch.real, drawn: batch.drawn, shares: batch.shares, weight: configuration.penalty)
      return (terms.loss, [Double(terms.distance.scalar)])
    }
  }

  /// A step of encoder, generator and mixture: their loss, the cross-entropy, the prior's divergence.
  private mutating func autoencoderStep(
    _ images: ImageSet, _ indices: [Int], _ source: RandomSource
  ) throws -> [Double] {
    let (configuration, trainer, critic) = (configuration, trainer, networks.critic)
    return try trainer.update(&networks.autoencoder, &autoencoderOptimiser, indices: indices) { _, indices in
      (images: imageTensor(of: images, at: indices), draws: configuration.draws(indices, source))
    } loss: { autoencoder, batch in
      let terms = autoencoder.lossTerms(
        batch.images, noise: batch.draws.noise, critic: critic, proposals: batch.draws.proposals)
      return (
        terms.critic + terms.prior + terms.reconstruction * Float(configuration.reconstructionWeight),
        [terms.reconstruction, terms.prior].map { Double($0.scalar) }
      )
    }
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let assignments = try assignments(ofLatents: latents(of: images, watch: watch))
    try requireSpread(assignments)
    return assignments
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws {
    guard hasMixture else { throw MethodError.untrained(action: action) }
  }

  public func encoded(_ images: ImageSet, watch: Watch) throws -> (means: Matrix, logVariances: Matrix) {
    var autoencoder = networks.autoencoder
    let found = try encodedImages(images, widths: [latentSize, latentSize], watch: watch) { batch in
      let encoded = autoencoder.encoded(batch, .evaluation).gaussian
      return [encoded.mean, encoded.logVariance]
    }
    return (found[0], found[1])
  }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix { try encoded(images, watch: watch).means }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try requireClusters(for: "a cluster's probability")
    let autoencoder = networks.autoencoder
    guard let freedoms = autoencoder.freedoms else {
      return try autoencoder.mixture.gaussians.responsibilities(of: latents)
    }
    let prior = StudentMixture(autoencoder.mixture, freedoms: freedoms.values)
    var probabilities = Matrix(rows: latents.rows, columns: clusterCount)
    for start in stride(from: 0, to: latents.rows, by: 1000) {
      try Interruption.check()
      let rows = start..<min(start + 1000, latents.rows)
      let z = Tensor(rows.flatMap { latents.row($0).map { Float($0) } }, shape: [rows.count, latentSize])
      for (place, value) in prior.logResponsibilities(of: z).exponential.scalars.enumerated() {
        probabilities[start + place / clusterCount, place % clusterCount] = Double(value)
      }
    }
    return probabilities
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try clusterProbabilities(ofLatents: latents).largestColumns
  }

  // MARK: - Images

  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    try requireClusters(for: "sampling")
    let root = source.derived("sampling").derived(number)
    let gaussians = networks.autoencoder.mixture.gaussians
    let freedoms = networks.autoencoder.freedoms?.values.scalars
    let codes = zip(clusters, counts).flatMap { cluster, count in
      (0..<count).flatMap { position -> [Float] in
        let source = root.derived(cluster).derived(position)
        let z = gaussians.samples(of: [cluster], random: source).elements
        guard let freedoms else { return z.map { Float($0) } }
        let shape = Double(freedoms[cluster]) / 2
        return z.enumerated().map { column, value in
          let mean = gaussians.means[cluster, column]
          let u = GammaDraw.value(shape: shape, from: source.derived("gamma").derived(column)) / shape
          return Float(mean + (value - mean) / u.squareRoot())
        }
      }
    }
    let drawn = try decoded(codes)
    try afterStep(1, 1)
    return drawn
  }

  /// A code is decoded in a single step, whatever is asked for.
  public func stepCount(_ options: SamplingOptions) -> Int { 1 }

  public func reconstructions(
    of images: ImageSet, options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    let given = try decoded(latents(of: images).elements.map { Float($0) })
    try afterStep(1, 1)
    return given
  }

  private func decoded(_ codes: [Float]) throws -> ImageSet {
    try networks.autoencoder.generator.images(
      of: Tensor(codes, shape: [codes.count / latentSize, latentSize]), shape: imageShape)
  }
}
