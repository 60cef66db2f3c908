import Baselines
import Clustering
import ClusteringMethods
import Images
import Interruptions
import TensorEngine
import TestSupport
import Testing

private let always: @Sendable () -> Bool = { true }

private struct Digits: Decodable {
  let pixels: [UInt8]
  let labels: [Int]
}

private let digits = Result { try golden("digits", in: .module, as: Digits.self) }

/// The digits of the golden file, 8×8: those to train on, or all.
private func images(_ range: Range<Int> = 0..<300) throws -> ImageSet {
  let pixels = try digits.get().pixels
  return ImageSet(
    count: range.count, height: 8, width: 8, channelCount: 1,
    pixels: Array(pixels[range.lowerBound * 64..<range.upperBound * 64]))
}

private let shape = ImageShape(height: 8, width: 8, channels: 1)

/// The share of the points in a cluster that most of its points' labels agree with.
private func purity(_ clusters: [Int], _ labels: ArraySlice<Int>) -> Double {
  var counts: [[Int]] = Array(repeating: Array(repeating: 0, count: 10), count: 10)
  for (cluster, label) in zip(clusters, labels) { counts[cluster][label] += 1 }
  return Double(counts.reduce(0) { $0 + $1.max()! }) / Double(clusters.count)
}

@Suite("Methods on the graph of nearest images") struct GraphMethodTests {
  static func spectral(seed: UInt64 = 0, restarts: Int = 10, clusters: Int = 6) -> SpectralMethod {
    var configuration = SpectralMethod.Configuration(clusterCount: clusters)
    configuration.start.restarts = restarts
    return SpectralMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  static func umap(seed: UInt64 = 0, epochs: Int = 200, restarts: Int = 10, clusters: Int = 6) throws -> UMAPMethod {
    var configuration = UMAPMethod.Configuration(clusterCount: clusters)
    configuration.epochCount = epochs
    configuration.mixture.restarts = restarts
    return try UMAPMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  static let both: [@Sendable () throws -> any ClusteringMethod] = [{ spectral() }, { try umap() }]

  private func trained(_ method: any ClusteringMethod, rounds: Int = 1) throws -> any ClusteringMethod {
    var method = method
    let images = try images()
    try method.beginTraining(on: images) { _ in }
    for _ in 0..<rounds { _ = try method.trainRound(on: images) { _ in true } }
    return method
  }

  @Test(arguments: [0, 1]) func clustersAreDigits(which: Int) throws {
    var method = try trained(Self.both[which]())
    let clusters = try method.finishRound(on: images()) { _ in }
    #expect(purity(clusters, try digits.get().labels[..<300]) > 0.95)
    #expect(method.parameterCount == method.outline.reduce(0) { $0 + $1.parameterCount })
    #expect(method.roundsBegun == 1)
  }

  /// Images that are not among those trained on go where their nearest are; the others stay.
  @Test(arguments: [0, 1]) func newImages(which: Int) throws {
    let method = try trained(Self.both[which]())
    let (known, new, all) = try (images(), images(300..<400), images(0..<400))
    let places = try method.latents(of: all)
    #expect(try method.latents(of: known) == places.selecting(0..<300))
    #expect(try method.latents(of: new) == places.selecting(300..<400))
    // In any order, and alone.
    #expect(try method.latents(of: images(350..<351)) == places.selecting([350]))
    let clusters = try method.assignments(ofLatents: places)
    // The mean of neighbours in two clusters may lie in a third.
    let least = which == 0 ? 0.85 : 0.78
    #expect(purity(Array(clusters.suffix(100)), try digits.get().labels[300..<400]) > least)
    let probabilities = try method.clusterProbabilities(ofLatents: places)
    for row in 0..<400 {
      let values = probabilities.row(row)
      #expect(abs(values.reduce(0, +) - 1) < 1e-9)
      #expect(values.max()! == probabilities[row, clusters[row]])
    }
  }

  /// A copy of an image stands where the first of them does.
  @Test(arguments: [0, 1]) func copies(which: Int) throws {
    var method = try Self.both[which]()
    let pair = try images().selecting(Array(0..<100) + Array(0..<100))
    try method.beginTraining(on: pair) { _ in }
    _ = try method.trainRound(on: pair) { _ in true }
    let places = try method.latents(of: pair)
    #expect(places.selecting(0..<100) == places.selecting(100..<200))
    #expect(places.elements.allSatisfy { $0.isFinite })
  }

  @Test(arguments: [0, 1]) func fewImages(which: Int) throws {
    var method = try Self.both[which]()
    let few = try images(0..<5)
    let error = #expect(throws: ClusteringError.self) { try method.beginTraining(on: few) { _ in } }
    guard case .tooFewPoints(found: 5, needed: 6, purpose: _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(throws: MethodError.untrained(action: "a round")) { try method.trainRound(on: few) { _ in true } }
    #expect(throws: MethodError.untrained(action: "evaluate")) { try method.requireClusters(for: "evaluate") }
    #expect(throws: MethodError.self) { try method.latents(of: few) }
    #expect(throws: MethodError.self) { try method.assignments(ofLatents: Matrix(rows: 1, columns: 6)) }
  }

  /// Other images take their place only once training begins on them.
  @Test(arguments: [0, 1]) func otherImages(which: Int) throws {
    var method = try trained(Self.both[which]())
    let others = try images(200..<400)
    let before = try method.latents(of: others)
    method.forgetImages()
    #expect(try method.latents(of: others) == before)
    try method.beginTraining(on: others) { _ in }
    #expect(throws: MethodError.self) { try method.requireClusters(for: "evaluate") }
    _ = try method.trainRound(on: others) { _ in true }
    #expect(try method.latents(of: others) != before)
  }

  @Test(arguments: [0, 1]) func theStartCanBeInterrupted(which: Int) throws {
    var method = try Self.both[which]()
    let images = try images()
    #expect(throws: Interrupted.self) {
      try Interruption.heeding(always) { try method.beginTraining(on: images) { _ in } }
    }
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try method.beginTraining(on: images) { if case .fitting = $0 { throw Stop() } }
    }
    #expect(method.state.map(\.name) == ["position.rounds", "stale"])
  }

  @Test(arguments: [0, 1]) func threadsDoNotChangeABit(which: Int) throws {
    let results = try resultsAcrossThreadCounts {
      try trained(which == 0 ? Self.spectral(restarts: 2) : try Self.umap(epochs: 20, restarts: 2)).state
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func spectralRoundsKeepTheBest() throws {
    let images = try images()
    var method = Self.spectral(restarts: 1, clusters: 30)
    try method.beginTraining(on: images) { _ in }
    let reports = try (0..<8).map { _ in try method.trainRound(on: images) { _ in true } }
    let inertias = reports.map { $0.metrics[0] }
    #expect(inertias == inertias.sorted(by: >) && Set(inertias).count > 1)
    #expect(reports.allSatisfy { $0.metrics[1] > 0 && $0.metrics[1] < 30 && $0.metrics[2] >= 1 })
    #expect(
      method.state.map(\.name) == [
        "position.rounds", "embedding.images", "embedding.coordinates", "embedding.eigenvalues", "embedding.parts",
        "embedding.graph.starts", "embedding.graph.columns", "embedding.graph.weights", "stale", "best.centres",
        "best.fit",
      ])
    var stopped = Self.spectral()
    try stopped.beginTraining(on: images) { _ in }
    let report = try stopped.trainRound(on: images) { $0.step < 2 }
    #expect(report.stepsDone == 2 && !report.isComplete)
    try stopped.requireClusters(for: "evaluate")
  }

  /// Epochs are steps, then fits of the mixture; a round goes on from the one before.
  @Test func umapRounds() throws {
    let images = try images()
    var method = try Self.umap(epochs: 30, restarts: 3)
    try method.beginTraining(on: images) { _ in }
    var steps: [StepReport] = []
    let first = try method.trainRound(on: images) {
      steps.append($0)
      return true
    }
    #expect(first.stepsDone == 33 && first.isComplete && first.images == 30 * 300)
    #expect(steps.map(\.step) == Array(1...33) && steps[32].fraction == 1)
    #expect(first.metrics == steps[32].metrics && first.metrics.allSatisfy { $0.isFinite })
    let mixture = try #require(method.mixture)
    #expect(
      method.state.map(\.name) == [
        "position.rounds", "embedding.images", "embedding.graph.starts", "embedding.graph.columns",
        "embedding.graph.weights", "embedding.positions", "stale", "mixture.weights", "mixture.means",
        "mixture.variances",
      ])
    #expect(abs(try mixture.logLikelihood(of: method.latents(of: images)) - first.metrics[1]) < 1e-9)
    _ = try method.trainRound(on: images) { _ in true }
    #expect(method.roundsBegun == 2 && method.mixture != mixture)
  }

  /// Stopped in the layout there is no mixture that belongs to it; stopped among its fits the best so far is kept.
  @Test func umapStops() throws {
    let images = try images()
    var method = try Self.umap(epochs: 30, restarts: 3)
    try method.beginTraining(on: images) { _ in }
    let early = try method.trainRound(on: images) { $0.step < 10 }
    #expect(early.stepsDone == 10 && !early.isComplete && method.mixture == nil)
    let late = try method.trainRound(on: images) { $0.step < 31 }
    #expect(late.stepsDone == 31 && !late.isComplete && method.mixture != nil)
    // A wish to end in the midst of a fit.
    method = try Self.umap(epochs: 5, restarts: 3)
    try method.beginTraining(on: images) { _ in }
    let wished = try Interruption.heeding(always) { try method.trainRound(on: images) { _ in true } }
    #expect(!wished.isComplete && wished.stepsDone == 5 && method.mixture == nil)
  }
}
