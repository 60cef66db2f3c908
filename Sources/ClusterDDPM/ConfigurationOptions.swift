import Clustering
import ClusteringMethods
import Diffusion
import Images
import Options

extension ClusterDDPMModel {
  private static let linear = "a linear schedule (schedule=linear)"
  private static let neighbourGraph = "the graph of neighbours (grouping=graph)"
  private static let motion = "moved images (motion=on)"
  /// More latents than any data set has.
  fileprivate static let fitPointLimit = 100_000_000

  public static let options: [MethodOption<ModelConfiguration>] = [
    MethodOption(
      "components", \.componentCount, .integer(in: 1...10_000),
      help: "mixture components in training; of more than clusters several make one, until merge joins them"),
    MethodOption("latent", \.latentSize, .integer(in: 1...4096), help: "J, the latent's dimension"),
    MethodOption("channels", \.channelCount, .integer(in: 8...1024), help: "the network's base width, a multiple of 8"),
    MethodOption("batch", \.batchSize, .integer(in: 1...65_536), help: "images in a step"),
    MethodOption("rate", \.learningRate, .number(above: 0, atMost: 1), help: "Adam's learning rate"),
    MethodOption("clip", \.clippingOrZero, .number(atLeast: 0), help: "largest gradient norm, 0 for any"),
    MethodOption("lambda", \.lambda, .number(in: 0...1e6), help: "weight of the prior in the loss", isAdjustable: true),
    MethodOption(
      "gamma", \.gamma, .number(in: 0...1e6),
      help:
        "weight of a cross-entropy that draws moved images to the last E-step's clusters, as tighten does; 0 in the "
        + "paper",
      isAdjustable: true),
    MethodOption(
      "confidence", \.confidence, .number(in: 0...1),
      help: "how sure an image's cluster must be for that", isAdjustable: true),
    MethodOption(
      "surest", \.surest, .number(in: 0...1),
      help: "share of each cluster, the surest, that is drawn in any case", isAdjustable: true),
    MethodOption(
      "kl", \.pretrainingWeight, .number(in: 0...1e6), help: "weight of the divergence from N(0, I) in pretraining"),
    MethodOption("dropout", \.latentDropout, .number(in: 0...1), help: "probability that z is replaced by zero"),
    MethodOption(
      "responsibilities", \.responsibilities, .choice(),
      help: "where the prior has an image's components from: its sampled z, with the gradient (live), the last E-step "
        + "(fixed) or the unmoved image (unmoved)",
      isAdjustable: true),
    MethodOption(
      "fit", \.mixtureInput, .choice(),
      help: "what of an encoded image the mixture is fitted to: the mean of its z, or a sample"),
    MethodOption("schedule", \.scheduleKind, .choice(), help: "noise schedule"),
    MethodOption(
      "timesteps", \.timestepCount, .integer(in: 1...100_000), help: "T of the linear schedule", belongingTo: linear),
    MethodOption(
      "beta-start", \.betaStart, .number(above: 0, below: 1), help: "first β of the linear schedule",
      belongingTo: linear),
    MethodOption(
      "beta-end", \.betaEnd, .number(above: 0, below: 1), help: "last β of the linear schedule", belongingTo: linear),
    MethodOption("target", \.target, .choice(), help: "what the U-Net predicts of a noisy image"),
    MethodOption("range", \.pixelRange, .choice(), help: "pixels in [0, 1] or in [-1, 1]"),
    MethodOption("motion", \.hasMotion, .toggle, help: "whether the encoder sees randomly moved images"),
    MethodOption(
      "rotation", \.rotation, .number(in: 0...180), help: "largest rotation, in degrees", belongingTo: motion),
    MethodOption("shrink", \.smallestScale, .number(in: 0.1...1), help: "smallest scale", belongingTo: motion),
    MethodOption("grow", \.largestScale, .number(in: 1...10), help: "largest scale", belongingTo: motion),
    MethodOption("shear", \.shear, .number(in: 0...5), help: "largest shear", belongingTo: motion),
    MethodOption("shift", \.shift, .number(in: 0...1), help: "largest shift, in half widths", belongingTo: motion),
    MethodOption(
      "aspect", \.aspect, .number(in: 0...2), help: "largest stretch of the width at the height's cost",
      belongingTo: motion),
    MethodOption("flip", \.flips, .toggle, help: "whether half of the images are mirrored", belongingTo: motion),
    MethodOption(
      "elastic", \.elastic, .number(in: 0...1), help: "deviation of the bending, in half widths", belongingTo: motion),
    MethodOption(
      "restarts", \.mixtureOptions.restarts, .integer(in: 1...1000), help: "starts of the first mixture fit"),
    MethodOption(
      "fit-points", \.fitPoints, .integer(in: 10...fitPointLimit), help: "latents that the first fit uses, at most"),
    MethodOption(
      "iterations", \.mixtureOptions.maximumIterations, .integer(in: 1...100_000),
      help: "EM iterations of an E-step, at most"),
    MethodOption(
      "tolerance", \.mixtureOptions.tolerance, .number(in: 0...1), help: "change of the likelihood at which they end"),
    MethodOption(
      "floor", \.mixtureOptions.regularisation, .number(in: 0...1), help: "added to the mixture's variances"),
    MethodOption(
      "grouping", \.grouping, .choice(),
      help: "what makes one cluster: a component, components that four criteria judge alike, or neighbours of images"),
    MethodOption(
      "neighbours", \.neighbours, .integer(in: 0...1000),
      help: "nearest others that the graph joins an image to; 0 for 15, or less where clusters are small",
      belongingTo: neighbourGraph),
    MethodOption(
      "partitions", \.partitions, .integer(in: 1...1000),
      help: "partitions along the graph that clusters are the consensus of", belongingTo: neighbourGraph),
    MethodOption(
      "memory", \.groupingMemory, .integer(in: 0...100),
      help: "groupings before the last whose partitions take part in the consensus", belongingTo: neighbourGraph),
    MethodOption(
      "kept", \.kept, .number(above: 0, atMost: 1),
      help: "share of all those that decide: the ones that agree best with each other", belongingTo: neighbourGraph),
    MethodOption(
      "spectral", \.spectral, .toggle,
      help: "whether every third partition is by spectral clustering, which knows no capacity",
      belongingTo: neighbourGraph),
    MethodOption(
      "capacity", \.capacityOrZero, .number(atLeast: 0),
      help: "clusters are taken to be of like size: how many times the mean one may hold; 0 for any size",
      belongingTo: neighbourGraph),
    MethodOption("variance", \.samplingVariance, .choice(), help: "of ancestral sampling's noise"),
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
    get { min(firstFitCount, ClusterDDPMModel.fitPointLimit) }
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

  private func ofGraph<Value>(_ value: Value) -> Value? { grouping == .graph ? value : nil }

  fileprivate var neighbours: Int? {
    get { ofGraph(graph.neighbourCount ?? 0) }
    set { if let newValue { graph.neighbourCount = newValue == 0 ? nil : newValue } }
  }

  fileprivate var partitions: Int? {
    get { ofGraph(graph.partitionCount) }
    set { if let newValue { graph.partitionCount = newValue } }
  }

  fileprivate var groupingMemory: Int? {
    get { ofGraph(memory) }
    set { if let newValue { memory = newValue } }
  }

  fileprivate var kept: Double? {
    get { ofGraph(graph.kept) }
    set { if let newValue { graph.kept = newValue } }
  }

  fileprivate var spectral: Bool? {
    get { ofGraph(graph.usesSpectral) }
    set { if let newValue { graph.usesSpectral = newValue } }
  }

  fileprivate var capacityOrZero: Double? {
    get { ofGraph(graph.capacity ?? 0) }
    set { if let newValue { graph.capacity = newValue == 0 ? nil : max(newValue, 1) } }
  }

  fileprivate var hasMotion: Bool {
    get { motion != nil }
    set { motion = newValue ? motion ?? RandomMotion() : nil }
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

  fileprivate var aspect: Double? {
    get { motion?.aspect }
    set { if let newValue { motion?.aspect = newValue } }
  }

  fileprivate var flips: Bool? {
    get { motion?.flips }
    set { if let newValue { motion?.flips = newValue } }
  }

  fileprivate var elastic: Double? {
    get { motion?.elastic }
    set { if let newValue { motion?.elastic = newValue } }
  }
}
