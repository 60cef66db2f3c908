import Clustering
import ClusteringMethods

extension ClusterDDPMModel {
  /// Says which components, or images, make one cluster, as the configuration has it.
  ///
  /// - Parameters:
  ///   - means: μ of every image.
  ///   - points: what `mixture` was fitted to.
  mutating func group(_ means: Matrix, _ points: Matrix, _ mixture: GaussianMixture, watch: Watch) throws {
    let clusters = configuration.clusterCount
    neighbourClusters = nil
    switch configuration.grouping {
    case .none: clusterOfComponent = Array(0..<mixture.componentCount)
    case .consensus:
      clusterOfComponent =
        mixture.componentCount > clusters
        ? try mixture.merged(to: clusters, by: .consensus, points: points, random: source.derived("merge")).groups
        : Array(0..<mixture.componentCount)
    case .graph:
      let grouping = try GraphGrouping(
        of: means, clusterCount: clusters, options: .init(pointCount: means.rows, clusterCount: clusters),
        random: source.derived("graph").derived(roundsBegun)
      ) { done, count in
        try watch(.fitting("clusters to the graph of neighbours, partition \(min(done + 1, count)) of \(count)"))
      }
      neighbourClusters = NeighbourClusters(grouping, of: means, clusterCount: clusters)
      clusterOfComponent = Self.clusters(
        ofComponents: mixture.assignments(of: means), mixture.componentCount, grouping.assignments, clusters)
    }
  }

  /// The cluster that most of each component's images are in; a cluster that would have none gets the component in which
  /// it has the most, of those that another can spare.
  private static func clusters(
    ofComponents components: [Int], _ componentCount: Int, _ clusters: [Int], _ clusterCount: Int
  ) -> [Int] {
    var counts = Matrix(rows: componentCount, columns: clusterCount)
    for (component, cluster) in zip(components, clusters) { counts[component, cluster] += 1 }
    var home = (0..<componentCount).map { component in
      (0..<clusterCount).max { (counts[component, $0], $1) < (counts[component, $1], $0) }!
    }
    for cluster in 0..<clusterCount where !home.contains(cluster) {
      let spare = home.indices.filter { component in home.count { $0 == home[component] } > 1 }
      guard let best = spare.max(by: { (counts[$0, cluster], $1) < (counts[$1, cluster], $0) }) else { continue }
      home[best] = cluster
    }
    return home
  }
}
