import Clustering
import ClusteringMethods
import Diffusion
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let clusterGAN = MethodEntry(
    ClusterGANMethod.self, name: "clustergan",
    summary: "ClusterGAN, a generator of classes and its inverse: a baseline",
    discussion: """
      ClusterGAN (Mukherjee et al. 2019): a generator draws images from noise and a class, a critic tells them from real \
      ones (Wasserstein distance with gradient penalty), and an encoder learns to find noise and class again; k-means groups \
      what it says of the images. The published settings for MNIST are the defaults: 500,000 steps of the generator, two days on \
      two cores; for Fashion-MNIST latent=40 noise-weight=0, where the classes alone are grouped. length=scaled is a recipe \
      for two cores, and ours: half the width, two steps of the critic, 10,000 of the generator, ten times the rates, noise of 0.2, and a weight \
      of 1 for the class: by the published numbers the generator draws one image a class in so few steps. Scores so found are \
      those of a scaled ClusterGAN. The authors keep the best of five runs by labels; here nothing is kept by labels. The penalty's images \
      between real and drawn ones are mixed by a number each, not one for all of a batch.
      """, sizes: "19771370 parameters, 40 latents, 10 clusters",
    round: """
      a pass over the images by the critic, with a step of generator and encoder after every critic-steps= batches; \
      after it k-means groups the latents anew
      """,
    examples: [
      ("length=scaled", "the recipe for two cores"),
      ("latent=40 noise-weight=0", "as published for Fashion-MNIST"),
    ]
  ) { clusterCount, _ in ClusterGANMethod.Configuration(clusterCount: clusterCount) }
}

/// ClusterGAN: a baseline of the ClusterDDPM paper's Table 2.
///
/// Mukherjee, Asnani, Lin and Kannan, "ClusterGAN: latent space clustering in generative adversarial networks" (AAAI
/// 2019, arXiv 1809.03627).
public struct ClusterGANMethod: NetworkMethod, DrawingMethod {
  public struct Configuration: ImageConfiguration, ScalableConfiguration, Equatable {
    public var clusterCount: Int
    public var noiseSize = 30
    public var deviation = 0.1
    package var widths = ImageWidths()
    public var slope = 0.2
    public var noiseWeight = 10.0
    public var classWeight = 10.0
    public var penalty = 10.0
    public var criticSteps = 5
    public var steps = 500_000
    public var batchSize = 64
    public var rate = 1e-4
    public var criticRate = 1e-4
    public var beta1 = 0.5
    public var beta2 = 0.9
    public var restarts = 10
    package var length = TrainingLength.published

    public init(clusterCount: Int) { self.clusterCount = clusterCount }

    fileprivate var cycleOptimiser: Adam { Adam(learningRate: rate, beta1: beta1, beta2: beta2) }
    fileprivate var criticOptimiser: Adam { Adam(learningRate: criticRate, beta1: beta1, beta2: beta2) }

    mutating func scale() {
      (widths, deviation, classWeight) = (.half, 0.2, 1)
      (criticSteps, steps, rate, criticRate) = (2, 10_000, 1e-3, 1e-3)
    }
  }

  public static let options: [MethodOption<Configuration>] =
    [
      MethodOption(
        "length", \.lengthWithSettings, .choice(),
        help: """
          published, or scaled to two cores: that sets the widths, deviation, class-weight, critic-steps, steps, rate and \
          critic-rate
          """),
      MethodOption("latent", \.noiseSize, .integer(in: 1...4096), help: "numbers of noise in a code"),
      MethodOption("deviation", \.deviation, .number(above: 0, atMost: 100), help: "standard deviation of the noise"),
    ] + Configuration.widthOptions + [
      MethodOption("slope", \.slope, .number(above: 0, atMost: 1), help: "of the leaky ReLUs below 0"),
      MethodOption(
        "noise-weight", \.noiseWeight, .number(in: 0...1e6),
        help: "of the noise found again in the loss; with 0 the classes alone are grouped"),
      MethodOption(
        "class-weight", \.classWeight, .number(in: 0...1e6), help: "of the class found again in the loss"),
      MethodOption("penalty", \.penalty, .number(in: 0...1e6), help: "weight of the penalty of the critic's slope"),
      MethodOption(
        "critic-steps", \.criticSteps, .integer(in: 1...1000), help: "steps of the critic for one of the generator"),
      MethodOption(
        "steps", \.steps, .integer(in: 1...100_000_000), help: "steps of the generator that fit comes to"),
      MethodOption("batch", \.batchSize, .integer(in: 2...100_000), help: "images of a step"),
      MethodOption(
        "rate", \.rate, .number(above: 0, atMost: 1), help: "the learning rate of generator and encoder"),
      MethodOption("critic-rate", \.criticRate, .number(above: 0, atMost: 1), help: "the critic's learning rate"),
    ] + MethodOption.adam(\.beta1, \.beta2) + [
      MethodOption("restarts", \.restarts, .integer(in: 1...1000), help: "starts of k-means, the best is kept")
    ]

