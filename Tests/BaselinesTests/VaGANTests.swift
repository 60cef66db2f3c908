import Baselines
import Clustering
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import Options
import TensorEngine
import TestSupport
import Testing

@Suite("VaGAN") struct VaGANTests {
  private let shape = ImageShape(height: 8, width: 8, channels: 1)

  private func method<Kind: VaGANKind>(
    _ kind: Kind.Type, prior: LatentPrior, seed: UInt64 = 1
  ) throws -> VaGANMethod<Kind> {
    var configuration = VaGANConfiguration(clusterCount: 2, prior: prior, rate: 1e-3)
    configuration.widths = ImageWidths(8, 8, hidden: 32)
    (configuration.latentSize, configuration.batchSize, configuration.pretrainingBatch) = (3, 10, 10)
    (configuration.pretrainingRate, configuration.varianceStart) = (2e-3, .narrow)
    return try VaGANMethod<Kind>(configuration, images: shape, source: RandomSource(seed: seed))
  }

  private func findsTheKinds<Kind: VaGANKind>(_ kind: Kind.Type, _ prior: LatentPrior) throws {
    let images = halfBrightImages()
    var method = try method(kind, prior: prior)
    var losses: [Double] = []
    for _ in 0..<12 { losses.append(try method.pretrainEpoch(on: images) { _ in true }.metrics[0]) }
    #expect(losses.last! < losses[0] - 5, "\(losses)")
    #expect(throws: MethodError.untrained(action: "a round")) { try method.trainRound(on: images) { _ in true } }
    try method.beginTraining(on: images) { _ in }
    var clusters: [Int] = []
    for _ in 0..<6 {
      let report = try method.trainRound(on: images) { _ in true }
      #expect(report.metrics.count == 5 && report.metrics.allSatisfy(\.isFinite))
      #expect(abs(report.metrics[0] - report.metrics[1] - report.metrics[2]) < 1e-3)
      clusters = try method.finishRound(on: images) { _ in }
    }
    #expect((0..<60).allSatisfy { clusters[$0] == clusters[$0 % 2] } && clusters[0] != clusters[1])
    // What is drawn of a cluster is mostly put there again, the same whatever is drawn beside it.
    let drawn = try method.samples(perCluster: 8, clusters: [1, 0], options: SamplingOptions(), number: 2) { _, _ in }
    let again = try method.samples(perCluster: 8, clusters: [0], options: SamplingOptions(), number: 2) { _, _ in }
    #expect(drawn.count == 16 && Array(drawn.pixels[512...]) == again.pixels)
    let found = try method.assignments(ofLatents: method.latents(of: drawn))
    #expect(found[..<8].count { $0 == 1 } >= 6 && found[8...].count { $0 == 0 } >= 6, "\(found)")
    let back = try method.reconstructions(of: images, options: SamplingOptions()) { _, _ in }
    #expect(try method.assignments(ofLatents: method.latents(of: back)) == clusters)
    let probabilities = try method.clusterProbabilities(ofLatents: method.latents(of: images))
    #expect((0..<60).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-5 })
    let health = try method.health(on: images)
    #expect(health.componentShares.count == 2 && health.latentVariances.count == 3)
    #expect(method.outline.reduce(0) { $0 + $1.parameterCount } == method.parameterCount)
  }

  @Test func gaussian() throws { try findsTheKinds(VaGANGaussian.self, .gaussian) }

  @Test(arguments: [LatentPrior.studentInGaussians, .student]) func student(prior: LatentPrior) throws {
    try findsTheKinds(VaGANStudent.self, prior)
  }

  @Test func threadsChangeNothing() throws {
    let images = halfBrightImages()
    let states = try resultsAcrossThreadCounts {
      var method = try method(VaGANStudent.self, prior: .student)
      _ = try method.pretrainEpoch(on: images) { _ in true }
      try method.beginTraining(on: images) { _ in }
      _ = try method.trainRound(on: images) { _ in true }
      return method.state
    }
    #expect(states.allSatisfy { $0 == states[0] })
  }

  @Test func settings() throws {
    let traits = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0)
    func made(_ entry: MethodEntry, _ given: [String: any Sendable] = [:]) throws -> any ClusteringMethod {
      try entry.method(given, clusterCount: 10, images: traits, source: RandomSource(seed: 0))
    }
    let gaussian = try made(.vaGANGMM)
    #expect(gaussian.recipe(for: traits) == TrainingRecipe(pretrainingEpochs: 50, rounds: 500))
    #expect(!gaussian.settings.contains { $0.name == "prior" })
    let scaled = try made(.vaGANSMM, ["length": TrainingLength.scaled, "prior": ClusterShape.student])
    #expect(scaled.recipe(for: traits) == TrainingRecipe(pretrainingEpochs: 10, rounds: 12))
    let settings = Dictionary(uniqueKeysWithValues: scaled.settings.map { ($0.name, "\($0.value)") })
    #expect(settings["width1"] == "32" && settings["variance-start"] == "narrow" && settings["prior"] == "student")
    #expect(settings["rate"] == "0.001")
  }
}

