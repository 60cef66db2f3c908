import Clustering
import ClusteringMethods
import Diffusion
import Glibc
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

/// A ClusterDDPM model and everything that its training has come to: network, optimiser, mixture and position.
///
/// A value: a copy is a snapshot, and an operation that throws leaves the model that it was called on to its caller
/// to keep or drop. Equations are numbered as in the paper, Yan et al. 2023, arXiv 2312.08029.
public struct ClusterDDPMModel: ClusteringMethod {
  public var configuration: ModelConfiguration
  public let imageShape: ImageShape
  package internal(set) var network: any ConditionalNetwork
  var optimiser: Adam
  /// The average of the network's weights over the steps; nil where none is kept.
  package internal(set) var weightAverage: WeightAverage?
  /// The prior p(c) = π_c, p(z|c) = N(μ_c, σ_c²) (Eq. 9-10); nil before the first E-step.
  public internal(set) var mixture: GaussianMixture?
  /// The cluster of each component: itself, unless there are more components than clusters or clusters were joined or
  /// split by hand.
  public internal(set) var clusterOfComponent: [Int] = []
  /// The clusters of the images of the last E-step, where the graph of neighbours groups them.
  public internal(set) var neighbourClusters: NeighbourClusters?
  /// What the last groupings by the graph were the consensus of, the latest last.
  var earlierPartitions: [StoredPartitions] = []
  /// What says the cluster of a latent after a tightening; nil where mixture or neighbours do.
  package internal(set) var clusterClassifier: ClusterClassifier?
  /// w of every training image at the last E-step or merge, for `ResponsibilitySource.fixed`.
  package internal(set) var heldResponsibilities: Matrix?
  /// Epochs of pretraining begun; with `roundsBegun`, the position that the random draws depend on.
  public internal(set) var pretrainingEpochsBegun = 0
  /// M-steps begun.
  public internal(set) var roundsBegun = 0
  public let source: RandomSource
  /// While images are drawn to their clusters.
  package internal(set) var tightening: Tightening?
  /// How it trains: alone unless it is given peers.
  public var trainer = Trainer()

  /// An untrained model for images of `imageShape`; `source` decides its start and all its later draws.
  ///
  /// Throws `ModelError` if the preset's network does not take such images or a size does not fit.
  public init(_ configuration: ModelConfiguration, images imageShape: ImageShape, source: RandomSource) throws {
    let design = configuration.design
    guard design.accepts(imageShape) else {
      throw ModelError.imageShape(
        imageShape, preset: configuration.preset, requirement: design.imageRequirement)
    }
    guard configuration.channelCount > 0 && configuration.channelCount % 8 == 0 else {
      throw ModelError.channelCount(configuration.channelCount).about("channels")
    }
    guard configuration.componentCount >= configuration.clusterCount else {
      throw ModelError.fewerComponents(configuration.componentCount, clusters: configuration.clusterCount)
        .about("components")
    }
    if configuration.schedule.isEmptyAtItsEnd, configuration.target == .noise {
      throw ModelError.nothingToPredict.about("schedule")
    }
    self.configuration = configuration
    self.imageShape = imageShape
    self.source = source
    let parameterCount = design.parameterCount(imageShape, configuration.channelCount, configuration.latentSize)
    guard parameterCount <= Self.largestParameterCount else {
      throw ModelError.tooLarge(parameters: parameterCount, limit: Self.largestParameterCount).about("channels")
    }
    network = design.network(
      imageShape, configuration.channelCount, configuration.latentSize, source.derived("initialisation"))
    try Interruption.check()
    if configuration.averaging > 0 { weightAverage = WeightAverage(network: network) }
    optimiser = Self.optimiser(configuration)
  }

  /// As many as the machine's memory holds with what training keeps of each: its gradient and two moments.
  private static let largestParameterCount =
    sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / (4 * MemoryLayout<Float>.stride)

  static func optimiser(_ configuration: ModelConfiguration) -> Adam {
    Adam(learningRate: configuration.learningRate, clippingNorm: configuration.clippingNorm)
  }

  /// The network for everything but training steps.
  var evaluatedNetwork: any ConditionalNetwork { weightAverage?.network ?? network }

  public var name: String { configuration.preset }
  /// The clusters asked for; where nothing groups components, as many as there are of those, but for what was joined by
  /// hand.
  public var clusterCount: Int {
    guard configuration.grouping == .none else { return configuration.clusterCount }
    return clusterOfComponent.max().map { $0 + 1 } ?? configuration.componentCount
  }
  public var requestedClusterCount: Int { configuration.clusterCount }
  public var componentCount: Int { configuration.componentCount }
  public var latentSize: Int { configuration.latentSize }
  /// Number of learned numbers in encoder and U-Net.
  public var parameterCount: Int { network.parameterCount }
  public var outline: [LayerOutline] { network.outline }

  /// Every tensor of the network's state, by path.
  public var networkState: [(path: String, kind: StateKind, tensor: Tensor)] { network.state }

  /// Numbers in the model's pixel range as bytes, rounded, with what lies outside cut off.
  func imageSet(of tensor: Tensor) -> ImageSet {
    ImageSet(
      floats: tensor.scalars, count: tensor.shape[0], height: imageShape.height, width: imageShape.width,
      channelCount: imageShape.channels, range: configuration.pixelRange)
  }
}

extension ModelConfiguration {
  /// Images at `indices` as `[indices.count, height, width, channels]` in the pixel range that the network sees.
  func tensor(of images: ImageSet, at indices: some Collection<Int>) -> Tensor {
    Tensor(
      images.floats(at: indices, in: pixelRange), shape: [indices.count] + ImageShape(of: images).dimensions)
  }
}
