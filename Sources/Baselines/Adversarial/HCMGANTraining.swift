import ClusteringMethods
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import TensorEngine

/// A split that is being trained: where it stands, and all that it has learnt.
struct SplitGrowth: Sendable {
  /// The node that is divided.
  let node: Int
  /// 0 in the raw split, then the number of the refinement.
  var stage = 0
  /// Beginnings of the stage before this one, and of all stages.
  var failures = 0
  var failuresInAll = 0
  /// Epochs of the stage that are done, and steps of the next.
  var epoch = 0
  var step = 0
  /// One in the raw split, in refinements one a half.
  var groups: [SplitGroup] = []
  var optimisers: [Optimisers] = []
  /// p(left | image) of the images trained on, after the last stage that ended; before the first none.
  var shares: [Double] = []
  /// How much the last refinement changed the left half's memberships in all; after the raw split none.
  var change: Double?
  /// Of all its steps, in whichever rounds they were.
  var losses = LossAverages()

  struct Optimisers: Sendable {
    var critic: Adam
    var classifier: Adam
    var generators: Adam
  }
}

/// Means of losses over steps.
struct LossAverages: Sendable {
  var means = [0.0, 0, 0]
  var steps = 0

  mutating func add(_ found: [Double]) {
    steps += 1
    for place in means.indices { means[place] += (found[place] - means[place]) / Double(steps) }
  }
}

extension HCMGANMethod {
  /// Steps of an epoch in which images of these masses are drawn.
  func stepsOfEpoch(_ masses: [Double]) -> Int {
    let mass = masses.reduce(0, +) / Double(masses.count)
    let asked = configuration.epochImages
    let images = asked == 0 ? mass : Double(asked)
    // Masses are sums of parts, which rounding leaves a trifle below what they come to.
    return max(1, Int(images / Double(configuration.batchSize) + 1e-6))
  }

  private func epochs(ofStage stage: Int) -> Int {
    stage == 0 ? configuration.rawEpochs : configuration.refinementEpochs
  }

  /// Networks with nothing learnt, for a stage and attempt.
  func freshGroups(_ growth: SplitGrowth) -> [SplitGroup] {
    let source = source.derived("initialisation").derived(growth.node).derived(growth.stage).derived(growth.failures)
    let counts =
      growth.stage == 0 ? [2] : [configuration.generatorCount, configuration.generatorCount]
    // What was begun is finished: networks made in part would be no draws.
    return Interruption.disregarding {
      counts.enumerated().map { number, count in
        SplitGroup(
          imageShape, configuration.widths, latent: configuration.noiseSize, generators: count,
          hasNorms: configuration.hasGeneratorNorms, slope: configuration.slope, source: source.derived(number))
      }
    }
  }

  func freshOptimisers() -> SplitGrowth.Optimisers {
    SplitGrowth.Optimisers(
      critic: configuration.optimiser(configuration.rate),
      classifier: configuration.optimiser(configuration.classRate),
      generators: configuration.optimiser(configuration.generatorRate))
  }

