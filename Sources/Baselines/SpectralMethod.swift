import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let spectral = MethodEntry(
    SpectralMethod.self, name: "spectral",
    summary: "spectral clustering of the graph of neighbours, a baseline: a minute",
    discussion: """
      Every image is joined to its neighbours= nearest by their pixels; the leading eigenvectors of that graph, one a \
      cluster, place the images (Ng, Jordan and Weiss 2001), and k-means divides them. It cuts where few edges cross: cut is \
      the normalised cut, 0 if none do. parts is how many pieces the graph falls into by itself: a piece is easily a cluster \
      of its own, however small; where there are more of them than clusters, the graph is first joined by its shortest \
      missing edges. The search for neighbours takes images²·pixels operations. A new image stands at the mean of its \
      nearest among the images trained on, so that most of these decide.
      """, sizes: "100 parameters, 10 latents, 10 clusters",
    round: """
      restarts= starts of k-means on the leading eigenvectors, which are worked out before the first, other starts in every \
      round; what is kept is the best of all so far
      """,
    examples: [("neighbours=3", "for small sets of few images a cluster, such as coil20")]
  ) { clusterCount, _ in SpectralMethod.Configuration(clusterCount: clusterCount) }
}

/// Normalised spectral clustering of the graph of nearest neighbours among pixels: a baseline.
///
/// Ng, Jordan and Weiss, "On spectral clustering: analysis and an algorithm" (2001), on the graph that scikit-learn's
/// `SpectralClustering(affinity="nearest_neighbors")` makes.
public struct SpectralMethod: ClusteringMethod {
  public struct Configuration: Sendable, Equatable {
    public var clusterCount: Int
    /// Nearest others that an image is joined to.
    public var neighbourCount = 10
    public var start = KMeans.Options(maximumIterations: 300, tolerance: 1e-4, restarts: 10)

    public init(clusterCount: Int) { self.clusterCount = clusterCount }
  }

  public static let options: [MethodOption<Configuration>] = [
    MethodOption(
      "neighbours", \.neighbourCount, .integer(in: 1...1000),
      help: "nearest others that an image is joined to; scikit-learn counts the image itself as one more"),
    MethodOption(
      "restarts", \.start.restarts, .integer(in: 1...1000), help: "k-means starts of a round, the best is kept"),
    MethodOption(
      "iterations", \.start.maximumIterations, .integer(in: 1...100_000), help: "of Lloyd's in each start, at most"),
  ]

  public static let metrics = [
    TrainingMetric("inertia", "inertia", decimals: 3, width: 10, curve: .init("inertia", name: "k-means")),
    TrainingMetric("normalisedCut", "cut", decimals: 4, width: 8),
    TrainingMetric("graphParts", "parts", decimals: 0),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  public private(set) var roundsBegun = 0
  public let source: RandomSource
  /// Nil before training.
  private var embedded: Embedded?
  /// Whether the images loaded are others than those.
  private var isStale = false
  /// Nil before the first round.
  private var best: Best?

  /// The images trained on, and where their graph puts them.
  fileprivate struct Embedded: StateValue {
    let images: PlacedImages
    let embedding: SpectralEmbedding
  }

  /// The best clustering so far, and the variance of a coordinate about its centre.
  fileprivate struct Best: StateValue {
    let centres: Matrix
    let inertia: Double
    let cut: Double
    let variance: Double
  }

  public static let learnt: [StateField<Self>] = [
    .value("position.rounds", \.roundsBegun),
    .optional("embedding", \.embedded) { embedded, method, state in
      try state.requireImages(embedded.images.images, "embedding.images", method.imageShape)
      let columns = embedded.embedding.coordinates.columns
      try state.require(
        columns == method.latentSize, "embedding.coordinates", "\(method.latentSize) columns", found: columns)
    },
    .value("stale", \.isStale),
    .optional("best", \.best) { best, method, state in
      try state.requireCentres(
        best.centres, "best.centres", count: method.clusterCount, of: method.latentSize, "coordinates")
    },
  ]

  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) {
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
  }

  public var name: String { MethodEntry.spectral.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var latentSize: Int { configuration.clusterCount }
  public var parameterCount: Int { clusterCount * latentSize }
  public var outline: [LayerOutline] {
    [
      LayerOutline("graph", "\(configuration.neighbourCount) neighbours an image", [], 0),
      LayerOutline("eigenvectors", "of the graph, rows of length 1", [latentSize], 0),
      LayerOutline("centres", "nearest of \(clusterCount)", [clusterCount, latentSize], parameterCount),
    ]
  }

  /// The graph and its eigenvectors.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard embedded == nil || isStale else { return }
    let points = try pixelPoints(of: images, watch: watch)
    let embedding = try SpectralEmbedding(
      of: points, neighbourCount: configuration.neighbourCount, count: clusterCount
    ) { try watch(.fitting($0)) }
    (embedded, isStale, best) = (Embedded(images: PlacedImages(images), embedding: embedding), false, nil)
  }