  public static let metrics = [
    TrainingMetric("criticLoss", "critic", decimals: 3, width: 9, curve: .init("critic", name: "loss")),
    TrainingMetric("distance", "distance", decimals: 3, width: 9, curve: .init("critic", name: "distance")),
    TrainingMetric("slopePenalty", "penalty", decimals: 4, width: 8),
    TrainingMetric("noiseLoss", "noise", decimals: 4, width: 8, curve: .init("code loss", name: "noise")),
    TrainingMetric("classLoss", "class", decimals: 4, width: 8, curve: .init("code loss", name: "class")),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  package private(set) var networks: ClusterGANNetworks
  private var cycleOptimiser: Adam
  private var criticOptimiser: Adam
  private var groups: LatentGroups?
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  public static let learnt: [StateField<Self>] = [
    .network(\.networks),
    .optimiser(
      \.cycleOptimiser, of: \.networks.cycle, prefix: "cycle.", fresh: \.configuration.cycleOptimiser),
    .optimiser(
      \.criticOptimiser, of: \.networks.critic, prefix: "critic.", fresh: \.configuration.criticOptimiser),
    .optional("groups", \.groups) { groups, method, state in
      try groups.require(count: method.clusterCount, of: method.latentSize, "groups", state)
    },
    .value("position.rounds", \.roundsBegun),
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    try AdversarialError.requireSides(imageShape, method: MethodEntry.clusterGAN.name)
    try DenseNetworkError.require(Self.parameterCount(configuration, imageShape))
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
    networks = ClusterGANNetworks(
      imageShape, configuration.widths, noise: configuration.noiseSize, classes: configuration.clusterCount,
      slope: configuration.slope, source: source.derived("initialisation"))
    try Interruption.check()
    cycleOptimiser = configuration.cycleOptimiser
    criticOptimiser = configuration.criticOptimiser
  }

  private static func parameterCount(_ configuration: Configuration, _ shape: ImageShape) -> Int? {
    let (widths, code) = (configuration.widths, configuration.noiseSize + configuration.clusterCount)
    return networkParameterCount(
      widths.readerLayers(shape, outputs: 1) + widths.readerLayers(shape, outputs: code)
        + widths.generatorLayers(shape, inputs: code, hasHiddenNorm: true))
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.requireDense(imageShape, method: MethodEntry.clusterGAN.name) {
      parameterCount(configuration, imageShape)
    }
  }

  public var name: String { MethodEntry.clusterGAN.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var parameterCount: Int { networks.parameterCount }
  public var outline: [LayerOutline] { networks.outline }

  /// Of the encoder's numbers the noise, where it learns that, and the classes' probabilities.
  public var latentSize: Int { noiseInLatents + clusterCount }
  private var noiseInLatents: Int { configuration.noiseWeight > 0 ? configuration.noiseSize : 0 }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    let batches = configuration.steps * configuration.criticSteps
    let perRound = max(
      1, (images.count + configuration.batchSize - 1) / configuration.batchSize)
    // No more than train takes: of a few hundred images even that is days.
    return TrainingRecipe(rounds: min((batches + perRound - 1) / perRound, 1_000_000))
  }

  public func withWeights(from state: StateReader) throws -> ClusterGANMethod {
    var method = try ClusterGANMethod(configuration, images: imageShape, source: source)
    try method.networks.restoreTensors(from: state)
    return method
  }

  // MARK: - Training

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let round = roundsBegun
    roundsBegun += 1
    let (batchSize, trainer) = (configuration.batchSize, trainer)
    return try trainer.epoch(
      imageCount: images.count, batchSize: batchSize * configuration.criticSteps, at: ("round", round + 1),
      source: source.derived("round").derived(round),
      step: { indices, source in
        var critic = [0.0, 0, 0]
        for (number, batch) in indices.chunks(of: batchSize).enumerated() {
          let found = try criticStep(images, batch, source.derived("critic").derived(number))
          for place in critic.indices { critic[place] += found[place] * Double(batch.count) / Double(indices.count) }
        }
        let cycle = try generatorStep(min(batchSize, indices.count), source.derived("generator"))
        // Both losses have to be numbers.
        return [cycle[0].isFinite ? critic[0] : .nan, critic[1], critic[2], cycle[1], cycle[2]]
      }, afterStep: afterStep)
  }

  /// A step of the critic: its loss, the distance, the penalty.
  private mutating func criticStep(_ images: ImageSet, _ indices: [Int], _ source: RandomSource) throws -> [Double] {
    let (configuration, trainer) = (configuration, trainer)
    var generator = networks.cycle.generator
    return try trainer.update(&networks.critic, &criticOptimiser, indices: indices) { _, indices in
      (
        real: imageTensor(of: images, at: indices),
        drawn: generator(configuration.codes(for: indices, source), .batch).activated(.sigmoid),
        shares: Tensor(
          indices.map { source.derived("share").derived($0).uniforms(count: 1)[0] }, shape: [indices.count, 1, 1, 1])
      )
    } loss: { critic, batch in
      let terms = critic.wassersteinLoss(
        real: batch.real, drawn: batch.drawn, shares: batch.shares, weight: configuration.penalty)
      return (terms.loss, [terms.distance, terms.penalty].map { Double($0.scalar) })
    }
  }