  /// A split of the leaf that holds most, from where it was stopped.
  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    guard splits.count < configuration.clusterCount - 1 else { throw HCMGANError.complete(leaves: clusterCount) }
    // What was begun on other images begins anew.
    if let growth, growth.stage > 0, growth.shares.count != images.count { self.growth = nil }
    var growth = self.growth ?? SplitGrowth(node: heaviestLeaf)
    if self.growth == nil { roundsBegun += 1 }
    ended = nil
    try askWhereUnknown(images)
    let memberships = known[growth.node].map { exp($0) }
    var told = RoundProgress(total: stepsInAll(growth, memberships))
    while true {
      if growth.groups.isEmpty {
        growth.groups = freshGroups(growth)
        growth.optimisers = growth.groups.map { _ in freshOptimisers() }
      }
      self.growth = growth
      guard try trainStage(&growth, memberships, images, &told, afterStep: afterStep) else {
        self.growth = growth
        return told.report(growth.losses, isComplete: false)
      }
      self.growth = growth
      let halves: LogShares
      do {
        halves = try logShares(of: images, by: growth.groups.map(\.judge))
        let shares = halves.leftShares
        if growth.stage > 0 {
          growth.change = zip(memberships.indices, shares).reduce(0) { sum, next in
            sum + memberships[next.0] * abs(next.1 - growth.shares[next.0])
          }
        }
        growth.shares = shares
      } catch let error as any InterruptibleError where error.isInterruption {
        // The stage is done, and kept.
        return told.report(growth.losses, isComplete: false)
      }
      let isSettled = growth.stage >= 2 && growth.change ?? .infinity < configuration.leastChange
      if growth.stage >= configuration.refinements || isSettled {
        ended = halves
        return told.report(growth.losses, isComplete: true)
      }
      growth.stage += 1
      (growth.failures, growth.epoch, growth.step, growth.groups) = (0, 0, 0, [])
    }
  }

  /// The steps of a round where no refinement is left out and none begins anew.
  private func stepsInAll(_ growth: SplitGrowth, _ memberships: [Double]) -> Int {
    let mass = memberships.reduce(0, +)
    let raw = configuration.rawEpochs * stepsOfEpoch([mass])
    let refinement = configuration.refinementEpochs * stepsOfEpoch([mass / 2, mass / 2])
    let done = (growth.stage == 0 ? 0 : raw + (growth.stage - 1) * refinement)
    return max(1, raw + configuration.refinements * refinement - done)
  }

  /// The epochs of a stage, begun anew as often as a generator is found out; false where it was stopped.
  private func trainStage(
    _ growth: inout SplitGrowth, _ memberships: [Double], _ images: ImageSet, _ told: inout RoundProgress,
    afterStep: (StepReport) -> Bool
  ) throws -> Bool {
    let halves =
      growth.stage == 0
      ? [memberships] : [zip(memberships, growth.shares).map(*), zip(memberships, growth.shares).map { $0 * (1 - $1) }]
    let places = halves.map { WeightedPlaces(weights: $0) }
    let steps = stepsOfEpoch(halves.map { $0.reduce(0, +) })
    let epochs = epochs(ofStage: growth.stage)
    while growth.epoch < epochs {
      let scale = configuration.noise * (1 - Double(growth.epoch + 1) / Double(epochs))
      let root = source.derived("split").derived(growth.node).derived(growth.stage).derived(growth.failures)
        .derived(growth.epoch)
      let found = try Interruption.disregarding {
        try step(&growth, images, places, noise: scale, root.derived("step").derived(growth.step))
      }
      growth.step += 1
      guard found.allSatisfy(\.isFinite) else {
        throw MethodError.diverged(phase: "round", position: roundsBegun, step: told.steps + 1)
      }
      growth.losses.add(found)
      told.add(images: configuration.batchSize * growth.groups.count)
      // Before it is told, so that what is stopped after an epoch's last step stands at the next one's beginning.
      if growth.step >= steps {
        let epochsDropped = try endEpoch(&growth, noise: scale, root.derived("check"))
        told.total += epochsDropped * steps
      }
      if !afterStep(told.stepReport(growth.losses)) { return false }
    }
    return true
  }

  /// Goes on to the next epoch, or to the stage's first where a generator is found out: how many epochs are to be done
  /// again.
  private func endEpoch(_ growth: inout SplitGrowth, noise: Double, _ source: RandomSource) throws -> Int {
    (growth.epoch, growth.step) = (growth.epoch + 1, 0)
    guard growth.epoch >= configuration.checkEpoch, growth.epoch % configuration.checkEvery == 0,
      isFoundOut(growth, noise: noise, source)
    else { return 0 }
    let dropped = growth.epoch
    growth.failures += 1
    growth.failuresInAll += 1
    guard growth.failures < configuration.attempts else {
      throw HCMGANError.foundOut(node: growth.node, stage: growth.stage, attempts: configuration.attempts)
    }
    growth.epoch = 0
    growth.groups = freshGroups(growth)
    growth.optimisers = growth.groups.map { _ in freshOptimisers() }
    return dropped
  }

  /// A step of each group's discriminator, classifier and generators, in this order, one group after the other: the mean
  /// losses of each.
  private func step(
    _ growth: inout SplitGrowth, _ images: ImageSet, _ places: [WeightedPlaces?], noise: Double,
    _ source: RandomSource
  ) throws -> [Double] {
    var sums = [0.0, 0, 0]
    let indices = Array(0..<configuration.batchSize)
    for number in growth.groups.indices {
      let root = source.derived(number)
      // Where nothing is left of a half, any image will do.
      let chosen =
        places[number]?.drawn(indices.count, from: root.derived("real"))
        ?? indices.map { $0 % max(images.count, 1) }
      let codes = codes(indices.count, root.derived("code"))
      func drawn(_ group: Int, _ codes: Tensor) -> [Tensor] {
        growth.groups[group].generators.images(of: codes).enumerated().map { place, images in
          images.withNoise(
            noise, from: indices.map { root.derived("noise").derived(group).derived(place).derived($0) })
        }
      }
      let own = drawn(number, codes)
      let other = growth.groups.count > 1 ? drawn(1 - number, codes) : []
      let real = symmetricTensor(of: images, at: chosen).withNoise(
        noise, from: indices.map { root.derived("real noise").derived($0) })
      let beside = growth.groups.count > 1 ? growth.groups[1 - number].judge : nil
      let found = try trained(
        &growth.groups[number], &growth.optimisers[number], beside: beside, real: real, own: own, other: other,
        codes: codes
      ) { place, images, rows in
        images.withNoise(
          noise, from: rows.map { root.derived("noise").derived(number).derived(place).derived($0) })
      }
      for place in sums.indices { sums[place] += found[place] / Double(growth.groups.count) }
    }
    return sums
  }

  /// Discriminator, classifier and generators of a group moved a step each.
  private func trained(
    _ group: inout SplitGroup, _ optimisers: inout SplitGrowth.Optimisers, beside judge: SplitJudge?, real: Tensor,
    own: [Tensor], other: [Tensor], codes: Tensor, noised: (Int, Tensor, [Int]) -> Tensor
  ) throws -> [Double] {
    let (indices, diversity) = (Array(0..<real.shape[0]), Float(configuration.diversity))
    func rows(_ tensor: Tensor, _ indices: [Int]) -> Tensor {
      indices.count == tensor.shape[0] ? tensor : tensor.rows(indices.first!..<indices.last! + 1)
    }
    let critic = try trainer.update(&group.critic, &optimisers.critic, indices: indices) { _, indices in
      (real: rows(real, indices), drawn: own.map { rows($0, indices) })
    } loss: { critic, batch in
      let terms = critic.loss(real: batch.real, drawn: batch.drawn)
      return (terms.real + terms.drawn, [])
    }
    let trunk = group.critic.trunk
    let isRaw = judge == nil
    let classifier = try trainer.update(&group.classifier, &optimisers.classifier, indices: indices) { _, indices in
      own.enumerated().map { (drawn: trunk(rows($1, indices)), half: isRaw ? $0 : 0) }
        + other.map { (drawn: trunk(rows($0, indices)), half: 1) }
    } loss: { classifier, features in
      (SplitLoss.classifier(classifier, features: features), [])
    }
    let (judged, judges) = (group.critic, [group.judge] + (judge.map { [$0] } ?? []))
    let count = group.generators.all.count
    let halves = isRaw ? [Array(0..<count)] : [0, 1].map { [Int](repeating: $0, count: count) }
    let generators = try trainer.update(&group.generators, &optimisers.generators, indices: indices) { _, indices in
      (codes: rows(codes, indices), indices: indices)
    } loss: { generators, batch in
      let images = generators(batch.codes, .training).enumerated().map { noised($0, $1, batch.indices) }
      let terms = SplitLoss.generators(images, critic: judged, judges: judges, halves: halves)
      return (terms.real + terms.halves * diversity, [])
    }
    return [critic[0], generators[0], classifier[0]]
  }

  /// Codes of noise, uniform in ±1.
  private func codes(_ count: Int, _ source: RandomSource) -> Tensor {
    uniformCodes((0..<count).map { source.derived($0) })
  }

  /// Whether the discriminator of a group takes hardly any image of one of its generators for real.
  private func isFoundOut(_ growth: SplitGrowth, noise: Double, _ source: RandomSource) -> Bool {
    Interruption.disregarding {
      growth.groups.enumerated().contains { number, group in
        let root = source.derived(number)
        let drawn = group.generators.images(of: codes(100, root.derived("code")))
        return drawn.enumerated().contains { place, images in
          let noisy = images.withNoise(noise, from: (0..<100).map { root.derived(place).derived($0) })
          return Double(group.critic.drawnLoss(noisy).scalar) < configuration.checkLoss
        }
      }
    }
  }
}

/// What a round has come to, told after every step.
private struct RoundProgress {
  var steps = 0
  var images = 0
  /// Steps that it takes; more where a stage begins anew.
  var total: Int

  init(total: Int) { self.total = total }

  mutating func add(images count: Int) {
    steps += 1
    images += count
  }

  func stepReport(_ losses: LossAverages) -> StepReport {
    StepReport(
      step: steps, images: images, metrics: losses.means, fraction: min(1, Double(steps) / Double(max(total, steps))))
  }

  func report(_ losses: LossAverages, isComplete: Bool) -> EpochReport {
    EpochReport(metrics: losses.means, images: images, stepsDone: steps, isComplete: isComplete)
  }
}

/// Images as these networks take them: `[indices.count, height, width, channels]`, −1 black to 1 white.
private func symmetricTensor(of images: ImageSet, at indices: [Int]) -> Tensor {
  Tensor(
    images.floats(at: indices, in: .symmetric),
    shape: [indices.count, images.height, images.width, images.channelCount])
}
