import ClusterDDPM
import Clustering
import CommandLanguage
import Diffusion
import Images
import Options

/// A number or choice of a model's configuration that `model` can override: the one place that names it.
struct ModelSetting: Sendable {
  let name: String
  let parameter: Parameter<ModelCommand>
  /// Puts a value that was given into a configuration; false where it has no effect there.
  let apply: @Sendable (ModelCommand, inout ModelConfiguration) -> Bool
  /// Takes the value over from a configuration, so that the command spells it out.
  let read: @Sendable (ModelConfiguration, inout ModelCommand) -> Void

  /// A setting that every configuration has.
  init<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<ModelConfiguration, T> & Sendable, _ kind: ValueKind<T>, help: String
  ) {
    self.init(
      name, kind, help: help,
      apply: { value, configuration in
        configuration[keyPath: property] = value
        return true
      }, read: { $0[keyPath: property] })
  }

  /// A setting that only some configurations have: nil where it means nothing.
  init<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<ModelConfiguration, T?> & Sendable, _ kind: ValueKind<T>, help: String
  ) {
    self.init(
      name, kind, help: help,
      apply: { value, configuration in
        guard configuration[keyPath: property] != nil else { return false }
        configuration[keyPath: property] = value
        return true
      }, read: { $0[keyPath: property] })
  }

  private init<T: Sendable>(
    _ name: String, _ kind: ValueKind<T>, help: String,
    apply: @escaping @Sendable (T, inout ModelConfiguration) -> Bool,
    read: @escaping @Sendable (ModelConfiguration) -> T?
  ) {
    self.name = name
    parameter = .option(
      name, kind, help: help, set: { $0.given[name] = $1 }, get: { $0.given[name] as? T })
    self.apply = { command, configuration in
      guard let value = command.given[name] as? T else { return true }
      return apply(value, &configuration)
    }
    self.read = { configuration, command in command.given[name] = read(configuration) }
  }

  /// More latents than any data set has.
  fileprivate static let fitPointLimit = 100_000_000

  /// In the order in which they are put into a configuration: what decides whether another has an effect comes first.
  static let all: [ModelSetting] = [
    ModelSetting(
      "components", \.componentCount, .integer(in: 1...10_000),
      help: "mixture components in training; more than clusters over-cluster, until merge"),
    ModelSetting("latent", \.latentSize, .integer(in: 1...4096), help: "J, the latent's dimension"),
    ModelSetting("channels", \.channelCount, .integer(in: 8...1024), help: "the network's base width, a multiple of 8"),
    ModelSetting("batch", \.batchSize, .integer(in: 1...65_536), help: "images in a step"),
    ModelSetting("rate", \.learningRate, .number(above: 0, atMost: 1), help: "Adam's learning rate"),
    ModelSetting("clip", \.clippingOrZero, .number(atLeast: 0), help: "largest gradient norm, 0 for any"),
    ModelSetting("lambda", \.lambda, .number(in: 0...1e6), help: "weight of the prior in the loss"),
    ModelSetting(
      "kl", \.pretrainingWeight, .number(in: 0...1e6), help: "weight of the divergence from N(0, I) in pretraining"),
    ModelSetting("dropout", \.latentDropout, .number(in: 0...1), help: "probability that z is replaced by zero"),
    ModelSetting(
      "responsibilities", \.responsibilities, .choice(),
      help: "w from the sampled z with its gradient, held since the E-step, or from the unmoved image"),
    ModelSetting("fit", \.mixtureInput, .choice(), help: "what of an encoded image the mixture is fitted to"),
    ModelSetting("schedule", \.scheduleKind, .choice(), help: "noise schedule"),
    ModelSetting(
      "timesteps", \.timestepCount, .integer(in: 1...100_000), help: "T of the linear schedule"),
    ModelSetting("beta-start", \.betaStart, .number(above: 0, below: 1), help: "first β of the linear schedule"),
    ModelSetting("beta-end", \.betaEnd, .number(above: 0, below: 1), help: "last β of the linear schedule"),
    ModelSetting("target", \.target, .choice(), help: "what the network predicts"),
    ModelSetting("range", \.pixelRange, .choice(), help: "pixels in [0, 1] or in [-1, 1]"),
    ModelSetting("motion", \.hasMotion, .toggle, help: "whether the encoder sees randomly moved images"),
    ModelSetting("rotation", \.rotation, .number(in: 0...180), help: "largest rotation, in degrees"),
    ModelSetting("shrink", \.smallestScale, .number(in: 0.1...1), help: "smallest scale"),
    ModelSetting("grow", \.largestScale, .number(in: 1...10), help: "largest scale"),
    ModelSetting("shear", \.shear, .number(in: 0...5), help: "largest shear"),
    ModelSetting("shift", \.shift, .number(in: 0...1), help: "largest shift, in half widths"),
    ModelSetting(
      "restarts", \.mixtureOptions.restarts, .integer(in: 1...1000), help: "starts of the first mixture fit"),
    ModelSetting(
      "fit-points", \.fitPoints, .integer(in: 10...fitPointLimit), help: "latents that the first fit uses, at most"),
    ModelSetting(
      "iterations", \.mixtureOptions.maximumIterations, .integer(in: 1...100_000),
      help: "EM iterations of an E-step, at most"),
    ModelSetting(
      "tolerance", \.mixtureOptions.tolerance, .number(in: 0...1), help: "change of the likelihood at which they end"),
    ModelSetting(
      "floor", \.mixtureOptions.regularisation, .number(in: 0...1), help: "added to the mixture's variances"),
    ModelSetting("variance", \.samplingVariance, .choice(), help: "of ancestral sampling's noise"),
  ]
}

