import ClusterDDPM
import Clustering
import CommandLanguage
import Datasets
import Diffusion
import Images

/// `model PRESET`
///
/// Options that are not given are the preset's; the journal spells all of them out.
struct ModelCommand: SessionCommand {
  var preset = Preset.fast
  var latent: Int?
  var clusters: Int?
  var components: Int?
  var channels: Int?
  var batch: Int?
  var rate: Double?
  var clip: Double?
  var lambda: Double?
  var pretrainingWeight: Double?
  var dropout: Double?
  var responsibilities: ResponsibilitySource?
  var mixtureInput: MixtureInput?
  var schedule: Schedule?
  var timesteps: Int?
  var betaStart: Double?
  var betaEnd: Double?
  var target: PredictionTarget?
  var range: Range?
  var motion: Bool?
  var rotation: Double?
  var scale: [Double]?
  var shear: Double?
  var shift: Double?
  var restarts: Int?
  var fitPoints: Int?
  var iterations: Int?
  var tolerance: Double?
  var floor: Double?
  var samplingVariance: AncestralVariance?

  enum Schedule: String, CaseIterable, Sendable {
    case linear
    case cosine
  }

  enum Range: String, CaseIterable, Sendable {
    case unit
    case symmetric
  }

  static let effect = CommandEffect.changesSession
  static let declaration = CommandDeclaration<ModelCommand>(
    "model", summary: "Build a model for the loaded images",
    discussion: """
      fast is the small-machine recipe: minutes on two cores, for images whose sides are multiples of 4. reference is \
      the published MNIST network with its settings, for 28×28 images. What is not given is the preset's; clusters is \
      the number of classes, if there are labels. More components than clusters over-cluster, until merge.
      """,
    parameters: [
      .required("preset", \.preset, .choice(), help: "the network and its settings"),
      .option("clusters", \.clusters, .integer(in: 1...10_000), help: "K, the clusters to find"),
      .option("components", \.components, .integer(in: 1...10_000), help: "mixture components in training"),
      .option("latent", \.latent, .integer(in: 1...4096), help: "J, the latent's dimension"),
      .option("channels", \.channels, .integer(in: 8...1024), help: "the network's base width, a multiple of 8"),
      .option("batch", \.batch, .integer(in: 1...65_536), help: "images in a step"),
      .option("rate", \.rate, .number(above: 0, atMost: 1), help: "Adam's learning rate"),
      .option("clip", \.clip, .number(atLeast: 0), help: "largest gradient norm, 0 for any"),
      .option("lambda", \.lambda, .number(in: 0...1e6), help: "weight of the prior in the loss"),
      .option(
        "kl", \.pretrainingWeight, .number(in: 0...1e6), help: "weight of the divergence from N(0, I) in pretraining"),
      .option("dropout", \.dropout, .number(in: 0...1), help: "probability that z is replaced by zero"),
      .option(
        "responsibilities", \.responsibilities, .choice(),
        help: "w from the sampled z with its gradient, held since the E-step, or from the unmoved image"),
      .option("fit", \.mixtureInput, .choice(), help: "what of an encoded image the mixture is fitted to"),
      .option("schedule", \.schedule, .choice(), help: "noise schedule"),
      .option("timesteps", \.timesteps, .integer(in: 1...100_000), help: "T of the linear schedule"),
      .option("beta-start", \.betaStart, .number(above: 0, below: 1), help: "first β of the linear schedule"),
      .option("beta-end", \.betaEnd, .number(above: 0, below: 1), help: "last β of the linear schedule"),
      .option("target", \.target, .choice(), help: "what the network predicts"),
      .option("range", \.range, .choice(), help: "pixels in [0, 1] or in [-1, 1]"),
      .option("motion", \.motion, .toggle, help: "whether the encoder sees randomly moved images"),
      .option("rotation", \.rotation, .number(in: 0...180), help: "largest rotation, in degrees"),
      .option("scale", \.scale, .number(in: 0.1...10), count: 2...2, help: "smallest and largest scale"),
      .option("shear", \.shear, .number(in: 0...5), help: "largest shear"),
      .option("shift", \.shift, .number(in: 0...1), help: "largest shift, in half widths"),
      .option("restarts", \.restarts, .integer(in: 1...1000), help: "starts of the first mixture fit"),
      .option(
        "fit-points", \.fitPoints, .integer(in: 10...100_000_000), help: "latents that the first fit uses, at most"),
      .option("iterations", \.iterations, .integer(in: 1...100_000), help: "EM iterations of an E-step, at most"),
      .option("tolerance", \.tolerance, .number(in: 0...1), help: "change of the likelihood at which they end"),
      .option("floor", \.floor, .number(in: 0...1), help: "added to the mixture's variances"),
      .option("variance", \.samplingVariance, .choice(), help: "of ancestral sampling's noise"),
    ],
    examples: [
      CommandExample("model fast", "the small-machine recipe"),
      CommandExample("model fast components=20 latent=16", "over-clustered, with a larger latent"),
      CommandExample("model reference lambda=0.05", "the published network, another weight"),
    ],
    seeAlso: ["describe", "pretrain", "train", "merge"])

