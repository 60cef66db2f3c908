import Baselines
import COpenBLAS
import ClusterDDPM
import Clustering
import ClusteringMethods
import Diffusion
import Images
import TensorEngine

/// Something to be timed; made once, then run again and again.
protocol Workload {
  /// Images or iterations of one run.
  var amount: Int { get }
  mutating func run() throws
}

/// Whose settings are timed.
private let mnist = ImageTraits(shape: ImageShape(height: 28, width: 28, channels: 1), count: 70_000, margin: 0.2)

/// Epochs of the M-step over random images: encoder, U-Net, Eq. 24 with live responsibilities, backward, Adam.
struct TrainingWork: Workload {
  private var model: ClusterDDPMModel
  private let images: ImageSet

  var amount: Int { images.count }

  init(_ preset: Preset, steps: Int) throws {
    var configuration = preset.configuration(clusterCount: 10, for: mnist)
    configuration.responsibilities = .live
    configuration.motion = nil
    images = randomImages(steps * configuration.batchSize)
    model = try ClusterDDPMModel(configuration, images: ImageShape(of: images), source: RandomSource(seed: 1))
    try model.expectationStep(on: images.selecting(0..<128))
  }

  mutating func run() throws {
    _ = try model.trainRound(on: images) { _ in true }
  }
}

/// Rounds of an adversarial method with its published settings over random images.
struct AdversarialWork: Workload {
  private var method: any ClusteringMethod
  private let images: ImageSet
  private let steps: Int

  var amount: Int { images.count }

  /// - Parameter steps: of a run, where a round takes longer.
  init(
    _ entry: MethodEntry, images count: Int, settings: [String: any Sendable] = [:], steps: Int = .max
  ) throws {
    images = randomImages(count)
    method = try entry.method(settings, clusterCount: 10, images: mnist, source: RandomSource(seed: 1))
    self.steps = steps
    try method.beginTraining(on: images) { _ in }
  }

  mutating func run() throws {
    let steps = steps
    _ = try method.trainRound(on: images) { $0.step < steps }
  }
}

/// DDIM sampling of 100 images in 50 steps.
struct SamplingWork: Workload {
  private let model: ClusterDDPMModel
  let amount = 100

  init(_ preset: Preset) throws {
    let images = randomImages(128)
    var model = try ClusterDDPMModel(
      preset.configuration(clusterCount: 10, for: mnist), images: ImageShape(of: images), source: RandomSource(seed: 1))
    try model.expectationStep(on: images)
    self.model = model
  }

  func run() throws {
    _ = try model.samples(
      perCluster: 10, clusters: Array(0..<10), options: SamplingOptions(method: .ddim, steps: 50))
  }
}

/// The encoder over many images, in evaluation mode.
struct EncodingWork: Workload {
  private let model: ClusterDDPMModel
  private let images: ImageSet

  var amount: Int { images.count }

  init(_ preset: Preset, images count: Int) throws {
    images = randomImages(count)
    model = try ClusterDDPMModel(
      preset.configuration(clusterCount: 10, for: mnist), images: ImageShape(of: images), source: RandomSource(seed: 1))
  }

  func run() throws {
    _ = try model.latents(of: images)
  }
}

/// Expectation-maximisation of a diagonal mixture on 70,000×32 points, K = 10, from a fixed start.
struct MixtureWork: Workload {
  private let points: Matrix
  private let start: GaussianMixture
  private(set) var logLikelihood = 0.0
  let amount = 50

  /// `file`: the points, then the starting means, as raw little-endian doubles.
  init(file: String) throws {
    let numbers = try rawDoubles(file)
    let count = numbers.count / 32 - 10
    points = Matrix(rows: count, columns: 32, elements: Array(numbers.prefix(count * 32)))
    start = GaussianMixture(
      mixingWeights: Array(repeating: 0.1, count: 10),
      means: Matrix(rows: 10, columns: 32, elements: Array(numbers.suffix(320))),
      variances: Matrix(rows: 10, columns: 32, repeating: 1))
  }