  public mutating func forgetImages() { isStale = true }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    guard let embedding = embedded?.embedding else { throw MethodError.untrained(action: "a round") }
    let round = roundsBegun
    roundsBegun += 1
    let options = configuration.start
    var steps = 0
    var isComplete = true
    let parts = Double(embedding.partCount)
    let found = try KMeans.fit(
      embedding.coordinates, clusterCount: clusterCount, options: options,
      random: source.derived("k-means").derived(round)
    ) { progress in
      steps += 1
      // A start mostly ends long before its iterations run out: the count goes by starts.
      isComplete = afterStep(
        StepReport(
          step: steps, images: steps * images.count, metrics: [progress.inertia, .nan, parts],
          fraction: (Double(progress.restart) + Double(progress.iteration) / Double(options.maximumIterations))
            / Double(options.restarts)))
      return isComplete
    }
    if found.inertia < best?.inertia ?? .infinity {
      let coordinates = embedding.coordinates
      best = Best(
        centres: found.centroids, inertia: found.inertia,
        cut: embedding.normalisedCut(found.assignments, count: clusterCount),
        variance: found.inertia / Double(coordinates.rows * coordinates.columns))
    }
    return EpochReport(
      metrics: [best?.inertia ?? .nan, best?.cut ?? .nan, parts], images: steps * images.count, stepsDone: steps,
      isComplete: isComplete)
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    try assignments(ofLatents: latents(of: images, watch: watch))
  }

  public func requireClusters(for action: String) throws { _ = try clustering(for: action) }

  private func clustering(for action: String) throws -> (centres: Matrix, variance: Double) {
    guard let best else { throw MethodError.untrained(action: action) }
    return (best.centres, best.variance)
  }

  /// The coordinates of the images trained on; of another image the mean of those of its nearest among them, which is what
  /// the eigenvectors' own equation makes of it (Bengio et al., "Out-of-sample extensions for LLE, Isomap, MDS, eigenmaps,
  /// and spectral clustering", 2004), scaled to length 1 as theirs are.
  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    guard let embedded else { throw MethodError.untrained(action: "a place among the images trained on") }
    let means = try embedded.images.positions(
      of: images, from: embedded.embedding.coordinates, neighbourCount: configuration.neighbourCount,
      points: { try pixelPoints(of: $0, watch: watch) }, shares: { $0.map { _ in 1 } })
    return means.withUnitRows
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    try KMeans.assignments(of: latents, to: clustering(for: "an assignment to clusters").centres)
  }

  /// p(c|z) ∝ exp(−‖z − μ_c‖²/2σ²) with the most likely σ², as for k-means.
  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    let (centres, variance) = try clustering(for: "a cluster's probability")
    return try GaussianMixture(spherical: centres, variance: variance).responsibilities(of: latents)
  }
}

extension SpectralMethod.Embedded {
  func save(as name: String, to state: inout StateWriter) {
    images.save(as: "\(name).images", to: &state)
    embedding.coordinates.save(as: "\(name).coordinates", to: &state)
    state.add("\(name).eigenvalues", embedding.values)
    embedding.partCount.save(as: "\(name).parts", to: &state)
    embedding.graph.save(as: "\(name).graph", to: &state)
  }

  init(_ name: String, from state: StateReader) throws {
    images = try PlacedImages("\(name).images", from: state)
    let values = try state.numbers("\(name).eigenvalues")
    let graph = try SymmetricGraph("\(name).graph", from: state)
    let count = images.images.count
    try state.require(graph.pointCount == count, "\(name).graph", "\(count) points", found: graph.pointCount)
    embedding = SpectralEmbedding(
      coordinates: try state.matrix("\(name).coordinates", rows: count, columns: values.count), values: values,
      partCount: try Int("\(name).parts", from: state), graph: graph)
  }
}

extension SpectralMethod.Best {
  func save(as name: String, to state: inout StateWriter) {
    centres.save(as: "\(name).centres", to: &state)
    state.add("\(name).fit", [inertia, cut, variance])
  }

  init(_ name: String, from state: StateReader) throws {
    centres = try state.matrix("\(name).centres")
    let fit = try state.numbers("\(name).fit", count: 3)
    (inertia, cut, variance) = (fit[0], fit[1], fit[2])
  }
}
