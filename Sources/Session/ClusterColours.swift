import ClusteringMethods
import CommandLanguage
import Datasets
import Evaluation

/// What clusters are called and coloured in pictures: by the classes that they are matched to, where there are labels.
struct ClusterColours {
  private let matching: [Int?]
  private let labels: Labels?

  init(_ session: SessionState, _ model: any ClusteringMethod, for action: String, _ environment: Environment) throws {
    guard session.dataset?.labels != nil, (try? session.datasetAndModel(for: action)) != nil else {
      (matching, labels) = ([], nil)
      return
    }
    let evaluation = try ClusterEvaluation(.all, of: session, for: action, environment)
    (matching, labels) = (evaluation.score?.matching ?? [], session.dataset?.labels)
  }

  private func label(_ cluster: Int) -> Int? { cluster < matching.count ? matching[cluster] : nil }

  /// "3", or with the class that it is matched to "3: seven".
  func name(_ cluster: Int) -> String {
    guard let labels, let label = label(cluster) else { return "\(cluster)" }
    return "\(cluster): \(labels.names[label])"
  }

  /// Of so many clusters; nil for one after the other.
  func paletteIndices(_ count: Int) -> [Int]? {
    guard let labels else { return nil }
    var further = labels.classCount
    return (0..<count).map { cluster in
      if let label = label(cluster) { return label }
      further += 1
      return further - 1
    }
  }
}
