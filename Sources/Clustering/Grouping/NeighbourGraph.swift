import ElementaryFunctions
import TensorEngine

/// The graph of each point's nearest others, by exact Euclidean distance: what is known of clusters before any is drawn.
public struct NeighbourGraph: Sendable, Equatable {
  public let neighbours: NearestNeighbours
  public let pointCount: Int

  /// Joins each of `points` to its `neighbourCount` nearest others, or to all where there are fewer.
  ///
  /// Takes points²·columns operations. Throws `ClusteringError` if there are fewer than two points or a coordinate is not
  /// finite.
  public init(of points: Matrix, neighbourCount: Int) throws {
    guard points.rows >= 2 else {
      throw ClusteringError.tooFewPoints(found: points.rows, needed: 2, purpose: "a graph of neighbours")
    }
    try points.requireFinite()
    neighbours = try NearestNeighbours(within: points, count: min(neighbourCount, points.rows - 1))
    pointCount = points.rows
  }

  /// Edges between the parts of a partition into `count`, counted from both ends, and the points of each part.
  package func edges(between partition: [Int], count: Int) -> PairSums {
    var sums = PairSums(
      pairs: Matrix(rows: count, columns: count), masses: [Double](repeating: 0, count: count))
    for point in 0..<pointCount {
      let part = partition[point]
      sums.masses[part] += 1
      for neighbour in neighbours.indices(ofRow: point) {
        let other = partition[Int(neighbour)]
        sums.pairs[part, other] += 1
        sums.pairs[other, part] += 1
      }
    }
    return sums
  }

  /// What the part of a point tells about that of a neighbour, in nats: Σ P_cd log(P_cd / (P_c P_d)), P being the shares
  /// of the edges between parts. Of two partitions into as many parts the one that cuts fewer edges, and those of more
  /// even parts, has the larger.
  public func information(of partition: [Int], count: Int) -> Double {
    NeighbourInformation(edges(between: partition, count: count).pairs).value
  }

  /// The votes of each point's neighbours for the parts of a partition: edges in both directions, `[points, count]`.
  package func votes(for partition: [Int], count: Int) -> [Int32] {
    var votes = [Int32](repeating: 0, count: pointCount * count)
    for point in 0..<pointCount {
      for neighbour in neighbours.indices(ofRow: point) {
        votes[point * count + partition[Int(neighbour)]] += 1
        votes[Int(neighbour) * count + partition[point]] += 1
      }
    }
    return votes
  }

  /// A partition in which neighbours have voted: `sweeps` times each point goes to the part that most of its neighbours
  /// are in, all points at once; of equally many votes its own part wins, then the first.
  ///
  /// This is iterated conditional modes on a Potts field over the graph (Besag, "On the statistical analysis of dirty
  /// pictures", 1986), updated in parallel.
  package func voted(_ partition: [Int], count: Int, sweeps: Int) -> [Int] {
    var partition = partition
    for _ in 0..<sweeps {
      let votes = votes(for: partition, count: count)
      var next = partition
      for point in 0..<pointCount {
        var best = partition[point]
        for part in 0..<count where votes[point * count + part] > votes[point * count + best] { best = part }
        next[point] = best
      }
      if next == partition { break }
      partition = next
    }
    return partition
  }
}