  mutating func run() throws {
    let options = GaussianMixture.Options(maximumIterations: amount, tolerance: 0, regularisation: 1e-6, restarts: 1)
    logLikelihood = try start.refined(on: points, options: options).logLikelihood
  }
}

/// Lloyd's algorithm on the pixels of images, K = 10, from given centres to its end.
struct KMeansWork: Workload {
  private let points: Matrix
  private let start: Matrix
  private(set) var found: KMeans?
  var amount: Int { found?.iterationCount ?? 0 }

  /// `file`: the points, then the starting centres, as raw little-endian doubles.
  init(file: String) throws {
    let numbers = try rawDoubles(file)
    let size = numbers.count - 10 * 784
    points = Matrix(rows: size / 784, columns: 784, elements: Array(numbers.prefix(size)))
    start = Matrix(rows: 10, columns: 784, elements: Array(numbers.suffix(10 * 784)))
  }

  mutating func run() throws { found = try KMeans.refined(from: start, on: points) }
}

/// The ten nearest of 60,000 images to each of 10,000 others.
struct NeighboursWork: Workload {
  private let points: Matrix
  private let queries: Matrix
  private(set) var found: NearestNeighbours?
  var amount: Int { queries.rows }

  /// `file`: the points, then 10,000 queries, as raw little-endian doubles.
  init(file: String) throws {
    let numbers = try rawDoubles(file)
    let size = numbers.count - 10_000 * 784
    points = Matrix(rows: size / 784, columns: 784, elements: Array(numbers.prefix(size)))
    queries = Matrix(rows: 10_000, columns: 784, elements: Array(numbers.suffix(10_000 * 784)))
  }

  mutating func run() throws { found = try NearestNeighbours(of: queries, among: points, count: 10) }

  /// The distances of all queries to their neighbours, summed.
  var sum: Double { found?.squaredDistances.reduce(0) { $0 + $1.squareRoot() } ?? 0 }
}

/// A whole t-SNE with its search for neighbours, by the defaults.
struct TSNEWork: Workload {
  private let points: Matrix
  /// x and y of each point in turn, after a run.
  private(set) var positions: [Double] = []

  var amount: Int { points.rows }

  /// `file`: the points as raw little-endian doubles.
  init(file: String, columns: Int) throws {
    let numbers = try rawDoubles(file)
    points = Matrix(rows: numbers.count / columns, columns: columns, elements: numbers)
  }

  mutating func run() throws {
    positions = try TSNE(of: points).embedding.elements
  }

  /// KL(P‖Q) of positions, by exact affinities and sums over all pairs.
  func divergence(of positions: [Double]) throws -> Double {
    try TSNE(
      affinities: TSNEAffinities(of: points, perplexity: 30),
      start: Matrix(rows: points.rows, columns: 2, elements: positions),
      options: TSNE.Options(earlyIterations: 0, iterations: 0, repulsion: .exact)
    ).klDivergence
  }
}

/// OpenBLAS's product of square matrices on one thread: what the training step's rate is compared with.
struct ProductWork: Workload {
  private static let side = 768
  private static let repetitions = 20
  private let a = [Float](repeating: 1, count: side * side)
  private var c = [Float](repeating: 0, count: side * side)

  /// Floating-point operations, in millions.
  let amount = repetitions * 2 * side * side * side / 1_000_000

  mutating func run() {
    openblas_set_num_threads(1)
    let n = blasint(Self.side)
    for _ in 0..<Self.repetitions {
      cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, a, n, 0, &c, n)
    }
  }
}

private func randomImages(_ count: Int) -> ImageSet {
  let pixels = RandomSource(seed: 0).uniforms(count: count * 784).map { UInt8($0 * 256) }
  return ImageSet(count: count, height: 28, width: 28, channelCount: 1, pixels: pixels)
}
