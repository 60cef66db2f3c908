import Baselines
import Clustering
import ClusteringMethods
import Images
import TensorEngine
import TestSupport
import Testing

private struct Digits: Decodable {
  let pixels: [UInt8]
  let clusters: [Int]
  let inertia: Double
  let logLikelihood: Double
  let components: [Int]
  let responsibilities: [Double]
}

private let digits = Result { try golden("digits", in: .module, as: Digits.self) }

/// The digits of the golden file, 8×8.
private func images() throws -> ImageSet {
  let pixels = try digits.get().pixels
  return ImageSet(count: pixels.count / 64, height: 8, width: 8, channelCount: 1, pixels: pixels)
}

private let shape = ImageShape(height: 8, width: 8, channels: 1)

/// Whether two partitions are the same but for the clusters' names, for at least `share` of the points.
private func agree(_ a: [Int], _ b: [Int], share: Double) -> Bool {
  var counts: [[Int]] = Array(repeating: Array(repeating: 0, count: 6), count: 6)
  for (x, y) in zip(a, b) { counts[x][y] += 1 }
  return Double(counts.reduce(0) { $0 + $1.max()! }) >= share * Double(a.count)
}

@Suite("k-means on pixels") struct KMeansMethodTests {
  private func trained(
    rounds: Int = 1, seed: UInt64 = 0, restarts: Int = 40, clusters: Int = 6
  ) throws -> (KMeansMethod, [EpochReport]) {
    var configuration = KMeansMethod.Configuration(clusterCount: clusters)
    configuration.options.restarts = restarts
    var method = KMeansMethod(configuration, images: shape, source: RandomSource(seed: seed))
    let images = try images()
    let reports = try (0..<rounds).map { _ in try method.trainRound(on: images) { _ in true } }
    return (method, reports)
  }

  @Test func comesToScikitLearnsClusters() throws {
    let (method, reports) = try trained()
    let expected = try digits.get()
    #expect(abs(reports[0].metrics[0] / expected.inertia - 1) < 1e-3, "\(reports[0].metrics)")
    let assignments = try method.assignments(ofLatents: method.latents(of: images()))
    #expect(agree(assignments, expected.clusters, share: 0.99))
  }

  /// Nothing is read of images that memory is too small for.
  @Test func imagesThatMemoryIsTooSmallForAreRefused() {
    let file = PixelFile(path: "none", descriptor: -1, count: 1 << 25, imageSize: 64)
    var method = KMeansMethod(KMeansMethod.Configuration(clusterCount: 2), images: shape, source: RandomSource(seed: 0))
    #expect(throws: MethodError.needsAllPixels(images: 1 << 25, bytes: 1 << 34)) {
      _ = try method.trainRound(on: ImageSet(file, shape: shape)) { _ in true }
    }
  }

  @Test func anotherRoundKeepsTheBest() throws {
    let (_, reports) = try trained(rounds: 8, restarts: 1, clusters: 20)
    let inertias = reports.map { $0.metrics[0] }
    #expect(inertias == inertias.sorted(by: >) && Set(inertias).count > 1)
  }

  /// A stopped round keeps the best of what it did, its unfinished start included.
  @Test func stopping() throws {
    let images = try images()
    var (method, _) = try trained(rounds: 0)
    var steps: [StepReport] = []
    let report = try method.trainRound(on: images) {
      steps.append($0)
      return $0.step < 2
    }
    #expect(report.stepsDone == 2 && !report.isComplete && report.images == 2 * images.count)
    #expect(steps.map(\.step) == [1, 2] && steps[1].metrics[0] < steps[0].metrics[0])
    #expect(report.metrics == [steps[1].metrics[0], 2])
    #expect(try method.assignments(ofLatents: method.latents(of: images)).count == images.count)
  }

  @Test func probabilitiesFollowDistances() throws {
    let (method, _) = try trained(restarts: 3)
    let latents = try method.latents(of: images())
    let probabilities = try method.clusterProbabilities(ofLatents: latents)
    let assignments = try method.assignments(ofLatents: latents)
    for row in 0..<probabilities.rows {
      let values = probabilities.row(row)
      #expect(abs(values.reduce(0, +) - 1) < 1e-9)
      #expect(values.indices.max { values[$0] < values[$1] }! - values.startIndex == assignments[row])
    }
  }

  @Test func stateSaysWhatWasLearnt() throws {
    let (method, _) = try trained(restarts: 2)
    #expect(method.state.map(\.name) == ["position.rounds", "best.centres", "best.fit"])
    #expect(try method.state == trained(restarts: 2).0.state)
    #expect(try method.state != trained(seed: 1, restarts: 2).0.state)
    #expect(method.parameterCount == 6 * 64 && method.outline.reduce(0) { $0 + $1.parameterCount } == 384)
  }

  @Test func threadsDoNotChangeABit() throws {
    let results = try resultsAcrossThreadCounts { try trained(restarts: 2).0.state }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func beforeTraining() throws {
    let (method, _) = try trained(rounds: 0)
    #expect(throws: MethodError.untrained(action: "evaluate")) { try method.requireClusters(for: "evaluate") }
    #expect(throws: MethodError.self) { try method.assignments(ofLatents: method.latents(of: images())) }
    #expect(throws: MethodError.self) { try method.clusterProbabilities(ofLatents: method.latents(of: images())) }
  }
}

