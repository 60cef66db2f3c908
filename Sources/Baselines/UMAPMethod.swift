import Clustering
import ClusteringMethods
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodEntry {
  public static let umap = MethodEntry(
    UMAPMethod.self, name: "umap",
    summary: "a Gaussian mixture on a UMAP embedding of the pixels, a baseline: minutes",
    discussion: """
      Every image is joined to its neighbours= nearest by their pixels; UMAP (McInnes, Healy and Melville 2018) lays that \
      graph out in latent= dimensions, from its leading eigenvectors, and a mixture of Gaussians is fitted to the places. \
      min-distance is 0, as UMAP's authors advise for clustering, where they have 0.1 for pictures; the other settings are \
      theirs. Unlike theirs, a layout is the same on any number of threads. The search for neighbours takes images²·pixels \
      operations; parts is how many pieces the graph falls into. A new image stands at the mean of its nearest among the \
      images trained on, the nearer the more, where UMAP's authors begin to lay it out, and stays there; the mixture then \
      says its cluster.
      """, sizes: "209 parameters, 10 latents, 10 clusters",
    round: """
      epochs= epochs of the layout, its steps, the first round from the eigenvectors, any other from where the one before \
      ended with the rate as at first, and then restarts= fits of the mixture, a step each, of which the most likely is \
      kept
      """,
    examples: [
      ("latent=2 min-distance=0.1", "as for a picture"), ("neighbours=5", "for small sets of few images a cluster"),
    ]
  ) { clusterCount, _ in UMAPMethod.Configuration(clusterCount: clusterCount) }
}

/// UMAP of the pixels, then a mixture of Gaussians: the cheapest method that comes near to those with a network.
///
/// McInnes, Healy and Melville (arXiv 1802.03426); the combination as in McConville et al., "N2D: (not too) deep clustering
/// via clustering the local manifold of an autoencoded embedding" (2020), without the autoencoder.
public struct UMAPMethod: MixtureMethod {
  public struct Configuration: Sendable, Equatable {
    public var clusterCount: Int
    public var layout = UMAP.Options(dimension: 10, minimumDistance: 0)
    /// Epochs of a round; 0 for as many as suit the number of images.
    public var epochCount = 0
    public var mixture = GaussianMixture.Options(
      maximumIterations: 100, tolerance: 1e-3, regularisation: 1e-6, restarts: 10)

    public init(clusterCount: Int) { self.clusterCount = clusterCount }

    func epochs(for imageCount: Int) -> Int { epochCount > 0 ? epochCount : UMAP.epochCount(for: imageCount) }
  }

  public static let options: [MethodOption<Configuration>] = [
    MethodOption("latent", \.layout.dimension, .integer(in: 1...1000), help: "dimensions of the layout"),
    MethodOption(
      "neighbours", \.layout.neighbourCount, .integer(in: 1...1000),
      help: "nearest others that an image is joined to; umap-learn counts the image itself as one more"),
    MethodOption(
      "min-distance", \.layout.minimumDistance, .number(in: 0...100),
      help: "how close images may come that are alike, at most spread="),
    MethodOption("spread", \.layout.spread, .number(in: 0.01...100), help: "the distance over which likeness falls"),
    MethodOption(
      "epochs", \.epochCount, .integer(in: 0...100_000),
      help: "of a round's layout; 0: 500, or 200 for more than 10000 images"),
    MethodOption(
      "negative-samples", \.layout.negativeSampleCount, .integer(in: 0...100),
      help: "images that push an image away for each that draws it"),
    MethodOption(
      "rate", \.layout.rate, .number(in: 1e-6...100), help: "length of the first epoch's steps; it falls to 0"),
    MethodOption(
      "restarts", \.mixture.restarts, .integer(in: 1...1000), help: "fits of the mixture, the most likely is kept"),
    MethodOption("floor", \.mixture.regularisation, .number(in: 0...1), help: "added to the mixture's variances"),
    MethodOption(
      "covariance", \.mixture.covariance, .choice(),
      help: "diagonal: each dimension has a variance; full: all vary together"),
  ]

  public static let metrics = [
    TrainingMetric(
      "crossEntropy", "cross-entropy", decimals: 4, width: 13, curve: .init("cross-entropy of an edge", name: "layout")),
    TrainingMetric("logLikelihood", "log-likelihood", decimals: 4, width: 14),
    TrainingMetric("graphParts", "parts", decimals: 0),
  ]

  public var configuration: Configuration
  public let imageShape: ImageShape
  public private(set) var roundsBegun = 0
  /// Nil before the first round has laid the images out.
  public private(set) var mixture: GaussianMixture?
  public let source: RandomSource
  /// The images trained on and where they are; nil before.
  private var embedded: (images: PlacedImages, layout: UMAP)?
  /// Whether the images loaded are others than those.
  private var isStale = false

  public static let learnt: [StateField<Self>] = [
    .value("position.rounds", \.roundsBegun),
    StateField(save: { $0.saveEmbedding(to: &$1) }, restore: { try $0.restoreEmbedding(from: $1) }),
    .value("stale", \.isStale),
    .optional("mixture", \.mixture) { mixture, method, state in
      try state.require(
        mixture.componentCount == method.clusterCount && mixture.dimension == method.latentSize, "mixture.means",
        "\(method.clusterCount) means of \(method.latentSize) coordinates",
        found: "\(mixture.componentCount) of \(mixture.dimension)")
      try state.requireCovariance(of: mixture, "mixture", method.configuration.mixture.covariance)
    },
  ]

