/// How often each cluster meets each class.
public struct ContingencyTable: Sendable, Equatable {
  public let clusterCount: Int
  public let classCount: Int
  /// Counts, row after row: a cluster a row, a class a column.
  public let counts: [Int]

  /// Counts the pairs (assignments[i], labels.classes[i]).
  ///
  /// `clusterCount` is the number of rows; without it the largest assignment settles it. Traps unless there is an
  /// assignment for every label and each is in 0..<clusterCount.
  public init(assignments: [Int], labels: Labels, clusterCount: Int? = nil) {
    precondition(
      assignments.count == labels.count, "\(assignments.count) assignments for \(labels.count) labels")
    let rows = clusterCount ?? (assignments.max() ?? -1) + 1
    var counts = [Int](repeating: 0, count: rows * labels.classCount)
    for (cluster, label) in zip(assignments, labels.classes) {
      precondition((0..<rows).contains(cluster), "cluster \(cluster) is not in 0..<\(rows)")
      counts[cluster * labels.classCount + label] += 1
    }
    self.clusterCount = rows
    self.classCount = labels.classCount
    self.counts = counts
  }

  /// The points of `cluster` that are of class `label`.
  public subscript(cluster: Int, label: Int) -> Int {
    precondition(label >= 0 && label < classCount, "class \(label) is not in 0..<\(classCount)")
    return counts[cluster * classCount + label]
  }

  public var total: Int { counts.reduce(0, +) }
  /// Points of each cluster.
  public var clusterSizes: [Int] {
    (0..<clusterCount).map { cluster in (0..<classCount).reduce(0) { $0 + self[cluster, $1] } }
  }
  /// Points of each class.
  public var classSizes: [Int] {
    (0..<classCount).map { label in (0..<clusterCount).reduce(0) { $0 + self[$1, label] } }
  }
}
