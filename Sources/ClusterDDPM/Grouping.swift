import Clustering
import ClusteringMethods
import Options

extension ClusterDDPMModel {
  /// What an E-step says of clusters: the cluster of each component, those of the images where the graph of neighbours
  /// says them, and the cluster of each image.
  typealias Grouped = (
    clusterOfComponent: [Int], images: NeighbourClusters?, assignments: [Int], partitions: [[Int]]
  )

  /// K as the latents have it.
  func foundClusterCount(_ means: Matrix, watch: Watch) throws -> Int {
    try ClusterCount(
      among: means, most: min(40, configuration.componentCount), capacity: configuration.graph.capacity,
      random: source.derived("count").derived(roundsBegun)
    ) { done, count in
      try watch(.fitting("the number of clusters, \(min(done + 1, count)) of \(count) numbers"))
    }.best
  }

  /// Which components, or images, make one cluster, as the configuration has it.
  ///
  /// - Parameters:
  ///   - means: μ of every image.
  ///   - points: what `mixture` was fitted to.
  ///   - clusters: K.
  func grouped(
    _ means: Matrix, _ points: Matrix, _ mixture: GaussianMixture, _ grouping: Grouping, into clusters: Int,
    watch: Watch
  ) throws -> Grouped {
    let components = try mixture.assignments(of: means)
    switch grouping {
    case .consensus where mixture.componentCount > clusters:
      let groups = try mixture.merged(
        to: clusters, by: .consensus, points: points, random: source.derived("merge")
      ).groups
      return (groups, nil, components.map { groups[$0] }, [])
    case .none, .consensus:
      // Nothing to find: what there is stays, as it was joined or split by hand.
      let homes = clusterOfComponent.isEmpty ? Array(0..<mixture.componentCount) : clusterOfComponent
      return (homes, nil, components.map { homes[$0] }, [])
    case .graph:
      let grouping = try GraphGrouping(
        of: means, clusterCount: clusters, options: configuration.graph,
        random: source.derived("graph").derived(roundsBegun),
        earlier: earlierPartitions.flatMap { $0.partitions(of: means.rows, into: clusters) }
      ) { done, count in
        try watch(.fitting("clusters to the graph of neighbours, partition \(min(done + 1, count)) of \(count)"))
      }
      let homes = Self.clusters(ofComponents: components, mixture.componentCount, grouping.assignments, clusters)
      let images = NeighbourClusters(grouping, of: means, clusterCount: clusters)
      return (homes, images, grouping.assignments, grouping.partitions)
    }
  }

  /// The cluster that most of each component's images are in; a cluster that would have none gets the component in which
  /// it has the most, of those that another can spare.
  private static func clusters(
    ofComponents components: [Int], _ componentCount: Int, _ clusters: [Int], _ clusterCount: Int
  ) -> [Int] {
    var counts = Matrix(rows: componentCount, columns: clusterCount)
    for (component, cluster) in zip(components, clusters) { counts[component, cluster] += 1 }
    var home = counts.largestColumns
    for cluster in 0..<clusterCount where !home.contains(cluster) {
      let spare = home.indices.filter { component in home.count { $0 == home[component] } > 1 }
      guard let best = spare.max(by: { (counts[$0, cluster], $1) < (counts[$1, cluster], $0) }) else { continue }
      home[best] = cluster
    }
    return home
  }
}

/// Partitions of the training images that a grouping came from, kept small.
struct StoredPartitions: Sendable {
  let clusters: [[UInt16]]
  let clusterCount: Int

  init(_ partitions: [[Int]], into clusterCount: Int) {
    clusters = partitions.map { $0.map(UInt16.init) }
    self.clusterCount = clusterCount
  }

  /// Them, if they are of so many images into so many clusters; else none.
  func partitions(of imageCount: Int, into clusterCount: Int) -> [[Int]] {
    guard clusters.first?.count == imageCount, self.clusterCount == clusterCount else { return [] }
    return clusters.map { $0.map(Int.init) }
  }
}

extension ClusterDDPMModel {
  /// Of neighbours' clusters: that they are of like size.
  public var assumption: String? {
    guard neighbourClusters != nil, let capacity = configuration.graph.capacity else { return nil }
    return
      "taken for granted: clusters of like size, none joined beyond \(capacity) times the mean (capacity=0: of any)"
  }
}

extension ClusterDDPMModel: CountingMethod {
  public var findsClusterCount: Bool { configuration.findsClusterCount }

  public mutating func findClusterCount() throws {
    guard configuration.grouping == .graph else {
      throw MethodError.cannotCount(
        method: "\(name) with grouping=\(configuration.grouping)", instead: "grouping=graph"
      )
      .about("clusters")
    }
    configuration.findsClusterCount = true
  }
}