/// The noise schedules by name.
enum ScheduleKind: String, CaseIterable, Sendable {
  case linear
  case cosine
}

/// Settings that a configuration keeps in another shape.
extension ModelConfiguration {
  fileprivate var clippingOrZero: Double {
    get { clippingNorm ?? 0 }
    set { clippingNorm = newValue == 0 ? nil : newValue }
  }

  /// A preset that uses all latents has a count that cannot be typed.
  fileprivate var fitPoints: Int {
    get { min(firstFitCount, ModelSetting.fitPointLimit) }
    set { firstFitCount = newValue }
  }

  fileprivate var scheduleKind: ScheduleKind {
    get { schedule == .cosine ? .cosine : .linear }
    set {
      guard newValue != scheduleKind else { return }
      schedule = newValue == .cosine ? .cosine : .linear(LinearBetas())
    }
  }

  private var betas: LinearBetas? {
    if case .linear(let betas) = schedule { betas } else { nil }
  }

  fileprivate var timestepCount: Int? {
    get { betas?.timestepCount }
    set { setBetas(timestepCount: newValue) }
  }

  fileprivate var betaStart: Double? {
    get { betas?.betaStart }
    set { setBetas(start: newValue) }
  }

  fileprivate var betaEnd: Double? {
    get { betas?.betaEnd }
    set { setBetas(end: newValue) }
  }

  private mutating func setBetas(start: Double? = nil, end: Double? = nil, timestepCount: Int? = nil) {
    guard let betas else { return }
    schedule = .linear(
      LinearBetas(
        betaStart: start ?? betas.betaStart, betaEnd: end ?? betas.betaEnd,
        timestepCount: timestepCount ?? betas.timestepCount))
  }

  fileprivate var hasMotion: Bool {
    get { motion != nil }
    set { motion = newValue ? motion ?? RandomAffine() : nil }
  }

  fileprivate var rotation: Double? {
    get { motion?.rotation }
    set { if let newValue { motion?.rotation = newValue } }
  }

  fileprivate var smallestScale: Double? {
    get { motion?.scale.lowerBound }
    set { if let newValue, let motion { self.motion?.scale = newValue...motion.scale.upperBound } }
  }

  fileprivate var largestScale: Double? {
    get { motion?.scale.upperBound }
    set { if let newValue, let motion { self.motion?.scale = motion.scale.lowerBound...newValue } }
  }

  fileprivate var shear: Double? {
    get { motion?.shear }
    set { if let newValue { motion?.shear = newValue } }
  }

  fileprivate var shift: Double? {
    get { motion?.shift }
    set { if let newValue { motion?.shift = newValue } }
  }
}
