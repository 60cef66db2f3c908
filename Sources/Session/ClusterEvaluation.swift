import ClusteringMethods
import Datasets
import Evaluation

/// The clusters of the loaded images beside their classes: what `evaluate` tells and `plot confusion` draws.
struct ClusterEvaluation {
  /// Images looked at.
  let imageCount: Int
  let clusterCount: Int
  /// The share of the images that each cluster holds.
  let occupancy: [Double]
  /// Nil where there are no labels.
  let score: ClusteringScore?
  let classNames: [String]
  /// The images with what the model makes of them; nil where clusters alone were given.
  private(set) var clustered: ClusteredImages?
  private(set) var labels: Labels?

  /// Encodes and assigns the images of `split`; throws for `action`, which says what needs it, if there is no data set,
  /// model, mixture or image.
  init(_ split: Split, of session: SessionState, for action: String, _ environment: Environment) throws {
    let (dataset, model) = try session.datasetAndModel(for: action)
    try model.requireClusters(for: action)
    let indices = dataset.indices(of: split)
    guard !indices.isEmpty else {
      throw SessionError.emptySplit(split.rawValue, loaded: dataset.contents).about("split")
    }
    let isWhole = indices.count == dataset.count
    let images = isWhole ? dataset.images : dataset.images.selecting(indices)
    let clustered = try ClusteredImages(images, model, for: action, environment)
    self.init(
      clustered.assignments, clusterCount: model.clusterCount,
      labels: dataset.labels.map { isWhole ? $0 : $0.selecting(indices) })
    self.clustered = clustered
  }

  /// Of the cluster of each image, and their labels if there are any.
  init(_ assignments: [Int], clusterCount: Int, labels: Labels?) {
    imageCount = assignments.count
    self.clusterCount = clusterCount
    occupancy = TrainingLog.occupancy(assignments, clusterCount: clusterCount)
    classNames = labels?.names ?? []
    self.labels = labels
    score = labels.map { ClusteringScore(assignments: assignments, labels: $0, clusterCount: clusterCount) }
  }

  /// The clusters in the order of the classes that they are matched to, those left over last.
  var clustersByClass: [Int] {
    guard let score else { return Array(0..<clusterCount) }
    return (0..<clusterCount).sorted { a, b in
      (score.matching[a] ?? Int.max, a) < (score.matching[b] ?? Int.max, b)
    }
  }

  /// The classes of a cluster's images by falling share, those that it has none of left out.
  func classShares(of cluster: Int) -> [(label: Int, share: Double)] {
    guard let score else { return [] }
    let table = score.contingency
    let total = table.clusterSizes[cluster]
    return (0..<table.classCount).filter { table[cluster, $0] > 0 }
      .map { ($0, Double(table[cluster, $0]) / Double(total)) }
      .sorted { ($1.share, $0.label) < ($0.share, $1.label) }
  }

  /// The share of the class that a cluster is matched to, 0 if it has none of it; nil where it is matched to none.
  private func purity(of cluster: Int, _ shares: [(label: Int, share: Double)]) -> Double? {
    score?.matching[cluster].map { matched in shares.first { $0.label == matched }?.share ?? 0 }
  }

  /// A row a cluster: its share of the images, and beside labels the class that it is matched to, the share of that in it
  /// (of its most frequent class where it is matched to none), and what it mixes in.
  var table: Table {
    guard let score else {
      var table = Table([.init("cluster", .integer), .init("images", .percent)])
      for cluster in 0..<clusterCount { table.add([.integer(cluster), .number(occupancy[cluster])]) }
      return table
    }
    var table = Table([
      .init("cluster", .integer), .init("images", .percent), .init("class"), .init("purity", .percent),
      .init("mixed with"),
    ])
    for cluster in 0..<clusterCount {
      let shares = classShares(of: cluster)
      let others = shares.filter { $0.label != score.matching[cluster] && $0.share >= 0.005 }.prefix(3)
      table.add([
        .integer(cluster), .number(occupancy[cluster]),
        shares.isEmpty ? .missing : score.matching[cluster].map { .text(classNames[$0]) } ?? .missing,
        shares.first.map { .number(purity(of: cluster, shares) ?? $0.share) } ?? .missing,
        .text(others.map { "\(classNames[$0.label]) (\(NumberText.percent($0.share)))" }.joined(separator: ", ")),
      ])
    }
    return table
  }
}