/// The Student's t mixture against what it stands for: averages over many draws.
@Suite("Student's t mixture") struct StudentMixtureTests {
  private func autoencoder() -> VaGANAutoencoder {
    var networks = VaGANNetworks(
      ImageShape(height: 4, width: 4, channels: 1), ImageWidths(2, 2, hidden: 4), latentSize: 2, clusterCount: 2,
      prior: .student, slope: 0.2, source: RandomSource(seed: 0))
    networks.autoencoder.mixture.logits = Tensor([0.4, -0.3])
    networks.autoencoder.mixture.means = Tensor([0.5, -1, 1.5, 0.3], shape: [2, 2])
    networks.autoencoder.mixture.logVariances = Tensor([0.2, -0.5, 0.4, 0.1], shape: [2, 2])
    networks.autoencoder.freedoms!.raw = Tensor([1, 4])
    return networks.autoencoder
  }

  /// Marsaglia and Tsang's draws have a gamma distribution's mean, variance and third moment.
  @Test(arguments: [1.0, 1.5, 4.85, 40]) func gammaDraws(shape: Double) {
    let source = RandomSource(seed: 3)
    let draws = (0..<60_000).map { GammaDraw.value(shape: shape, from: source.derived($0)) }
    let mean = draws.reduce(0, +) / 60_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 60_000
    let third = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / 60_000
    #expect(abs(mean / shape - 1) < 0.02, "\(mean)")
    #expect(abs(variance / shape - 1) < 0.05, "\(variance)")
    #expect(abs(third / (2 * shape) - 1) < 0.25, "\(third)")
  }

  /// p(z|c) is the average over u of Gaussians with variance σ²/u, of every number by itself.
  @Test func densitiesAreAveragesOverPrecisions() {
    let autoencoder = autoencoder()
    let (mixture, freedoms) = (autoencoder.mixture, autoencoder.freedoms!.values)
    let z: [Float] = [0.9, -0.2]
    let found = StudentMixture(mixture, freedoms: freedoms).logDensities(of: Tensor(z, shape: [1, 2])).scalars
    let source = RandomSource(seed: 5)
    let weights = mixture.logits.reshaped(to: [1, 2]).softmax.scalars
    for cluster in 0..<2 {
      let shape = Double(freedoms.scalars[cluster]) / 2
      var expected = Double(weights[cluster])
      for column in 0..<2 {
        let mean = Double(mixture.means.scalars[cluster * 2 + column])
        let variance = exponential(Double(mixture.logVariances.scalars[cluster * 2 + column]))
        var sum = 0.0
        for draw in 0..<40_000 {
          let u = GammaDraw.value(shape: shape, from: source.derived(cluster).derived(column).derived(draw)) / shape
          let distance = Double(z[column]) - mean
          sum += (u / (2 * .pi * variance)).squareRoot() * exponential(-0.5 * u * distance * distance / variance)
        }
        expected *= sum / 40_000
      }
      #expect(abs(exponential(Double(found[cluster])) / expected - 1) < 0.02, "cluster \(cluster)")
    }
  }

  /// KL[q(z, u) ‖ p(z, u given c)] in closed form against the average of log q − log p over draws.
  @Test func divergenceIsTheAverageOfLogRatios() {
    let autoencoder = autoencoder()
    let (mixture, freedoms) = (autoencoder.mixture, autoencoder.freedoms!.values)
    let (mean, logVariance, nu) = ([Float(0.7), -0.4], [Float(-0.3), 0.2], Float(6))
    let gammas = StudentMixture(mixture, freedoms: freedoms)
      .gammaDivergences(from: Tensor([nu], shape: [1, 1])).scalars
    let source = RandomSource(seed: 8)
    for cluster in 0..<2 {
      var closed = 2 * Double(gammas[cluster])
      var sampled = 0.0
      let nuC = Double(freedoms.scalars[cluster])
      for column in 0..<2 {
        let (m, v) = (Double(mean[column]), exponential(Double(logVariance[column])))
        let mC = Double(mixture.means.scalars[cluster * 2 + column])
        let vC = exponential(Double(mixture.logVariances.scalars[cluster * 2 + column]))
        closed += 0.5 * (logarithm(vC / v) + v / vC + (m - mC) * (m - mC) / vC - 1)
        var sum = 0.0
        let count = 60_000
        for draw in 0..<count {
          let source = source.derived(cluster).derived(column).derived(draw)
          let u = GammaDraw.value(shape: Double(nu) / 2, from: source) / (Double(nu) / 2)
          let z = m + (v / u).squareRoot() * Double(source.derived("z").normals(count: 1)[0])
          func logGaussian(_ mean: Double, _ variance: Double) -> Double {
            0.5 * logarithm(u / variance) - 0.5 * u * (z - mean) * (z - mean) / variance
          }
          func logGammaDensity(_ a: Double) -> Double {
            a * logarithm(a) - Double(Tensor([Float(a)]).logGamma.scalar) + (a - 1) * logarithm(u) - a * u
          }
          sum += logGaussian(m, v) - logGaussian(mC, vC) + logGammaDensity(Double(nu) / 2) - logGammaDensity(nuC / 2)
        }
        sampled += sum / Double(count)
      }
      #expect(abs(sampled - closed) < 0.02 * max(1, closed), "cluster \(cluster): \(sampled), not \(closed)")
    }
  }

  private func exponential(_ x: Double) -> Double { Double(Tensor([Float(x)]).exponential.scalar) }
  private func logarithm(_ x: Double) -> Double { Double(Tensor([Float(x)]).logarithm.scalar) }
}
