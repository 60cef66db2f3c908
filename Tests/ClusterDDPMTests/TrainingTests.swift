import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

@Suite("Training") struct TrainingTests {
  private static let images = patternImages(80)

  @Test func learnsToDenoiseAndToCluster() throws {
    let images = patternImages(160)
    var model = try smallModel { $0.learningRate = 3e-3 }
    let first = try model.pretrainEpoch(on: images) { _ in true }
    #expect(first.isComplete && first.images == 160 && first.stepsDone == 5)
    try model.pretrain(25, on: images)
    let later = try model.pretrainEpoch(on: images) { _ in true }
    #expect(later.losses.reconstructionLoss < 0.7 * first.losses.reconstructionLoss)
    #expect(model.pretrainingEpochsBegun == 27)

    let start = try model.expectationStep(on: images)
    #expect(start.assignments.count == 160 && start.assignments.allSatisfy { (0..<4).contains($0) })
    let round = try model.trainRound(on: images) { _ in true }
    #expect(round.isComplete && model.roundsBegun == 1)
    try model.run(rounds: 4, on: images)
    let last = try model.trainRound(on: images) { _ in true }
    #expect(last.losses.priorLoss < round.losses.priorLoss)
    let end = try model.expectationStep(on: images)
    #expect(end.fit.logLikelihood.isFinite)
    // The bars are far apart: what is found is what was drawn, by whatever names.
    var counts = [Int](repeating: 0, count: 16)
    for (image, cluster) in end.assignments.enumerated() { counts[cluster * 4 + image % 4] += 1 }
    let pure = (0..<4).reduce(0) { $0 + counts[$1 * 4..<$1 * 4 + 4].max()! }
    #expect(pure >= 140)
  }

  @Test(arguments: [Preset.fast, .reference]) func lossIsTheSumOfItsParts(preset: Preset) throws {
    let images = patternImages(40, side: preset.smallestSide)
    var model = try smallModel(preset) { $0.lambda = 0.7 }
    let pretraining = try model.pretrainEpoch(on: images) { _ in true }.losses
    let weight = model.configuration.pretrainingWeight
    #expect(abs(pretraining.loss - pretraining.reconstructionLoss - weight * pretraining.priorLoss) < 1e-3)
    try model.expectationStep(on: images)
    model.configuration.lambda = 0.3
    let round = try model.trainRound(on: images) { _ in true }.losses
    #expect(abs(round.loss - round.reconstructionLoss - 0.3 * round.priorLoss) < 1e-3)
  }

  /// Steps report averages over the images so far, a short last batch counting for what it holds.
  @Test func reportsFollowTheEpoch() throws {
    var model = try smallModel()
    var reports: [StepReport] = []
    let epoch = try model.pretrainEpoch(on: Self.images) {
      reports.append($0)
      return true
    }
    #expect(reports.map(\.step) == [1, 2, 3])
    #expect(reports.map(\.images) == [32, 64, 80])
    #expect(reports.last?.fraction == 1)
    #expect(reports.last?.losses == epoch.losses)
  }

