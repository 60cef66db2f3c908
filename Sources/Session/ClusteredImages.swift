import ClusterDDPM
import Clustering

/// What the model makes of the loaded images.
struct ClusteredImages {
  let model: ClusteringModel
  /// The encoder's μ, an image a row.
  let latents: Matrix
  /// p(cluster | image): images by clusters.
  let probabilities: Matrix
  /// The cluster of each image: that of its most probable component.
  let assignments: [Int]

  /// Encodes and assigns all loaded images; throws for `action`, which says what needs it, if there is no data set,
  /// model or mixture.
  init(_ session: SessionState, for action: String, _ environment: Environment) throws {
    let (dataset, model) = try session.datasetAndModel(for: action)
    guard model.mixture != nil else { throw ModelError.noMixture(action: action) }
    self.model = model
    let label = action.split(separator: " ").first.map(String.init) ?? action
    latents = try model.latents(of: dataset.images, afterBatch: EStep.encoding(dataset.count, environment, label))
    probabilities = try model.clusterProbabilities(ofLatents: latents)
    assignments = try model.assignments(ofLatents: latents)
  }
}
