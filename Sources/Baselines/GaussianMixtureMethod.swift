import Clustering
import ClusteringMethods
import Images
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let gaussianMixture = MethodEntry(
    GaussianMixtureMethod.self, name: "gmm", summary: "a Gaussian mixture on the pixels, a baseline: seconds",
    discussion: """
      Fitted by expectation-maximisation from the best of several k-means starts. One round of 'train' is mostly enough: it \
      ends when the likelihood settles or iterations= run out. Pixels at the border hardly vary, so the floor under the \
      variances rules the likelihood and moves the accuracy by several points: a figure means little without it. With \
      covariance=full pixels vary together too, which takes pixels² numbers a cluster and images·pixels² operations for \
      each of them in an iteration.
      """, sizes: "15689 parameters, 784 latents, 10 clusters",
    round: """
      expectation-maximisation on the pixels from where it stands, until the likelihood settles or iterations= run out
      """,
    examples: [("floor=0.01", "wider components"), ("covariance=full floor=0.01", "pixels vary together")]
  ) { clusterCount, _ in GaussianMixtureMethod.Configuration(clusterCount: clusterCount) }
}

/// A mixture of Gaussians on pixels: a baseline of the ClusterDDPM paper's Table 2.
public struct GaussianMixtureMethod: PixelMethod, MixtureMethod, RegroupingMethod {
  public struct Configuration: Sendable, Equatable {
    public var clusterCount: Int
    public var start = KMeans.Options(maximumIterations: 300, tolerance: 1e-4, restarts: 10)
    public var options = GaussianMixture.Options(maximumIterations: 100, tolerance: 1e-3, regularisation: 1e-6)

    public init(clusterCount: Int) { self.clusterCount = clusterCount }
  }

  public static let options: [MethodOption<Configuration>] = [
    MethodOption(
      "restarts", \.start.restarts, .integer(in: 1...1000), help: "k-means starts, the one of least inertia is kept"),
    MethodOption(
      "iterations", \.options.maximumIterations, .integer(in: 1...100_000), help: "EM iterations of a round, at most"),
    MethodOption(
      "tolerance", \.options.tolerance, .number(in: 0...1e6), help: "change of the likelihood at which a round ends"),
    MethodOption("floor", \.options.regularisation, .number(in: 0...1), help: "added to the mixture's variances"),
    MethodOption(
      "covariance", \.options.covariance, .choice(),
      help: "diagonal: each pixel has its variance; full: all vary together"),
  ]

  public static let metrics = [
    TrainingMetric(
      "logLikelihood", "log-likelihood", decimals: 4, width: 14,
      curve: .init("log-likelihood of an image", name: "mixture")),
    TrainingMetric("iterations", "iterations", decimals: 0),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  public private(set) var roundsBegun = 0
  /// Nil before the k-means start.
  private var groups: ComponentClusters?
  public let source: RandomSource

  public static let learnt: [StateField<Self>] = [
    .value("position.rounds", \.roundsBegun),
    .optional("mixture", \.groups) { groups, method, state in
      try state.require(
        groups.mixture.dimension == method.latentSize, "mixture.means", "means of \(method.latentSize) pixels",
        found: groups.mixture.dimension)
      try state.requireCovariance(of: groups.mixture, "mixture", method.configuration.options.covariance)
    },
  ]

  /// Throws `ClusteringError.tooManyCovariances` of images too large for full ones.
  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    do {
      try configuration.options.covariance.requireRoom(
        componentCount: configuration.clusterCount, dimension: imageShape.dimensions.reduce(1, *))
    } catch let error as ClusteringError {
      throw error.about("covariance")
    }
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
  }

  public var name: String { MethodEntry.gaussianMixture.name }
  /// The clusters asked for, but for what was joined and split by hand.
  public var clusterCount: Int { groups?.clusterCount ?? configuration.clusterCount }
  private var componentCount: Int { mixture?.componentCount ?? configuration.clusterCount }
  public var mixture: GaussianMixture? { groups?.mixture }
  public var clusterOfComponent: [Int] { groups?.clusterOfComponent ?? Array(0..<clusterCount) }
  public var parameterCount: Int { outline.reduce(0) { $0 + $1.parameterCount } }
  public var outline: [LayerOutline] {
    LayerOutline.mixture(
      componentCount: componentCount, dimension: latentSize, covariance: configuration.options.covariance)
  }

  /// The k-means start.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard mixture == nil else { return }
    let points = try latents(of: images, watch: watch)
    var interruption: (any Error)?
    let partition = try KMeans.fit(
      points, clusterCount: clusterCount, options: configuration.start, random: source.derived("k-means")
    ) { progress in
      do {
        try watch(
          .fitting(
            "k-means, start \(progress.restart + 1) of \(configuration.start.restarts), iteration \(progress.iteration)"
          ))
      } catch {
        interruption = error
      }
      return interruption == nil
    }
    if let interruption { throw interruption }
    let start = try GaussianMixture.fitted(
      to: points, assignments: partition.assignments, componentCount: clusterCount,
      regularisation: configuration.options.regularisation, covariance: configuration.options.covariance)
    groups = ComponentClusters(start, clusterOfComponent: Array(0..<clusterCount))
  }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    let groups = try componentClusters(for: "a round")
    let points = try latents(of: images) { _ in }
    roundsBegun += 1
    let limit = configuration.options.maximumIterations
    var isComplete = true
    let fit = try groups.mixture.refined(
      on: points, options: configuration.options,
      afterIteration: { count, logLikelihood in
        isComplete = afterStep(
          StepReport(
            step: count, images: count * images.count, metrics: [logLikelihood, Double(count)],
            fraction: Double(count) / Double(limit)))
        return isComplete
      })
    self.groups = ComponentClusters(fit.mixture, clusterOfComponent: groups.clusterOfComponent)
    return EpochReport(
      metrics: [fit.logLikelihood, Double(fit.iterationCount)], images: fit.iterationCount * images.count,
      stepsDone: fit.iterationCount, isComplete: isComplete)
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    try assignments(ofLatents: latents(of: images, watch: watch))
  }

  public func requireClusters(for action: String) throws { _ = try componentClusters(for: action) }

  private func componentClusters(for action: String) throws -> ComponentClusters {
    guard let groups else { throw MethodError.untrained(action: action) }
    return groups
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    try componentClusters(for: "a cluster's probability").probabilities(of: latents)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try componentClusters(for: "an assignment to clusters").assignments(of: latents)
  }

  public mutating func joinClusters(_ clusters: [Int], on images: ImageSet, watch: Watch) throws -> [Int] {
    var joined = try componentClusters(for: "merge")
    joined.join(clusters)
    take(joined)
    return try assignments(ofLatents: latents(of: images, watch: watch))
  }

  public mutating func splitCluster(_ cluster: Int, on images: ImageSet, watch: Watch) throws -> [Int] {
    var divided = try componentClusters(for: "split")
    let points = try latents(of: images, watch: watch)
    try requireDivisible(cluster, points, assignments: divided.assignments(of: points))
    try divided.split(
      cluster, points: points, options: configuration.options,
      random: source.derived("split").derived(roundsBegun).derived(clusterCount).derived(cluster)
    ) { try watch(.fitting("two components to the images of cluster \(cluster)")) }
    take(divided)
    return try assignments(ofLatents: points)
  }

  /// Has other clusters from now on, and as many asked for.
  private mutating func take(_ groups: ComponentClusters) {
    self.groups = groups
    configuration.clusterCount = groups.clusterCount
  }
}
