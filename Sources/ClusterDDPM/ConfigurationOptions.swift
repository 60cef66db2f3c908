import Clustering
import ClusteringMethods
import Diffusion
import Images
import Options

extension ClusterDDPMModel {
  private static let linear = "a linear schedule (schedule=linear)"
  private static let discrete = "a schedule of discrete steps (schedule=linear)"
  private static let shifted = "the shifted schedule (schedule=shifted)"
  private static let minSNR = "min-SNR weighting (weighting=min-snr)"
  private static let neighbourGraph = "the graph of neighbours (grouping=graph)"
  private static let motion = "moved images (motion=on)"
  private static let student = "clusters of Student's t (prior=student)"
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
    MethodOption(
      "ema", \.averaging, .number(in: 0...0.999999),
      help:
        "decay a step of a running average of the weights, which encodes and draws images in all but the training's own "
        + "steps: E-steps, evaluation, sampling; 0 for none, 0.999 for thousands of steps, 0.9999 for a hundred thousand"
    ),
    MethodOption(
      "schedule", \.scheduleKind, .choice(),
      help:
        "noise schedule: the published code's (linear), Ho et al.'s for any T (scaled), that with nothing of "
        + "the image left at its end (zero), α = cos(πt/2) (cosine), Nichol and Dhariwal's (nichol), "
        + "shifted for large images (shifted), sigmoid"),
    MethodOption(
      "timesteps", \.timestepCount, .integer(in: 1...100_000), help: "T of a discrete schedule", belongingTo: discrete),
    MethodOption(
      "beta-start", \.betaStart, .number(above: 0, below: 1),
      help: "first β of a linear schedule (of scaled and zero: at T = 1000)", belongingTo: linear),
    MethodOption(
      "beta-end", \.betaEnd, .number(above: 0, below: 1), help: "last β of a linear schedule, likewise",
      belongingTo: linear),
    MethodOption(
      "reference-side", \.referenceSide, .integer(in: 1...65_536),
      help: "side in pixels of images for which the cosine schedule is right unshifted", belongingTo: shifted),
    MethodOption("target", \.target, .choice(), help: "what the U-Net predicts of a noisy image"),
    MethodOption(
      "weighting", \.lossWeighting, .choice(),
      help:
        "what a noisy image's squared error counts: as much at every noise level, or by its signal-to-noise ratio S "
        + "(min-snr), min(S, γ)/S where the target is noise, min(S, γ)/(S + 1) where it is velocity"),
    MethodOption(
      "snr-gamma", \.snrLimitIfUsed, .number(above: 0, atMost: 1e6), help: "γ of that weighting", belongingTo: minSNR),
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
      "prior", \.priorShape, .choice(),
      help:
        "what components are: gaussian, as in the paper, or student, Student's t distributions, whose heavier tails let "
        + "far images pull less at means and spreads, in the E-step and in the loss; no part of the paper"),
    MethodOption(
      "freedom", \.freedom, .number(in: 1...1000),
      help: "degrees of freedom ν of each: the fewer, the heavier the tails; hundreds are as good as Gaussian",
      belongingTo: student),
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

/// The noise schedules by the words that options take.
public enum ScheduleKind: String, CaseIterable, Sendable {
  case linear
  case linearScaled = "scaled"
  case linearZero = "zero"
  case cosine
  case cosineDiscrete = "nichol"
  case cosineShifted = "shifted"
  case sigmoid

  /// The form of a discrete one.
  fileprivate var form: DiscreteSchedule.Form? { DiscreteSchedule.Form(rawValue: rawValue) }

  public init(_ schedule: NoiseSchedule) {
    switch schedule {
    case .cosine: self = .cosine
    case .shiftedCosine: self = .cosineShifted
    case .discrete(let steps): self = Self.allCases.first { $0.form == steps.form }!
    }
  }

  /// With its usual numbers.
  ///
  /// - Parameter imageSide: the larger side of the images in pixels.
  public func schedule(imageSide: Int) -> NoiseSchedule {
    if let form { return .discrete(DiscreteSchedule(form)) }
    return self == .cosine ? .cosine : .shiftedCosine(ShiftedCosine(side: imageSide))
  }
}

/// What the components of the prior are.
public enum PriorShape: String, CaseIterable, Sendable {
  case gaussian
  case student
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

  fileprivate var priorShape: PriorShape {
    get { mixtureOptions.freedom == nil ? .gaussian : .student }
    set { mixtureOptions.freedom = newValue == .student ? mixtureOptions.freedom ?? 10 : nil }
  }

  fileprivate var freedom: Double? {
    get { mixtureOptions.freedom }
    set { if let newValue, mixtureOptions.freedom != nil { mixtureOptions.freedom = newValue } }
  }

  fileprivate var scheduleKind: ScheduleKind {
    get { ScheduleKind(schedule) }
    set {
      guard newValue != scheduleKind else { return }
      schedule = newValue.schedule(imageSide: imageSide)
    }
  }

  private var steps: DiscreteSchedule? {
    if case .discrete(let steps) = schedule { steps } else { nil }
  }

  private var betas: DiscreteSchedule? { steps.flatMap { $0.form.hasBetas ? $0 : nil } }

  fileprivate var timestepCount: Int? {
    get { steps?.timestepCount }
    set { setSteps(timestepCount: newValue) }
  }

  fileprivate var betaStart: Double? {
    get { betas?.betaStart }
    set { setSteps(start: newValue) }
  }

  fileprivate var betaEnd: Double? {
    get { betas?.betaEnd }
    set { setSteps(end: newValue) }
  }

  private mutating func setSteps(start: Double? = nil, end: Double? = nil, timestepCount: Int? = nil) {
    guard let steps else { return }
    schedule = .discrete(
      DiscreteSchedule(
        steps.form, betaStart: start ?? steps.betaStart, betaEnd: end ?? steps.betaEnd,
        timestepCount: timestepCount ?? steps.timestepCount))
  }

  fileprivate var referenceSide: Int? {
    get { if case .shiftedCosine(let curve) = schedule { curve.referenceSide } else { nil } }
    set { if let newValue { schedule = .shiftedCosine(ShiftedCosine(side: imageSide, referenceSide: newValue)) } }
  }

  fileprivate var snrLimitIfUsed: Double? {
    get { lossWeighting == .minSNR ? snrLimit : nil }
    set { if let newValue { snrLimit = newValue } }
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
