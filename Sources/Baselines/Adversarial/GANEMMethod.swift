import Clustering
import ClusteringMethods
import Diffusion
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let ganEM = MethodEntry(
    GANEMMethod.self, name: "gan-em", summary: "GAN-EM, an adversarial mixture by expectation-maximisation: a baseline",
    discussion: """
      GAN-EM (Zhao et al. 2019): a generator draws images of classes; a discriminator tells them from real ones, whose classes \
      it takes from an encoder (the M-step); then the encoder learns the classes of drawn images (the E-step). Its \
      published settings are the defaults: 1,000 rounds, days on two cores. length=scaled is a recipe for two cores, and ours: half the \
      width, 15 rounds of one pass and 200 steps of the encoder, and three to five times the rates. Scores so found are those of a scaled GAN-EM, by one-to-one \
      matching; its authors give each class its most frequent cluster. The encoder has no BatchNorm, as theirs in \
      effect had none. Where nearly all images are of few classes after the second round, training begins anew, four times \
      at most.
      """, sizes: "12709206 parameters, 10 latents, 10 clusters",
    round: """
      passes= passes over the images in steps of discriminator and generator, then encoder-steps= steps of the encoder on \
      drawn images
      """,
    examples: [("length=scaled", "the recipe for two cores")]
  ) { clusterCount, _ in GANEMMethod.Configuration(clusterCount: clusterCount) }
}

/// GAN-EM: a baseline of the ClusterDDPM paper's Table 2.
///
/// Zhao, Wang, Tang and Xu, "GAN-EM: GAN based EM learning framework" (2019), by the code zhaowt61/GAN-EM.
public struct GANEMMethod: NetworkMethod, DrawingMethod {
  public struct Configuration: ImageConfiguration, ScalableConfiguration, Equatable {
    public var clusterCount: Int
    public var noiseSize = 62
    package var widths = ImageWidths()
    public var slope = 0.2
    public var batchSize = 70
    public var passes = 5
    public var encoderSteps = 1000
    public var encoderBatch = 200
    public var rate = 2e-4
    public var generatorRate = 6e-4
    public var encoderRate = 6e-5
    public var decay = 0.98
    public var beta1 = 0.5
    public var beta2 = 0.999
    package var length = TrainingLength.published

    public init(clusterCount: Int) { self.clusterCount = clusterCount }

    mutating func scale() {
      (widths, passes, encoderSteps, decay) = (.half, 1, 200, 0.95)
      (rate, generatorRate, encoderRate) = (6e-4, 2e-3, 3e-4)
    }
  }

  public static let options: [MethodOption<Configuration>] =
    [
      MethodOption(
        "length", \.lengthWithSettings, .choice(),
        help: """
          published, or scaled to two cores: that sets the widths, passes, encoder-steps, decay, the rates, and what fit does
          """),
      MethodOption("latent", \.noiseSize, .integer(in: 1...4096), help: "numbers of noise in a code"),
    ] + Configuration.widthOptions + [
      MethodOption("slope", \.slope, .number(above: 0, atMost: 1), help: "of the leaky ReLUs below 0"),
      MethodOption("batch", \.batchSize, .integer(in: 2...100_000), help: "images of a step"),
      MethodOption("passes", \.passes, .integer(in: 1...10_000), help: "passes over the images in a round"),
      MethodOption(
        "encoder-steps", \.encoderSteps, .integer(in: 1...1_000_000), help: "steps of the encoder in a round"),
      MethodOption("encoder-batch", \.encoderBatch, .integer(in: 2...100_000), help: "drawn images of such a step"),
      MethodOption("rate", \.rate, .number(above: 0, atMost: 1), help: "the discriminator's learning rate"),
      MethodOption("generator-rate", \.generatorRate, .number(above: 0, atMost: 1), help: "the generator's"),
      MethodOption("encoder-rate", \.encoderRate, .number(above: 0, atMost: 1), help: "the encoder's"),
      MethodOption("decay", \.decay, .number(above: 0, atMost: 1), help: "what all rates are multiplied by each round"),
    ] + MethodOption.adam(\.beta1, \.beta2)

