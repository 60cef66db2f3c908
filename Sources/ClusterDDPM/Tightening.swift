import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import TensorEngine

/// A tightening under way: what learns, its running average and optimiser, and what images are drawn to.
package struct Tightening: Sendable {
  let options: TighteningOptions
  var optimiser: Adam
  var classifier: ClusterClassifier
  /// Network and classifier, their parameters averaged over the steps.
  var average: any ClassifyingNetwork
  /// The cluster that each image is drawn to; nil for those too unsure.
  package var targets: [Int?]
  package let stepCount: Int
  package var stepsBegun = 0
  /// Steps of them since images were drawn to other clusters.
  var stepsOnTargets = 0
  var epochsBegun = 0

  /// How far the average goes to the parameters after a step: a start soon counts for nothing.
  package var averagingShare: Double {
    let steps = Double(stepsBegun)
    return 1 - min(options.averaging, (1 + steps) / (10 + steps))
  }

  /// The optimiser's rate for the next step: a linear warm-up, then half a cosine down to 0.
  package var learningRate: Double {
    let step = Double(stepsBegun + 1)
    let warmUp = Double(min(options.warmUp, stepCount))
    if step < warmUp { return options.learningRate * step / warmUp }
    let progress = (step - warmUp) / max(1, Double(stepCount) - warmUp)
    return options.learningRate * (1 + cos(.pi * min(progress, 1))) / 2
  }
}

extension ClusterDDPMModel: TighteningMethod {
  /// Begins with the clusters that the last grouping made.
  public mutating func beginTightening(
    _ options: TighteningOptions, on images: ImageSet, watch: Watch = { _ in }
  ) throws {
    let clusters = try clusters(of: images, for: "tighten", watch: watch)
    let batches = (images.count + configuration.batchSize - 1) / configuration.batchSize
    let classifier = ClusterClassifier(discriminating: try gaussians(of: clusters))
    func begun<Network: ConditionalNetwork>(_ network: Network) -> Tightening {
      Tightening(
        options: options, optimiser: Adam(learningRate: options.learningRate, beta2: 0.99), classifier: classifier,
        average: NetworkWithClassifier(network: network, classifier: classifier),
        targets: clusters.targets(atLeast: options.confidence, surest: options.surest),
        stepCount: batches * options.epochs)
    }
    tightening = begun(network)
  }

  /// An epoch down reconstruction + λ·prior (Eq. 24) + γ·cross-entropy (`Attraction`).
  public mutating func tightenEpoch(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    guard var tightening, let mixture else { preconditionFailure("an epoch of a tightening that was not begun") }
    tightening.epochsBegun += 1
    let round = roundsBegun
    roundsBegun += 1
    let options = tightening.options
    if configuration.responsibilities == .fixed {
      heldResponsibilities = try mixture.responsibilities(of: latents(of: images))
    }
    var objective = priorObjective(MixtureConstants(mixture))
    objective.attraction = Attraction(
      weight: options.weight, targets: tightening.targets, clusterOfComponent: Array(0..<clusterCount))
    var moving = configuration
    var motion = configuration.motion ?? .none
    motion.elastic = max(motion.elastic, options.elastic)
    motion.aspect = max(motion.aspect, options.aspect)
    motion.flips = motion.flips || options.flips
    moving.motion = motion
    let trainer = trainer
    func step<Network: ConditionalNetwork>(
      _ network: inout Network, _ indices: [Int], _ source: RandomSource
    ) throws -> [Double] {
      tightening.optimiser.learningRate = tightening.learningRate
      var learner = NetworkWithClassifier(network: network, classifier: tightening.classifier)
      let metrics = try trainer.update(&learner, &tightening.optimiser, indices: indices) { learner, indices in
        objective.batch(moving, learner.network, images, indices, source)
      } loss: { learner, batch in
        let classifier = learner.classifier
        return objective.loss(of: &learner.network, on: batch) { classifier.logProbabilities(of: $0) }
      }
      (network, tightening.classifier) = (learner.network, learner.classifier)
      tightening.stepsBegun += 1
      tightening.stepsOnTargets += 1
      tightening.average.follow(learner.parameters, by: tightening.averagingShare)
      return metrics
    }
    defer { self.tightening = tightening }
    return try trainer.epoch(
      imageCount: images.count, batchSize: configuration.batchSize, at: ("epoch", tightening.epochsBegun),
      source: source.derived("tightening").derived(round), step: { try step(&network, $0, $1) }, afterStep: afterStep)
  }

  /// The averaged network's clusters are what images are drawn to from now on; the mixture follows its latents.
  public mutating func finishTighteningEpoch(on images: ImageSet, watch: Watch = { _ in }) throws -> [Int] {
    guard var tightening else { preconditionFailure("the end of an epoch of a tightening that was not begun") }
    var averaged = self
    (averaged.network, averaged.weightAverage) = (tightening.average.network, nil)
    let means = try averaged.latents(of: images, watch: watch)
    let classifier = tightening.average.classifier
    let probabilities = classifier.probabilities(of: means)
    let found = ClusteredLatents(
      means: means, assignments: probabilities.largestColumns, probabilities: probabilities)
    try requireSpread(found.assignments)
    if tightening.stepsOnTargets >= tightening.options.renewal {
      let options = tightening.options
      tightening.targets = found.targets(atLeast: options.confidence, surest: options.surest)
      tightening.stepsOnTargets = 0
    }
    if tightening.epochsBegun < tightening.options.epochs {
      let refined = try mixture?.refined(on: means, options: configuration.mixtureOptions) {
        try watch(.fitting("the mixture"))
      }.mixture
      // A fit that is interrupted is one of fewer iterations.
      try Interruption.check()
      mixture = refined
    } else {
      try fitClusters(found)
      clusterClassifier = classifier
    }
    self.tightening = tightening
    return found.assignments
  }

  public mutating func endTightening() {
    guard let tightening else { return }
    network = tightening.average.network
    weightAverage?.network = network
    optimiser = Self.optimiser(configuration)
    self.tightening = nil
  }

  /// The cluster of every image as the last grouping has it.
  func clusters(of images: ImageSet, for action: String, watch: Watch = { _ in }) throws -> ClusteredLatents {
    try requireClusters(for: action)
    let means = try latents(of: images, watch: watch)
    let assignments = try assignments(ofLatents: means)
    if let neighbourClusters, neighbourClusters.points == means {
      return ClusteredLatents(means: means, assignments: assignments, confidence: neighbourClusters.confidence)
    }
    return ClusteredLatents(
      means: means, assignments: assignments, probabilities: try clusterProbabilities(ofLatents: means))
  }

  /// One Gaussian a cluster, fitted to the images that are in it.
  private func gaussians(of clusters: ClusteredLatents) throws -> GaussianMixture {
    try .fitted(
      to: clusters.means, assignments: clusters.assignments, componentCount: clusterCount,
      regularisation: configuration.mixtureOptions.regularisation)
  }

  /// A component a cluster.
  private mutating func fitClusters(_ clusters: ClusteredLatents) throws {
    let gaussians = try gaussians(of: clusters)
    mixture = GaussianMixture(
      mixingWeights: gaussians.mixingWeights, means: gaussians.means, variances: gaussians.variances,
      freedom: configuration.mixtureOptions.freedom)
    let count = clusterCount
    configuration.componentCount = count
    clusterOfComponent = Array(0..<count)
    (neighbourClusters, heldResponsibilities) = (nil, nil)
  }
}
