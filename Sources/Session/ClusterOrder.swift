import ClusteringMethods
import Datasets

/// The clusters as pictures with a row for each have them: in the order of the classes that they are matched to, where the
/// loaded images have labels and fit the model; else by their numbers.
struct ClusterOrder {
  let clusters: [Int]
  private let classNames: [Int: String]

  /// - Parameter action: what needs it, for progress and errors.
  init(_ session: SessionState, _ model: any ClusteringMethod, for action: String, _ environment: Environment) throws {
    guard session.dataset?.labels != nil, (try? session.datasetAndModel(for: action)) != nil,
      (try? model.requireClusters(for: action)) != nil
    else {
      (clusters, classNames) = (Array(0..<model.clusterCount), [:])
      return
    }
    let evaluation = try ClusterEvaluation(.all, of: session, for: action, environment)
    clusters = evaluation.clustersByClass
    var names: [Int: String] = [:]
    for cluster in clusters {
      if let label = evaluation.score?.matching[cluster] { names[cluster] = evaluation.classNames[label] }
    }
    classNames = names
  }

  /// Whether clusters are matched to classes.
  var hasClasses: Bool { !classNames.isEmpty }

  /// "cluster 3", with the class that it is matched to, "cluster 3: 7".
  func name(_ cluster: Int) -> String { "cluster \(cluster)" + (classNames[cluster].map { ": \($0)" } ?? "") }
}