@Suite("Gaussian mixture on pixels") struct GaussianMixtureMethodTests {
  private func started(floor: Double = 1e-3, restarts: Int = 40) throws -> GaussianMixtureMethod {
    var configuration = GaussianMixtureMethod.Configuration(clusterCount: 6)
    configuration.start.restarts = restarts
    configuration.options.regularisation = floor
    var method = try GaussianMixtureMethod(configuration, images: shape, source: RandomSource(seed: 0))
    try method.beginTraining(on: images()) { _ in }
    return method
  }

  @Test func comesToScikitLearnsMixture() throws {
    var method = try started()
    let images = try images()
    let report = try method.trainRound(on: images) { _ in true }
    let expected = try digits.get()
    #expect(abs(report.metrics[0] - expected.logLikelihood) < 0.05, "\(report.metrics)")
    let latents = try method.latents(of: images)
    #expect(agree(try method.assignments(ofLatents: latents), expected.components, share: 0.98))
    let probabilities = try method.clusterProbabilities(ofLatents: latents)
    let differing = expected.responsibilities.indices.filter { row in
      abs(probabilities.row(row).max()! - expected.responsibilities[row]) > 0.05
    }
    #expect(differing.count < 8, "\(differing)")
  }

  /// Iterations in two rounds are iterations in one, the likelihood being what decides.
  @Test func roundsGoOn() throws {
    let images = try images()
    var whole = try started(restarts: 2)
    whole.configuration.options.maximumIterations = 6
    whole.configuration.options.tolerance = 0
    var parts = whole
    _ = try whole.trainRound(on: images) { _ in true }
    let stopped = try parts.trainRound(on: images) { $0.step < 2 }
    #expect(stopped.stepsDone == 2 && !stopped.isComplete)
    parts.configuration.options.maximumIterations = 4
    _ = try parts.trainRound(on: images) { _ in true }
    #expect(parts.mixture == whole.mixture && parts.roundsBegun == 2)
  }

  @Test func theStartCanBeInterrupted() throws {
    struct Stop: Error {}
    var method = try GaussianMixtureMethod(
      GaussianMixtureMethod.Configuration(clusterCount: 6), images: shape, source: RandomSource(seed: 0))
    var fits = 0
    #expect(throws: Stop.self) {
      try method.beginTraining(on: images()) { activity in
        if case .fitting = activity { fits += 1 }
        if fits == 3 { throw Stop() }
      }
    }
    #expect(fits == 3 && method.mixture == nil)
    #expect(throws: MethodError.self) { try method.trainRound(on: images()) { _ in true } }
  }

  @Test func theFloorMatters() throws {
    let images = try images()
    let likelihoods = try [1e-6, 1e-2].map { floor in
      var method = try started(floor: floor, restarts: 2)
      return try method.trainRound(on: images) { _ in true }.metrics[0]
    }
    #expect(likelihoods[0] > likelihoods[1])
  }

  /// What is joined and split by hand stays so in later rounds, which go on from all components.
  @Test func clustersAreJoinedAndSplit() throws {
    let images = try images()
    var method = try started(restarts: 2)
    _ = try method.trainRound(on: images) { _ in true }
    let before = method
    let old = try method.assignments(ofLatents: method.latents(of: images))
    let joined = try method.joinClusters([4, 1], on: images) { _ in }
    #expect(joined == old.map { [0, 1, 2, 3, 1, 4][$0] } && method.clusterCount == 5)
    #expect(method.mixture == before.mixture && method.parameterCount == before.parameterCount)
    #expect(method.state != before.state)
    var (hand, other) = (method, before)
    _ = try hand.trainRound(on: images) { _ in true }
    _ = try other.trainRound(on: images) { _ in true }
    #expect(hand.mixture == other.mixture && hand.clusterOfComponent == [0, 1, 2, 3, 1, 4])
    #expect(try hand.clusterProbabilities(ofLatents: hand.latents(of: images)).columns == 5)

    let halves = try method.splitCluster(1, on: images) { _ in }
    #expect(method.mixture == before.mixture && Set(zip(old, halves).map { $0 * 8 + $1 }).count == 6)
    let parted = try method.splitCluster(0, on: images) { _ in }
    #expect(method.clusterCount == 7 && method.parameterCount == 6 + 7 * 64 * 2)
    #expect(method.outline.reduce(0) { $0 + $1.parameterCount } == method.parameterCount)
    let sizes = [0, 6].map { half in parted.count { $0 == half } }
    #expect(sizes[0] >= sizes[1] && sizes[1] > 0)
    _ = try method.trainRound(on: images) { _ in true }
    #expect(method.clusterCount == 7)
  }

  @Test func parametersAreCounted() throws {
    let method = try started(restarts: 1)
    #expect(method.parameterCount == 5 + 6 * 64 * 2)
    #expect(method.outline.reduce(0) { $0 + $1.parameterCount } == method.parameterCount)
    #expect(
      method.state.map(\.name) == [
        "position.rounds", "mixture.weights", "mixture.means", "mixture.variances", "mixture.clusters",
      ])
  }
}