  /// A step of generator and encoder on `count` codes: their loss, the noise's, the class's.
  private mutating func generatorStep(_ count: Int, _ source: RandomSource) throws -> [Double] {
    let (critic, configuration, trainer) = (networks.critic, configuration, trainer)
    return try trainer.update(&networks.cycle, &cycleOptimiser, indices: Array(0..<count)) { _, indices in
      configuration.codes(for: indices, source)
    } loss: { cycle, codes in
      let terms = cycle.lossTerms(codes, noise: configuration.noiseSize, critic: critic)
      let loss =
        terms.critic + terms.noise * Float(configuration.noiseWeight)
        + terms.classes * Float(configuration.classWeight)
      return (loss, [terms.noise, terms.classes].map { Double($0.scalar) })
    }
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let latents = try latents(of: images, watch: watch)
    let groups = try LatentGroups.fitted(
      to: latents, count: clusterCount, restarts: configuration.restarts,
      random: source.derived("grouping").derived(roundsBegun), watch: watch)
    self.groups = groups
    return try groups.assignments(of: latents)
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws { _ = try found(for: action) }

  private func found(for action: String) throws -> LatentGroups {
    guard let groups else { throw MethodError.untrained(action: action) }
    return groups
  }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    let noise = configuration.noiseSize
    return try encodedImages(images, widths: [latentSize], watch: watch) { batch in
      let found = networks.cycle.encoder(batch)
      let classes = found.columns(noise..<noise + clusterCount).softmax
      return [noiseInLatents > 0 ? Tensor.concatenatingChannels(found.columns(0..<noise), classes) : classes]
    }[0]
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try found(for: "a cluster's probability").mixture.responsibilities(of: latents)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try found(for: "an assignment to clusters").assignments(of: latents)
  }

  public func weight(ofCluster cluster: Int) -> Double { groups?.shares[cluster] ?? 0 }

  public func health(on images: ImageSet) throws -> Health {
    var health = Health()
    health.brokenArray = brokenArray
    // A generator that has hardly begun has no classes to lose.
    guard health.brokenArray == nil, cycleOptimiser.step >= 500, let groups else { return health }
    let perClass = max(2, min(40, 400 / clusterCount))
    let root = source.derived("health")
    let drawn = try draw(
      (0..<clusterCount).flatMap { [Int](repeating: $0, count: perClass) },
      (0..<clusterCount * perClass).map { root.derived($0) })
    health.adversary = AdversaryHealth(
      clustersOfDrawn: try groups.assignments(of: latents(of: drawn)), perClass: perClass)
    return health
  }

  // MARK: - Images

  /// Each cluster's images are those of a class of the generator: the one that the cluster's mean says, each class of one
  /// cluster.
  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    let classes = try found(for: "sampling").classes(inLast: clusterCount)
    let root = source.derived("sampling").derived(number)
    let shares = zip(clusters, counts)
    let sources = shares.flatMap { cluster, count in (0..<count).map { root.derived(cluster).derived($0) } }
    let drawn = try draw(shares.flatMap { [Int](repeating: classes[$0], count: $1) }, sources)
    try afterStep(1, 1)
    return drawn
  }

  /// A code is drawn in a single step, whatever is asked for.
  public func stepCount(_ options: SamplingOptions) -> Int { 1 }

  /// An image of each of some classes, its noise from its source.
  private func draw(_ classes: [Int], _ sources: [RandomSource]) throws -> ImageSet {
    try networks.cycle.generator.images(
      of: configuration.codes(sources) { classes[$0] }, shape: imageShape)
  }
}

extension ClusterGANMethod.Configuration {
  /// A code for each index: noise, and a class drawn from all alike.
  fileprivate func codes(for indices: [Int], _ source: RandomSource) -> Tensor {
    let (noise, classes) = (source.derived("noise"), source.derived("class"))
    return codes(indices.map { noise.derived($0) }) { place in
      var stream = classes.derived(indices[place]).makeStream()
      return stream.integer(below: clusterCount)
    }
  }

  fileprivate func codes(_ noise: [RandomSource], classOf: (Int) -> Int) -> Tensor {
    let classes = Tensor(
      noise.indices.flatMap { place -> [Float] in
        let one = classOf(place)
        return (0..<clusterCount).map { $0 == one ? 1 : 0 }
      }, shape: [noise.count, clusterCount])
    return .concatenatingChannels(
      .normals(imageShape: [noiseSize], from: noise) * Float(deviation), classes)
  }
}