  private func saveEmbedding(to state: inout StateWriter) {
    guard let (images, layout) = embedded else { return }
    images.save(as: "embedding.images", to: &state)
    layout.graph.save(as: "embedding.graph", to: &state)
    layout.positions.save(as: "embedding.positions", to: &state)
  }

  /// The settings of a layout are the configuration's, which no training changes.
  private mutating func restoreEmbedding(from state: StateReader) throws {
    guard state.holds("embedding") else { return }
    let images = try PlacedImages("embedding.images", from: state)
    try state.requireImages(images.images, "embedding.images", imageShape)
    let graph = try SymmetricGraph("embedding.graph", from: state)
    let count = images.images.count
    try state.require(graph.pointCount == count, "embedding.graph", "\(count) points", found: graph.pointCount)
    let positions = try state.matrix("embedding.positions", rows: count, columns: latentSize)
    embedded = (images, UMAP(graph, at: positions, options: configuration.layout))
  }

  /// Throws `ClusteringError.invalidOption` if images may not come closer than likeness reaches.
  public init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws {
    let (least, spread) = (configuration.layout.minimumDistance, configuration.layout.spread)
    guard least <= spread else {
      throw ClusteringError.invalidOption(
        name: "min-distance", found: Number.spelling(least), expected: "at most spread=, \(Number.spelling(spread))"
      ).about("min-distance")
    }
    (self.configuration, self.imageShape, self.source) = (configuration, imageShape, source)
  }

  public var name: String { MethodEntry.umap.name }
  public var clusterCount: Int { configuration.clusterCount }
  public var clusterOfComponent: [Int] { Array(0..<clusterCount) }
  public var latentSize: Int { configuration.layout.dimension }
  public var parameterCount: Int { outline.reduce(0) { $0 + $1.parameterCount } }
  public var outline: [LayerOutline] {
    [
      LayerOutline("graph", "\(configuration.layout.neighbourCount) neighbours an image", [], 0),
      LayerOutline("layout", "a place for each image", [latentSize], 0),
    ]
      + LayerOutline.mixture(
        componentCount: clusterCount, dimension: latentSize, covariance: configuration.mixture.covariance)
  }

  /// The graph and its eigenvectors.
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {
    guard embedded == nil || isStale else { return }
    guard images.count >= clusterCount else {
      throw ClusteringError.tooFewPoints(
        found: images.count, needed: clusterCount, purpose: "a mixture of \(clusterCount) components")
    }
    let points = try pixelPoints(of: images, watch: watch)
    let layout = try UMAP(
      of: points, options: configuration.layout, epochCount: configuration.epochs(for: images.count),
      random: source.derived("umap")
    ) { try watch(.fitting($0)) }
    (embedded, isStale, mixture) = ((PlacedImages(images), layout), false, nil)
  }

  public mutating func forgetImages() { isStale = true }

  public mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport {
    guard var layout = embedded?.layout else { throw MethodError.untrained(action: "a round") }
    let random = source.derived("round").derived(roundsBegun)
    roundsBegun += 1
    // It belongs to places that are left.
    mixture = nil
    let epochs = configuration.epochs(for: images.count)
    let restarts = configuration.mixture.restarts
    var steps = 0
    var isComplete = true
    var crossEntropy = 0.0
    var likelihood = -Double.infinity
    let parts = Double(layout.partCount)
    func report() -> StepReport {
      steps += 1
      return StepReport(
        step: steps, images: min(steps, epochs) * images.count, metrics: [crossEntropy, likelihood, parts],
        fraction: Double(steps) / Double(epochs + restarts))
    }
    layout.layOut(epochCount: epochs, random: random.derived("layout")) { progress in
      crossEntropy = progress.crossEntropy
      isComplete = afterStep(report())
      return isComplete
    }
    embedded?.layout = layout
    let positions = layout.positions
    var single = configuration.mixture
    single.restarts = 1
    for restart in 0..<restarts where isComplete {
      do {
        let fit = try GaussianMixture.fit(
          positions, componentCount: clusterCount, options: single, random: random.derived("mixture").derived(restart))
        if fit.logLikelihood > likelihood { (mixture, likelihood) = (fit.mixture, fit.logLikelihood) }
        isComplete = afterStep(report())
      } catch is Interrupted {
        isComplete = false
      }
    }
    return EpochReport(
      metrics: [crossEntropy, likelihood, parts], images: min(steps, epochs) * images.count, stepsDone: steps,
      isComplete: isComplete)
  }

  public mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int] {
    try assignments(ofLatents: latents(of: images, watch: watch))
  }

  public func requireClusters(for action: String) throws {
    guard mixture != nil else { throw MethodError.untrained(action: action) }
  }

  public func latents(of images: ImageSet, watch: Watch) throws -> Matrix {
    guard let embedded else { throw MethodError.untrained(action: "a place among the images trained on") }
    return try embedded.images.positions(
      of: images, from: embedded.layout.positions, neighbourCount: configuration.layout.neighbourCount,
      points: { try pixelPoints(of: $0, watch: watch) }, shares: UMAP.shares(ofSquaredDistances:))
  }

  public func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix {
    guard let mixture else { throw MethodError.untrained(action: "a cluster's probability") }
    return try mixture.responsibilities(of: latents)
  }

  public func assignments(ofLatents latents: Matrix) throws -> [Int] {
    guard let mixture else { throw MethodError.untrained(action: "an assignment to clusters") }
    return try mixture.assignments(of: latents)
  }
}
