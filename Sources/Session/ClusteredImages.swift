import Clustering
import ClusteringMethods
import Images
import Interruptions

/// What the model makes of images.
struct ClusteredImages {
  let model: any ClusteringMethod
  private let images: ImageSet
  /// An image a row; nil where they are the pixels, which are there already.
  private let found: Matrix?
  /// log σ² of each latent, where the method has them as means.
  private(set) var logVariances: Matrix?
  /// The cluster of each image: that of its most probable component, where there are components.
  let assignments: [Int]

  /// Encodes and assigns all loaded images; throws for `action`, which says what needs it, if there is no data set,
  /// model or cluster.
  init(_ session: SessionState, for action: String, _ environment: Environment) throws {
    let (dataset, model) = try session.datasetAndModel(for: action)
    try self.init(dataset.images, model, for: action, environment)
  }

  /// The same of any images that fit the model.
  init(
    _ images: ImageSet, _ model: any ClusteringMethod, for action: String, _ environment: Environment
  ) throws {
    try model.requireClusters(for: action)
    (self.model, self.images) = (model, images)
    if let model = model as? any PixelMethod {
      (found, logVariances) = (nil, nil)
      assignments = try Self.inParts(images.count) {
        try model.assignments(ofLatents: model.latents(of: images, at: $0))
      }
    } else {
      let label = action.split(separator: " ").first.map(String.init) ?? action
      let watch = MethodWork(label, environment).watch
      let encoded = try (model as? any EncodingMethod)?.encoded(images, watch: watch)
      let latents = try encoded?.means ?? model.latents(of: images, watch: watch)
      (found, logVariances) = (latents, encoded?.logVariances)
      assignments = try model.assignments(ofLatents: latents)
    }
  }

  /// Of each image, what stands for it.
  func latents() throws -> Matrix { try found ?? model.latents(of: images) }

  /// Numbers that stand for an image.
  var latentSize: Int { found?.columns ?? model.latentSize }

  /// The latents of neighbouring images.
  func latents(at places: Range<Int>) -> Matrix {
    if let found { return Matrix(rows: places.count, columns: found.columns, elements: Array(found.rows(places))) }
    guard let model = model as? any PixelMethod else { preconditionFailure("only pixels are not kept") }
    return model.latents(of: images, at: places)
  }

  /// The latents of some images, in their order.
  func latents(ofImages indices: [Int]) throws -> Matrix {
    try found?.selecting(indices) ?? model.latents(of: images.selecting(indices))
  }

  /// The mean of log p(latent) under a mixture.
  func logLikelihood(under mixture: GaussianMixture) throws -> Double {
    let sums = try Self.inParts(images.count) { places in
      [try mixture.logLikelihood(of: latents(at: places)) * Double(places.count)]
    }
    return sums.reduce(0, +) / Double(images.count)
  }

  /// `logVariances`, which are forgotten here: of many images they are large.
  mutating func takeLogVariances() -> Matrix? {
    defer { logVariances = nil }
    return logVariances
  }

  /// p(cluster | image): images by clusters.
  func probabilities() throws -> Matrix {
    let elements = try Self.inParts(images.count, each: model.clusterCount) { places in
      try model.clusterProbabilities(ofLatents: latents(at: places)).elements
    }
    return Matrix(
      rows: images.count, columns: images.count == 0 ? 0 : elements.count / images.count, elements: elements)
  }

  /// Images that are looked at together: what is worked out for each component need not be there for all of them at once.
  private static let partSize = 5_000

  private static func inParts<Element>(
    _ count: Int, each size: Int = 1, _ body: (Range<Int>) throws -> [Element]
  ) throws -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count * size)
    for start in stride(from: 0, to: count, by: partSize) {
      try Interruption.check()
      elements += try body(start..<min(start + partSize, count))
    }
    return elements
  }
}