  public static let metrics = [TrainingMetric].ofDiscriminatorGeneratorAndClasses

  public var configuration: Configuration
  public let imageShape: ImageShape
  package private(set) var networks: GANEMNetworks
  /// The share of the images in each cluster, after the last round; empty before the first.
  private var shares: [Double] = []
  public private(set) var roundsBegun = 0
  /// Rounds before training began anew for the last time, and how often it did.
  private var roundsDropped = 0
  private var beginningsDropped = 0
  public let source: RandomSource
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  /// Optimisers are made anew each round, and so are none of it.
  public static let learnt: [StateField<Self>] = [
    .network(\.networks),
    StateField(
      save: { $1.add("shares", $0.shares) },
      restore: { method, state in
        method.shares = try state.numbers("shares")
        let count = method.shares.count
        try state.require(
          count == 0 || count == method.clusterCount, "shares", "none or \(method.clusterCount) shares", found: count)
      }),
    .value("position.rounds", \.roundsBegun),
    .value("position.dropped", \.roundsDropped),
    .value("position.beginnings", \.beginningsDropped),
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    try AdversarialError.requireSides(imageShape, method: MethodEntry.ganEM.name)
    try AdversarialError.requireEight(imageShape, method: MethodEntry.ganEM.name)
    try DenseNetworkError.require(Self.parameterCount(configuration, imageShape))
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
    networks = Self.networks(configuration, imageShape, source.derived("initialisation"))
    try Interruption.check()
  }

  private static func networks(
    _ configuration: Configuration, _ shape: ImageShape, _ source: RandomSource
  ) -> GANEMNetworks {
    GANEMNetworks(
      shape, configuration.widths, noise: configuration.noiseSize, classes: configuration.clusterCount,
      slope: configuration.slope, source: source)
  }

  private static func parameterCount(_ configuration: Configuration, _ shape: ImageShape) -> Int? {
    let (widths, k) = (configuration.widths, configuration.clusterCount)
    let norms = [(1, widths.first), (1, widths.second), (1, 2 * widths.second), (1, widths.hidden)]
    return networkParameterCount(
      widths.deepReaderLayers(shape, outputs: k + 1) + norms + widths.deepReaderLayers(shape, outputs: k)
        + widths.generatorLayers(shape, inputs: configuration.noiseSize + k, hasHiddenNorm: true))
  }

  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {
    try state.requireDense(imageShape, method: MethodEntry.ganEM.name) { parameterCount(configuration, imageShape) }
  }

  public var name: String { MethodEntry.ganEM.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { clusterCount }
  public var parameterCount: Int { networks.parameterCount }
  public var outline: [LayerOutline] { networks.outline }
  public var assumption: String? {
    beginningsDropped == 0
      ? nil
      : "training began anew \(beginningsDropped == 1 ? "once" : "\(beginningsDropped) times"): nearly all images were of few "
        + "classes after two rounds"
  }

  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    TrainingRecipe(rounds: configuration.length == .scaled ? 15 : 1000)
  }

  public func withWeights(from state: StateReader) throws -> GANEMMethod {
    var method = try GANEMMethod(configuration, images: imageShape, source: source)
    try method.networks.restoreTensors(from: state)
    return method
  }

  // MARK: - Training

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let (round, configuration, trainer) = (roundsBegun - roundsDropped, configuration, trainer)
    let root = source.derived("round").derived(roundsBegun)
    let number = roundsBegun + 1
    roundsBegun += 1
    let decay = power(configuration.decay, round)
    func optimiser(_ rate: Double) -> Adam {
      Adam(learningRate: rate * decay, beta1: configuration.beta1, beta2: configuration.beta2)
    }
    var (discriminator, generator) = (optimiser(configuration.rate), optimiser(configuration.generatorRate))
    var encoder = optimiser(configuration.encoderRate)

