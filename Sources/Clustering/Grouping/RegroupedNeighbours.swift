import TensorEngine

/// What clusters are called once some of them were joined: the joined one has the smallest of their numbers, and those
/// above a number that is gone move down. The new number of each old one.
public func clusterNumbers(joining clusters: [Int], of count: Int) -> [Int] {
  precondition(
    Set(clusters).count == clusters.count && clusters.count > 1 && clusters.allSatisfy { (0..<count).contains($0) },
    "\(clusters) cannot be joined: there are \(count) clusters")
  let kept = clusters.min()!
  let gone = clusters.filter { $0 != kept }
  return (0..<count).map { number in
    let old = gone.contains(number) ? kept : number
    return old - gone.count { $0 < old }
  }
}

/// A cluster's points divided in two.
package struct ClusterHalves: Sendable, Equatable {
  /// The rows of the cluster's points.
  package let members: [Int]
  /// The half of each member: 0 the larger one, 1 the other.
  package let halves: [Int]

  /// Halves of `members`, called 0 and 1 in any order; of equally large ones the first stays first.
  init(_ members: [Int], _ halves: [Int]) {
    let isSecondLarger = 2 * halves.reduce(0, +) > halves.count
    (self.members, self.halves) = (members, isSecondLarger ? halves.map { 1 - $0 } : halves)
  }
}

extension NeighbourClusters {
  /// The same points with some of the clusters as one, numbered as `clusterNumbers` says.
  ///
  /// Takes as long as the graph of neighbours, which is made again. Throws `Interrupted`.
  public func joining(_ joined: [Int]) throws -> NeighbourClusters {
    let numbers = clusterNumbers(joining: joined, of: clusterCount)
    return try regrouped(clusters.map { numbers[$0] }, count: clusterCount - joined.count + 1) { joined.contains($0) }
  }

  /// The same points with a cluster as two, the larger half under its number, the other under the last: two-means of its
  /// points, then a vote among each one's neighbours within the cluster.
  ///
  /// Throws `ClusteringError` if the cluster has fewer than two points, and `Interrupted`. At least two of its points are
  /// to be distinct.
  package func splitting(
    _ cluster: Int, random: RandomSource
  ) throws -> (clusters: NeighbourClusters, halves: ClusterHalves) {
    let members = clusters.indices.filter { clusters[$0] == cluster }
    let own = points.selecting(members)
    let start = try KMeans.fit(own, clusterCount: 2, random: random).assignments
    let voted = try NeighbourGraph(of: own, neighbourCount: neighbourCount).voted(start, count: 2, sweeps: 10)
    // Votes may leave nothing of a half that is everywhere among the other.
    let halves = ClusterHalves(members, Set(voted).count == 2 ? voted : start)
    var divided = clusters
    for (member, half) in zip(members, halves.halves) where half == 1 { divided[member] = clusterCount }
    return (try regrouped(divided, count: clusterCount + 1) { $0 == cluster }, halves)
  }

  /// The same points in other clusters. Those whose old cluster `isChanged` are as sure as the share of their neighbours
  /// in the new one; the others as sure as before.
  private func regrouped(
    _ clusters: [Int], count: Int, where isChanged: (Int) -> Bool
  ) throws -> NeighbourClusters {
    let votes = try NeighbourGraph(of: points, neighbourCount: neighbourCount).votes(for: clusters, count: count)
    let confidence = clusters.indices.map { point in
      guard isChanged(self.clusters[point]) else { return self.confidence[point] }
      let all = votes[point * count..<(point + 1) * count].reduce(0, +)
      return Double(votes[point * count + clusters[point]]) / Double(max(all, 1))
    }
    return NeighbourClusters(
      points, clusters, clusterCount: count, confidence: confidence, neighbourCount: neighbourCount, votes: votes)
  }
}
