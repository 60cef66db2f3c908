import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let kMeans = MethodEntry(
    KMeansMethod.self, name: "kmeans", summary: "k-means on the pixels, a baseline: seconds",
    discussion: """
      Lloyd's algorithm from k-means++ starts, of which the one of least inertia (squared distances to the centres, summed) \
      is kept. One round of 'train' is all it takes: every start runs to its end. An image's probabilities are those under \
      spherical Gaussians of one width around the centres, whose limit k-means is.
      """, sizes: "7840 parameters, 784 latents, 10 clusters",
    round: """
      restarts= starts of Lloyd's algorithm, each to its end, other ones in every round; what is kept is the best of all \
      so far
      """,
    examples: [("restarts=50", "a longer search")]
  ) { clusterCount, _ in KMeansMethod.Configuration(clusterCount: clusterCount) }
}

/// k-means on pixels: a baseline of the ClusterDDPM paper's Table 2.
///
/// MacQueen, "Some methods for classification and analysis of multivariate observations" (1967).
public struct KMeansMethod: PixelMethod {
  public struct Configuration: Sendable, Equatable {
    public var clusterCount: Int
    public var options = KMeans.Options(maximumIterations: 300, tolerance: 1e-4, restarts: 10)

    public init(clusterCount: Int) { self.clusterCount = clusterCount }
  }

  public static let options: [MethodOption<Configuration>] = [
    MethodOption("restarts", \.options.restarts, .integer(in: 1...1000), help: "starts of a round, the best is kept"),
    MethodOption(
      "iterations", \.options.maximumIterations, .integer(in: 1...100_000), help: "of Lloyd's in each start, at most"),
    MethodOption(
      "tolerance", \.options.tolerance, .number(in: 0...1),
      help: "share of the pixels' mean variance that centres move, summed, at which a start ends"),
  ]

  public static let metrics = [
    TrainingMetric("inertia", "inertia", decimals: 2, width: 12, curve: .init("inertia", name: "k-means")),
    TrainingMetric("iterations", "iterations", decimals: 0),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// Nil before the first round.
  private var best: Best?

  /// The best clustering so far, and the variance of a pixel about its centre.
  fileprivate struct Best: StateValue {
    let centroids: Matrix
    let inertia: Double
    let iterations: Int
    let variance: Double
  }

  public static let learnt: [StateField<Self>] = [
    .value("position.rounds", \.roundsBegun),
    .optional("best", \.best) { best, method, state in
      try state.requireCentres(
        best.centroids, "best.centres", count: method.clusterCount, of: method.latentSize, "pixels")
    },
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) {
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
  }

  public var name: String { MethodEntry.kMeans.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var parameterCount: Int { clusterCount * latentSize }
  public var outline: [LayerOutline] {
    [LayerOutline("centres", "nearest of \(clusterCount)", [clusterCount, latentSize], parameterCount)]
  }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let points = try latents(of: images) { _ in }
    let round = roundsBegun
    roundsBegun += 1
    let limit = configuration.options.maximumIterations
    var steps = 0
    var isComplete = true
    let found = try KMeans.fit(
      points, clusterCount: clusterCount, options: configuration.options,
      random: source.derived("k-means").derived(round)
    ) { progress in
      steps += 1
      // A start mostly ends long before its iterations run out: the count goes by starts.
      isComplete = afterStep(
        StepReport(
          step: steps, images: steps * images.count,
          metrics: [progress.inertia, Double(progress.iteration)],
          fraction: (Double(progress.restart) + Double(progress.iteration) / Double(limit))
            / Double(configuration.options.restarts)))
      return isComplete
    }
    if found.inertia < best?.inertia ?? .infinity {
      let variance = found.inertia / Double(points.rows * points.columns)
      best = Best(
        centroids: found.centroids, inertia: found.inertia, iterations: found.iterationCount, variance: variance)
    }
    return EpochReport(
      metrics: [best?.inertia ?? .nan, Double(best?.iterations ?? 0)], images: steps * images.count, stepsDone: steps,
      isComplete: isComplete)
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    try assignments(ofLatents: latents(of: images, watch: watch))
  }

  public func requireClusters(for action: String) throws { _ = try centres(for: action) }

  private func centres(for action: String) throws -> (centroids: Matrix, variance: Double) {
    guard let best else { throw MethodError.untrained(action: action) }
    return (best.centroids, best.variance)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try KMeans.assignments(of: latents, to: centres(for: "an assignment to clusters").centroids)
  }

  /// p(c|x) ∝ exp(−‖x − μ_c‖²/2σ²), σ² being the most likely one: the inertia by points and pixels.
  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    let (centroids, variance) = try centres(for: "a cluster's probability")
    let mixture = GaussianMixture(spherical: centroids, variance: variance)
    return try mixture.responsibilities(of: latents)
  }
}

extension KMeansMethod.Best {
  func save(as name: String, to state: inout StateWriter) {
    centroids.save(as: "\(name).centres", to: &state)
    state.add("\(name).fit", [inertia, Double(iterations), variance])
  }

  init(_ name: String, from state: StateReader) throws {
    centroids = try state.matrix("\(name).centres")
    let fit = try state.numbers("\(name).fit", count: 3)
    guard let iterations = Int(exactly: fit[1]), fit.allSatisfy({ $0 >= 0 }) else {
      throw StateError.mismatch(
        file: state.file.path, name: "\(name).fit", expected: "inertia, iterations and variance", found: "\(fit)")
    }
    (inertia, self.iterations, variance) = (fit[0], iterations, fit[2])
  }
}