    // The phases of a round are epochs of their own, told as one.
    var done = EpochReport(metrics: [0, 0, 0], images: 0, stepsDone: 0, isComplete: true)
    let stepsOfPass = (images.count + configuration.batchSize - 1) / configuration.batchSize
    let total = Double(configuration.passes * stepsOfPass + configuration.encoderSteps)
    func phase(
      _ count: Int, _ batch: Int, _ source: RandomSource, _ merged: ([Double]) -> [Double],
      step: ([Int], RandomSource) throws -> [Double]
    ) throws {
      let before = done
      let report = try trainer.epoch(
        imageCount: count, batchSize: batch, at: ("round", number), source: source, step: step
      ) { report in
        afterStep(
          StepReport(
            step: before.stepsDone + report.step, images: before.images + report.images,
            metrics: merged(report.metrics), fraction: Double(before.stepsDone + report.step) / total))
      }
      done = EpochReport(
        metrics: merged(report.metrics), images: before.images + report.images,
        stepsDone: before.stepsDone + report.stepsDone, isComplete: report.isComplete)
    }
    var sums = [0.0, 0.0]
    for pass in 0..<configuration.passes where done.isComplete {
      let share = Double(pass) / Double(pass + 1)
      let earlier = sums
      try phase(images.count, configuration.batchSize, root.derived("pass").derived(pass)) { found in
        [0, 1].map { earlier[$0] * share + found[$0] * (1 - share) } + [0]
      } step: { indices, source in
        let judged = try discriminatorStep(
          images, indices, &discriminator, isFirst: round == 0, source.derived("judged"))
        let drawn = try generatorStep(indices.count, &generator, source.derived("drawn"))
        return [drawn.isFinite ? judged : .nan, drawn]
      }
      sums = Array(done.metrics[..<2])
    }
    guard done.isComplete else { return done }
    try phase(
      configuration.encoderSteps * configuration.encoderBatch, configuration.encoderBatch, root.derived("encoder")
    ) { found in
      sums + found
    } step: { indices, source in
      [try encoderStep(indices, &encoder, source)]
    }
    return done
  }

  private mutating func discriminatorStep(
    _ images: ImageSet, _ indices: [Int], _ optimiser: inout Adam, isFirst: Bool, _ source: RandomSource
  ) throws -> Double {
    let (configuration, trainer) = (configuration, trainer)
    var (generator, encoder) = (networks.generator, networks.encoder)
    let k = configuration.clusterCount
    return try trainer.update(&networks.discriminator, &optimiser, indices: indices) { _, indices in
      let real = imageTensor(of: images, at: indices)
      return (
        real: real,
        weights: isFirst
          ? Tensor(repeating: 1 / Float(k), shape: [indices.count, k]) : encoder(real, .batch).softmax,
        drawn: generator(configuration.codes(for: indices, source).code, .batch).activated(.sigmoid)
      )
    } loss: { discriminator, batch in
      (discriminator.discriminatorLoss(real: batch.real, weights: batch.weights, drawn: batch.drawn), [])
    }[0]
  }

  private mutating func generatorStep(_ count: Int, _ optimiser: inout Adam, _ source: RandomSource) throws -> Double {
    let (configuration, trainer, discriminator) = (configuration, trainer, networks.discriminator)
    return try trainer.update(&networks.generator, &optimiser, indices: Array(0..<count)) { _, indices in
      configuration.codes(for: indices, source)
    } loss: { generator, codes in
      let drawn = generator(codes.code, .training).activated(.sigmoid)
      return (discriminator.generatorLoss(drawn, classes: codes.classes), [])
    }[0]
  }

  private mutating func encoderStep(_ indices: [Int], _ optimiser: inout Adam, _ source: RandomSource) throws -> Double
  {
    let (configuration, trainer) = (configuration, trainer)
    var generator = networks.generator
    return try trainer.update(&networks.encoder, &optimiser, indices: indices) { _, indices in
      let codes = configuration.codes(for: indices, source)
      return (drawn: generator(codes.code, .batch).activated(.sigmoid), classes: codes.classes)
    } loss: { encoder, batch in
      (encoder.classLoss(batch.drawn, classes: batch.classes), [])
    }[0]
  }

  /// After the second round training begins anew where the clusters' sizes have less than half of the largest entropy.
  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    let assignments = try assignments(ofLatents: latents(of: images, watch: watch))
    var sizes = [Double](repeating: 0, count: clusterCount)
    for cluster in assignments { sizes[cluster] += 1 / Double(assignments.count) }
    shares = sizes
    let entropy = sizes.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 }
    if roundsBegun - roundsDropped == 2, beginningsDropped < 4, entropy < 0.5 * log(Double(clusterCount)) {
      beginningsDropped += 1
      roundsDropped = roundsBegun
      networks = Self.networks(
        configuration, imageShape, source.derived("initialisation").derived(beginningsDropped))
    }
    return assignments
  }

  // MARK: - What it says of images

  public func requireClusters(for action: String) throws {
    guard !shares.isEmpty else { throw MethodError.untrained(action: action) }
  }

  /// The logarithms of the classes' probabilities.
  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    var encoder = networks.encoder
    return try encodedImages(images, widths: [latentSize], watch: watch) { [encoder($0, .evaluation).logSoftmax] }[0]
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try requireClusters(for: "a cluster's probability")
    return latents.probabilitiesOfLogarithms
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    latents.largestColumns
  }

  public func weight(ofCluster cluster: Int) -> Double { shares.isEmpty ? 0 : shares[cluster] }

  public func health(on images: ImageSet) throws -> Health {
    var health = Health()
    health.brokenArray = brokenArray
    // Before, training may begin anew by itself.
    guard health.brokenArray == nil, images.count > 0, roundsBegun - roundsDropped > 2 else { return health }
    let perClass = max(2, min(40, 400 / clusterCount))
    let root = source.derived("health")
    let drawn = try draw(
      (0..<clusterCount).flatMap { [Int](repeating: $0, count: perClass) },
      (0..<clusterCount * perClass).map { root.derived($0) })
    let real = images.evenly(drawn.count)
    var discriminator = networks.discriminator
    func scores(_ images: ImageSet) throws -> [Float] {
      var scores: [Float] = []
      func ignored(_: Activity) {}
      try inImageBatches(of: images, watch: ignored) { batch in
        scores += (-discriminator(batch, .evaluation).columns(clusterCount..<clusterCount + 1)).scalars
      }
      return scores
    }
    health.adversary = AdversaryHealth(
      clustersOfDrawn: try assignments(ofLatents: latents(of: drawn)), perClass: perClass,
      scores: (real: try scores(real), drawn: try scores(drawn)))
    return health
  }

  // MARK: - Images

  /// A cluster's images are those of its class.
  public func samples(
    counts: [Int], of clusters: [Int], options: SamplingOptions, number: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet {
    try requireClusters(for: "sampling")
    let root = source.derived("sampling").derived(number)
    let shares = zip(clusters, counts)
    let sources = shares.flatMap { cluster, count in (0..<count).map { root.derived(cluster).derived($0) } }
    let drawn = try draw(shares.flatMap { [Int](repeating: $0, count: $1) }, sources)
    try afterStep(1, 1)
    return drawn
  }

  /// A code is drawn in a single step, whatever is asked for.
  public func stepCount(_ options: SamplingOptions) -> Int { 1 }

  private func draw(_ classes: [Int], _ sources: [RandomSource]) throws -> ImageSet {
    try networks.generator.images(of: configuration.codes(sources, classes).code, shape: imageShape)
  }
}

extension GANEMMethod.Configuration {
  /// A code for each index, of the classes in turn: the class one-hot, then uniform noise; and the class by itself.
  fileprivate func codes(for indices: [Int], _ source: RandomSource) -> (code: Tensor, classes: Tensor) {
    codes(indices.map { source.derived($0) }, indices.indices.map { $0 % clusterCount })
  }

  fileprivate func codes(_ sources: [RandomSource], _ kinds: [Int]) -> (code: Tensor, classes: Tensor) {
    let classes = Tensor(
      kinds.flatMap { kind in (0..<clusterCount).map { $0 == kind ? Float(1) : 0 } },
      shape: [kinds.count, clusterCount])
    let noise = Tensor(sources.flatMap { $0.uniforms(count: noiseSize) }, shape: [kinds.count, noiseSize])
    return (.concatenatingChannels(classes, noise), classes)
  }
}
