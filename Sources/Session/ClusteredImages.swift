import Clustering
import ClusteringMethods
import Images

/// What the model makes of images.
struct ClusteredImages {
  let model: any ClusteringMethod
  /// An image a row.
  let latents: Matrix
  /// log σ² of each latent, where the method has them as means.
  let logVariances: Matrix?
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
    self.model = model
    let label = action.split(separator: " ").first.map(String.init) ?? action
    let watch = MethodWork(label, environment).watch
    let encoded = try (model as? any EncodingMethod)?.encoded(images, watch: watch)
    latents = try encoded?.means ?? model.latents(of: images, watch: watch)
    logVariances = encoded?.logVariances
    assignments = try model.assignments(ofLatents: latents)
  }

  /// p(cluster | image): images by clusters.
  func probabilities() throws -> Matrix { try model.clusterProbabilities(ofLatents: latents) }
}