  @Test(arguments: Preset.all) func threadsDoNotChangeABit(preset: Preset) throws {
    let images = patternImages(preset == .reference ? 24 : 80, side: preset.smallestSide)
    let results = try resultsAcrossThreadCounts {
      var model = try smallModel(preset) { $0.batchSize = 20 }
      try model.pretrain(1, on: images)
      try model.run(rounds: 1, on: images)
      let drawn = try model.samples(perCluster: 1, clusters: [0, 1], options: SamplingOptions(steps: 3))
      return model.fingerprint + [drawn.pixels.map(UInt64.init)]
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func roundsMayBeRunInParts() throws {
    var whole = try smallModel()
    try whole.pretrain(2, on: Self.images)
    var parts = try smallModel()
    try parts.pretrain(1, on: Self.images)
    let snapshot = parts
    parts = snapshot
    try parts.pretrain(1, on: Self.images)
    #expect(parts.fingerprint == whole.fingerprint)

    try whole.run(rounds: 3, on: Self.images)
    try parts.run(rounds: 1, on: Self.images)
    // Looking at the model in between changes nothing.
    _ = try parts.encoded(Self.images)
    _ = try parts.samples(perCluster: 2, clusters: [0, 1, 2, 3], options: SamplingOptions(steps: 2))
    _ = try parts.reconstructions(of: Self.images.selecting(0..<3), options: SamplingOptions(steps: 2))
    try parts.run(rounds: 2, on: Self.images)
    #expect(parts.fingerprint == whole.fingerprint)
  }

  @Test(arguments: [1, 2]) func stoppingAndGoingOnIsDeterministic(stop: Int) throws {
    func stopped() throws -> ClusterDDPMModel {
      var model = try smallModel()
      let epoch = try model.pretrainEpoch(on: Self.images) { $0.step < stop }
      #expect(epoch.stepsDone == stop && !epoch.isComplete && epoch.images == 32 * stop)
      try model.expectationStep(on: Self.images)
      let round = try model.trainRound(on: Self.images) { $0.step < stop }
      #expect(round.stepsDone == stop && !round.isComplete)
      try model.run(rounds: 1, on: Self.images)
      #expect(model.pretrainingEpochsBegun == 1 && model.roundsBegun == 2)
      return model
    }
    #expect(try stopped().fingerprint == stopped().fingerprint)
  }

  @Test(arguments: Preset.all) func copiesAreSnapshots(preset: Preset) throws {
    let images = patternImages(24, side: preset.smallestSide)
    var model = try smallModel(preset) { $0.batchSize = 12 }
    try model.pretrain(1, on: images)
    try model.expectationStep(on: images)
    let before = model.fingerprint
    var copy = model
    try copy.run(rounds: 1, on: images)
    #expect(model.fingerprint == before)
    #expect(copy.fingerprint != before)
    // Running statistics, where the network has them, are the copy's own.
    func statistics(_ model: ClusterDDPMModel) -> [[Float]] {
      model.networkState.filter { $0.kind == .statistic }.map(\.tensor.scalars)
    }
    #expect(!zip(statistics(model), statistics(copy)).contains { $0 == $1 })
    // The original goes the same way afterwards: optimiser and position were not shared either.
    try model.run(rounds: 1, on: images)
    #expect(model.fingerprint == copy.fingerprint)
  }

  @Test func encodingDoesNotMoveRunningStatistics() throws {
    var model = try smallModel(.reference)
    let images = patternImages(40, side: 28)
    try model.pretrain(1, on: images)
    let before = model.fingerprint
    _ = try model.encoded(images)
    try model.expectationStep(on: images)
    #expect(Array(model.fingerprint.prefix(model.networkState.count)) == Array(before.prefix(model.networkState.count)))
  }

  @Test func divergenceIsAnError() throws {
    var model = try smallModel { $0.learningRate = 1e30 }
    #expect {
      try model.pretrain(3, on: Self.images)
    } throws: { error in
      guard case .diverged(let phase, let position, let step)? = error as? MethodError else { return false }
      return phase == "epoch" && position == 1 && (2...3).contains(step)
    }
    var reference = try smallModel(.reference) { $0.learningRate = 1e30 }
    #expect(throws: MethodError.self) { try reference.pretrain(3, on: patternImages(96, side: 28)) }
  }

  @Test func maximisationNeedsAMixture() throws {
    var model = try smallModel()
    let before = model.fingerprint
    #expect(throws: ModelError.noMixture(action: "the M-step")) {
      try model.trainRound(on: Self.images) { _ in true }
    }
    #expect(throws: ModelError.noMixture(action: "merge")) {
      try model.mergeComponents(by: .ward, on: Self.images)
    }
    #expect(throws: ModelError.self) { try model.samples(perCluster: 1, clusters: [0], options: SamplingOptions()) }
    #expect(throws: ModelError.self) { try model.assignments(ofLatents: model.latents(of: Self.images)) }
    #expect(model.fingerprint == before)
  }

  @Test func everySourceOfResponsibilitiesTrains() throws {
    // A mixture so broad that no responsibility is 0 or 1, where all sources would be alike.
    var start = try smallModel { $0.mixtureOptions.regularisation = 1 }
    try start.pretrain(2, on: Self.images)
    try start.expectationStep(on: Self.images)
    var fingerprints: [[[UInt64]]] = []
    for source in ResponsibilitySource.allCases {
      var model = start
      model.configuration.responsibilities = source
      let losses = try (0..<3).map { _ in
        let report = try model.trainRound(on: Self.images) { _ in true }
        try model.expectationStep(on: Self.images)
        return report.losses.loss
      }
      #expect(losses.allSatisfy { $0.isFinite })
      fingerprints.append(model.fingerprint)
    }
    #expect(fingerprints[0] != fingerprints[1] && fingerprints[1] != fingerprints[2])
  }

  /// Held responsibilities belong to the images that they were computed for.
  @Test func forgottenResponsibilitiesAreComputedAnew() throws {
    var model = try smallModel { $0.responsibilities = .fixed }
    try model.pretrain(1, on: Self.images)
    try model.expectationStep(on: Self.images)
    let others = patternImages(80, seed: 5)
    let expected = try model.mixture?.responsibilities(of: model.latents(of: others))
    model.forgetImages()
    #expect(model.heldResponsibilities == nil)
    _ = try model.trainRound(on: others) { _ in true }
    #expect(model.heldResponsibilities == expected)
    // Of another number of images they cannot be, forgotten or not.
    _ = try model.trainRound(on: patternImages(48)) { _ in true }
    #expect(model.heldResponsibilities?.rows == 48)
  }

  /// One step's prior loss against Eq. 24 in Double with the responsibilities that each source stands for.
  @Test(arguments: ResponsibilitySource.allCases, Preset.all)
  func responsibilitiesComeFromTheirSource(_ source: ResponsibilitySource, preset: Preset) throws {
    let images = patternImages(32, side: preset.smallestSide)
    var model = try smallModel(preset) { $0.responsibilities = source }
    try model.pretrain(1, on: images)
    try model.expectationStep(on: images)
    let held = try #require(model.heldResponsibilities)
    if model.configuration.mixtureInput == .mean {
      #expect(try held == model.mixture?.responsibilities(of: model.latents(of: images)))
    }
    // A step away from the fit, so that the sources differ.
    _ = try model.trainRound(on: images) { _ in true }
    let before = model
    let found = try model.trainRound(on: images) { _ in true }.losses.priorLoss

    let step = before.source.derived("maximisation").derived(1)
    let order = Array(BatchPlan(imageCount: 32, batchSize: 32, epoch: 0, from: step.derived("order"))[0])
    let batch = TrainingBatch(before.configuration, images, order, source: step.derived("step").derived(0))
    let mixture = try #require(before.mixture)
    let plain = PlainEvidenceBound(mixture)
    var network = before.network
    let encoded = network.encode(batch.encoderInput, .training)
    let z = encoded.sampled(with: batch.latentNoise)
    let unmoved = network.encode(batch.images, .training).mean
    func row(_ tensor: Tensor, _ index: Int) -> [Double] { tensor.rows(index..<index + 1).scalars.map(Double.init) }
    let expected =
      order.indices.reduce(0.0) { sum, index in
        let w =
          switch source {
          case .live: plain.responsibilities(row(z, index))
          case .fixed: Array(held.row(order[index]))
          case .unmoved: plain.responsibilities(row(unmoved, index))
          }
        return sum + plain.loss(w, mean: row(encoded.mean, index), logVariance: row(encoded.logVariance, index))
      } / Double(order.count)
    #expect(abs(found / expected - 1) < 1e-4, "\(found) is not \(expected)")
  }

  /// A step of each preset on images of its own kind: the loss is finite, falls short of nothing, and moves the weights.
  @Test(arguments: Preset.all) func aStepTrains(preset: Preset) throws {
    let images = patternImages(8, side: preset.smallestSide)
    for weighting in LossWeighting.allCases {
      var model = try smallModel(preset) { $0.lossWeighting = weighting }
      let before = model.networkState.map(\.tensor)
      let losses = try model.pretrainEpoch(on: images) { _ in true }.losses
      #expect(losses.loss.isFinite && losses.reconstructionLoss > 0 && losses.priorLoss.isFinite)
      #expect(zip(model.networkState, before).contains { $0.tensor != $1 })
    }
  }

  /// A weighted step's reconstruction loss is the weighted mean of its images' squared errors.
  @Test(arguments: PredictionTarget.allCases) func lossesAreWeightedByTheirNoise(target: PredictionTarget) throws {
    let images = patternImages(6)
    var model = try smallModel { ($0.target, $0.lossWeighting, $0.snrLimit) = (target, .minSNR, 2) }
    try model.pretrain(1, on: images)
    let batch = TrainingBatch(model.configuration, images, Array(0..<6), source: RandomSource(seed: 4))
    var single: [Double] = []
    func reconstruction(_ indices: [Int], weighted: Bool) -> Double {
      var configuration = model.configuration
      if !weighted { configuration.lossWeighting = .uniform }
      let batch = TrainingBatch(configuration, images, indices, source: RandomSource(seed: 4))
      func loss<Network: ConditionalNetwork>(_ network: Network) -> Double {
        var network = network
        return Double(
          network.lossTerms(on: batch) { encoded, _, _ in standardPriorLoss(encoded) }.reconstruction.scalar)
      }
      return loss(model.network)
    }
    let process = model.configuration.process
    for index in 0..<6 {
      let time = model.configuration.schedule.trainingTime(
        from: RandomSource(seed: 4).derived("time").derived(index))
      single.append(
        reconstruction([index], weighted: false) * process.lossWeight(.minSNR, limit: 2, at: time))
    }
    let expected = single.reduce(0, +) / 6
    #expect(abs(reconstruction(Array(0..<6), weighted: true) / expected - 1) < 1e-5)
    #expect(batch.lossWeights?.scalars.contains { $0 < 0.9 } == true)
  }

  /// The average follows each step, stands in for the network in everything but training, and changes no training.
  @Test(arguments: [Preset.fast, .reference]) func averagedWeightsFollowTheSteps(preset: Preset) throws {
    let images = patternImages(40, side: preset.smallestSide)
    let batch = patternImages(32, side: preset.smallestSide)
    var plain = try smallModel(preset)
    var model = try smallModel(preset) { $0.averaging = 0.6 }
    #expect(plain.weightAverage == nil)
    var average = model.network.parameters.map(\.scalars)
    var seen = 0
    // A step an epoch.
    for epoch in 0..<4 {
      try plain.pretrain(1, on: batch)
      try model.pretrain(1, on: batch)
      seen += 1
      let decay = Float(min(0.6, Double(1 + seen) / Double(10 + seen)))
      for (place, parameter) in model.network.parameters.enumerated() {
        average[place] = zip(average[place], parameter.scalars).map { $0 * decay + $1 * (1 - decay) }
      }
      #expect(model.weightAverage?.stepCount == epoch + 1)
    }
    #expect(model.networkState.map(\.tensor) == plain.networkState.map(\.tensor))
    let found = try #require(model.weightAverage)
    for (tensor, expected) in zip(found.network.parameters, average) {
      #expect(largestDifference(tensor.scalars, expected) < 1e-6)
    }
    // Statistics are the network's own.
    for (own, copied) in zip(model.network.state, found.network.state) where own.kind == .statistic {
      #expect(own.tensor == copied.tensor)
    }
    #expect(found.network.parameters != model.network.parameters)
    // Latents and pictures are the average's.
    var averaged = found.network
    let tensor = TrainingBatch(model.configuration, images, Array(0..<40), source: RandomSource(seed: 0)).images
    let means = averaged.encode(tensor, .evaluation).mean.scalars
    #expect(largestDifference(try model.latents(of: images).elements.map { Float($0) }, means) < 1e-5)
    #expect(try model.latents(of: images) != plain.latents(of: images))
    let (noisy, z) = (tensor.rows(0..<1), [Double](repeating: 0.5, count: 4))
    let drawn = model.denoiser(latents: [z], guidanceScale: 0)(noisy, 0.5)
    let latents = Tensor(z.map { Float($0) }, shape: [1, 4])
    #expect(drawn == averaged.predict(noisy, times: [0.5], latents: latents, .evaluation))
    #expect(drawn != plain.denoiser(latents: [z], guidanceScale: 0)(noisy, 0.5))
  }

  /// The whole loss of a step, differentiated for every tensor of the smaller networks; NetworkGoldenTests have all.
  @Test(arguments: [Preset.fast, .reference]) func wholeLossMatchesCentralDifferences(preset: Preset) throws {
    let model = try smallModel(preset)
    let images = patternImages(3, side: preset.smallestSide)
    let batch = TrainingBatch(model.configuration, images, [0, 1, 2], source: RandomSource(seed: 4))
    let mixture = MixtureConstants(
      GaussianMixture(
        mixingWeights: [0.3, 0.7], means: Matrix(rows: 2, columns: 4, elements: formulaValues(8, "means")),
        variances: Matrix(rows: 2, columns: 4, repeating: 0.5)))
    var network = model.network
    // Away from the start, where whole layers are zero.
    network.visitState { path, kind, tensor in
      if kind == .parameter { tensor = tensor + formulaTensor(tensor.shape, path, scale: 0.1) }
    }
    // Max pooling and ReLU make a loss jagged, and smaller steps straddle fewer edges; the fast network has neither.
    let (step, tolerance): (Float, Float) = preset == .fast ? (8e-3, 4e-3) : (1e-3, 4e-2)
    func error<Network: ConditionalNetwork>(_ network: Network) -> Float {
      gradientError(at: network.parameters, step: step, elements: 2) { parameters in
        var network = network
        network.parameters = parameters
        let terms = network.lossTerms(on: batch) { encoded, z, _ in
          mixturePriorLoss(encoded, logResponsibilities: mixture.logResponsibilities(of: z), mixture: mixture)
        }
        return terms.reconstruction * 0.01 + terms.prior
      }
    }
    let found = error(network)
    #expect(found < tolerance, "relative error \(found)")
  }
}
