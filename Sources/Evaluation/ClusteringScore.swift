import ElementaryFunctions

/// How well clusters match classes: the measures of the paper's Table 2, and what they are computed from.
public struct ClusteringScore: Sendable, Equatable {
  public let contingency: ContingencyTable
  /// The class matched to each cluster, one to one; nil for the clusters left over when there are more of them than
  /// classes.
  public let matching: [Int?]
  /// The fraction of points whose cluster is matched to their class, by the best one-to-one matching (Hungarian).
  public let accuracy: Double
  /// Normalised mutual information over the arithmetic mean of the two entropies, as scikit-learn's default; in
  /// [0, 1], and 1 if both sides are a single group.
  public let nmi: Double
  /// The adjusted Rand index (Hubert and Arabie, 1985): 1 for equal partitions, about 0 for unrelated ones.
  public let ari: Double
  /// The fraction of points that are of their cluster's most frequent class: the accuracy that merging clusters well
  /// could reach.
  public let purity: Double

  /// Compares `assignments` with `labels`; traps if there are none, or not as many of one as of the other.
  public init(assignments: [Int], labels: Labels, clusterCount: Int? = nil) {
    self.init(ContingencyTable(assignments: assignments, labels: labels, clusterCount: clusterCount))
  }

  /// Scores a table of counts; traps if it is empty.
  public init(_ contingency: ContingencyTable) {
    precondition(contingency.total > 0, "no points, no score")
    let total = Double(contingency.total)
    let matching = optimalAssignment(
      profits: contingency.counts.map(Double.init), rows: contingency.clusterCount, columns: contingency.classCount)
    var matched = 0
    for (cluster, label) in matching.enumerated() {
      if let label { matched += contingency[cluster, label] }
    }
    var majority = 0
    for cluster in 0..<contingency.clusterCount {
      majority += (0..<contingency.classCount).map { contingency[cluster, $0] }.max()!
    }
    self.contingency = contingency
    self.matching = matching
    self.accuracy = Double(matched) / total
    self.nmi = contingency.normalisedMutualInformation
    self.ari = contingency.adjustedRandIndex
    self.purity = Double(majority) / total
  }

  /// The class that the matching predicts for each point, nil where its cluster has none.
  public func predictedClasses(of assignments: [Int]) -> [Int?] {
    assignments.map { matching[$0] }
  }
}

extension ClusteringScore {
  /// Of each class the fraction of its points that are in the cluster matched to it: 0 where none is; nil for a class
  /// without points.
  public var classAccuracies: [Double?] {
    let sizes = contingency.classSizes
    return (0..<contingency.classCount).map { label in
      guard sizes[label] > 0 else { return nil }
      let cluster = matching.firstIndex(of: label)
      return cluster.map { Double(contingency[$0, label]) / Double(sizes[label]) } ?? 0
    }
  }

  /// 1 − H(class | cluster) / H(class): 1 where each cluster holds a single class (Rosenberg and Hirschberg 2007).
  public var homogeneity: Double { share(ofEntropy: contingency.classSizes) }

  /// 1 − H(cluster | class) / H(cluster): 1 where each class lies in a single cluster.
  public var completeness: Double { share(ofEntropy: contingency.clusterSizes) }

  /// The harmonic mean of homogeneity and completeness.
  public var vMeasure: Double {
    let sum = homogeneity + completeness
    return sum == 0 ? 0 : 2 * homogeneity * completeness / sum
  }

  /// How much of a side's entropy the other side tells; 1 where it has none.
  private func share(ofEntropy sizes: [Int]) -> Double {
    let entropy = contingency.entropy(sizes)
    return entropy == 0 ? 1 : min(1, contingency.mutualInformation / entropy)
  }
}

extension ContingencyTable {
  /// In natural logarithms.
  fileprivate func entropy(_ sizes: [Int]) -> Double {
    let total = Double(self.total)
    return sizes.reduce(0) { $1 == 0 ? $0 : $0 - Double($1) / total * log(Double($1) / total) }
  }

  /// I(U; V), in natural logarithms; 0 where rounding alone makes it more.
  fileprivate var mutualInformation: Double {
    let (clusters, classes, total) = (clusterSizes, classSizes, Double(self.total))
    var information = 0.0
    for cluster in 0..<clusterCount {
      for label in 0..<classCount where self[cluster, label] > 0 {
        let joint = Double(self[cluster, label])
        information += joint / total * log(joint / Double(clusters[cluster]) * (total / Double(classes[label])))
      }
    }
    return information <= Double.ulpOfOne ? 0 : information
  }

  /// I(U; V) / ((H(U) + H(V)) / 2), in natural logarithms.
  var normalisedMutualInformation: Double {
    let clusters = clusterSizes
    let classes = classSizes
    // scikit-learn's conventions: nothing to learn on either side is full agreement.
    let occupied = (clusters.count { $0 > 0 }, classes.count { $0 > 0 })
    if occupied == (1, 1) { return 1 }
    let information = mutualInformation
    // Rounding leaves independent partitions a hair off 0, and equal ones off 1.
    if information == 0 { return 0 }
    return min(1, information / ((entropy(clusters) + entropy(classes)) / 2))
  }

  var adjustedRandIndex: Double {
    /// Ordered pairs of different points within groups of these sizes.
    func pairs(_ sizes: [Int]) -> Double { sizes.reduce(0) { $0 + Double($1) * Double($1 - 1) } }
    let total = Double(self.total)
    let together = pairs(counts)
    let inClusters = pairs(clusterSizes)
    let inClasses = pairs(classSizes)
    let expected = total > 1 ? inClusters * inClasses / (total * (total - 1)) : 0
    let largest = (inClusters + inClasses) / 2
    return largest == expected ? 1 : (together - expected) / (largest - expected)
  }
}