  func validate() throws {
    if let scale, scale[0] > scale[1] { throw ModelOptionError.scale(scale) }
    if let betaStart, let betaEnd, betaStart > betaEnd { throw ModelOptionError.betas(betaStart, betaEnd) }
  }

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "model")
    guard let clusters = clusters ?? dataset.labels?.classCount else { throw SessionError.clustersNeeded }
    let configuration = configuration(clusters: clusters)
    let model = try ClusteringModel(
      configuration, images: ImageShape(of: dataset.images), source: session.randomSource)
    session.model = model
    session.training = TrainingLog()
    environment.print(
      "\(preset.rawValue): \(model.parameterCount) parameters, \(configuration.latentSize) latents, "
        + "\(clusters) clusters"
        + (configuration.componentCount > clusters ? " from \(configuration.componentCount) components" : "")
        + ", seed \(session.seed)")
    var outcome = CommandOutcome(results: [
      "parameters": .integer(model.parameterCount), "latent": .integer(configuration.latentSize),
      "clusters": .integer(clusters), "components": .integer(configuration.componentCount),
    ])
    outcome.performed = ModelCommand(configuration)
    return outcome
  }

  /// The preset's settings with the given ones in their place.
  private func configuration(clusters: Int) -> ModelConfiguration {
    var c = ModelConfiguration.preset(preset, clusterCount: clusters)
    func override<T>(_ property: WritableKeyPath<ModelConfiguration, T>, _ value: T?) {
      if let value { c[keyPath: property] = value }
    }
    override(\.componentCount, components)
    override(\.latentSize, latent)
    override(\.channelCount, channels)
    override(\.batchSize, batch)
    override(\.learningRate, rate)
    override(\.clippingNorm, clip.map { $0 == 0 ? nil : $0 })
    override(\.lambda, lambda)
    override(\.pretrainingWeight, pretrainingWeight)
    override(\.latentDropout, dropout)
    override(\.responsibilities, responsibilities)
    override(\.mixtureInput, mixtureInput)
    override(\.target, target)
    override(\.pixelRange, range.map { $0 == .unit ? .unit : .symmetric })
    override(\.mixtureOptions.restarts, restarts)
    override(\.mixtureOptions.maximumIterations, iterations)
    override(\.mixtureOptions.tolerance, tolerance)
    override(\.mixtureOptions.regularisation, floor)
    override(\.firstFitCount, fitPoints)
    override(\.samplingVariance, samplingVariance)
    c.schedule = noiseSchedule(c.schedule)
    c.motion = randomMotion(c.motion)
    return c
  }

  private func noiseSchedule(_ preset: NoiseSchedule) -> NoiseSchedule {
    let chosen = schedule ?? (timesteps != nil || betaStart != nil || betaEnd != nil ? .linear : nil)
    switch (chosen, preset) {
    case (.cosine, _): return .cosine
    case (nil, .cosine): return preset
    case (_, _):
      var betas = LinearBetas()
      if case .linear(let own) = preset { betas = own }
      return .linear(
        LinearBetas(
          betaStart: betaStart ?? betas.betaStart, betaEnd: betaEnd ?? betas.betaEnd,
          timestepCount: timesteps ?? betas.timestepCount))
    }
  }

  private func randomMotion(_ preset: RandomAffine?) -> RandomAffine? {
    guard motion ?? (preset != nil || rotation != nil || scale != nil || shear != nil || shift != nil) else {
      return nil
    }
    var affine = preset ?? RandomAffine()
    if let rotation { affine.rotation = rotation }
    if let scale { affine.scale = scale[0]...scale[1] }
    if let shear { affine.shear = shear }
    if let shift { affine.shift = shift }
    return affine
  }
}

extension ModelCommand {
  /// The command that gives `configuration`, every option spelled out.
  init(_ configuration: ModelConfiguration) {
    self.init()
    preset = configuration.preset
    latent = configuration.latentSize
    clusters = configuration.clusterCount
    components = configuration.componentCount
    channels = configuration.channelCount
    batch = configuration.batchSize
    rate = configuration.learningRate
    clip = configuration.clippingNorm ?? 0
    lambda = configuration.lambda
    pretrainingWeight = configuration.pretrainingWeight
    dropout = configuration.latentDropout
    responsibilities = configuration.responsibilities
    mixtureInput = configuration.mixtureInput
    target = configuration.target
    range = configuration.pixelRange == .unit ? .unit : .symmetric
    restarts = configuration.mixtureOptions.restarts
    iterations = configuration.mixtureOptions.maximumIterations
    tolerance = configuration.mixtureOptions.tolerance
    floor = configuration.mixtureOptions.regularisation
    fitPoints = min(configuration.firstFitCount, 100_000_000)
    samplingVariance = configuration.samplingVariance
    switch configuration.schedule {
    case .cosine: schedule = .cosine
    case .linear(let betas):
      schedule = .linear
      (timesteps, betaStart, betaEnd) = (betas.timestepCount, betas.betaStart, betas.betaEnd)
    }
    motion = configuration.motion != nil
    if let affine = configuration.motion {
      (rotation, shear, shift) = (affine.rotation, affine.shear, affine.shift)
      scale = [affine.scale.lowerBound, affine.scale.upperBound]
    }
  }
}

/// Options of a model that contradict each other.
enum ModelOptionError: Error, CustomStringConvertible {
  case scale([Double])
  case betas(Double, Double)

  var description: String {
    switch self {
    case .scale(let bounds):
      "scale= takes the smallest scale, then the largest, such as 0.85,1.15, not \(bounds[0]),\(bounds[1])"
    case .betas(let start, let end): "beta-start must be at most beta-end: \(start) is above \(end)"
    }
  }
}
