import TensorEngine

/// What several partitions of the same points agree on.
///
/// The partitions' parts stand side by side as columns of zeros and ones, each divided by the root of its sum; the leading
/// left singular vectors of that are points in few dimensions, which k-means divides: spectral clustering of the bipartite
/// graph of points and parts (Dhillon, "Co-clustering documents and words using bipartite spectral graph partitioning",
/// 2001; Fern and Brodley, "Solving cluster ensemble problems by bipartite graph partitioning", 2004).
package struct PartitionConsensus {
  /// The cluster of each point.
  package let assignments: [Int]
  /// Of each point the share of partitions whose part of it lies, by most of its points, in the point's cluster.
  package let agreement: [Double]

  /// - Parameters:
  ///   - partitions: at least one, each a part of every point, 0..<count.
  ///   - count: parts of each partition, and of the consensus.
  ///   - kept: the share of the partitions that decide, those that agree best with each other, 0...1: one that is unlike
  ///     the others is more often wrong than they are.
  package init(of partitions: [[Int]], count: Int, kept: Double = 1, random: RandomSource) throws {
    let pointCount = partitions[0].count
    let tables = PartitionTables(of: partitions, count: count)
    let deciding = tables.mostAgreeing(Int((kept * Double(partitions.count)).rounded(.up)))
    let columns = deciding.flatMap { number in (0..<count).map { number * count + $0 } }
    let columnCount = columns.count
    // What parts share, over the roots of their sizes.
    let scales = columns.map { 1 / max(tables[$0, $0], 1).squareRoot() }
    var shared = Matrix(rows: columnCount, columns: columnCount)
    for row in 0..<columnCount {
      for column in 0..<columnCount {
        shared[row, column] = tables[columns[row], columns[column]] * scales[row] * scales[column]
      }
    }
    let leading = try LeadingEigenvectors(of: shared, count: count)
    // U = A V, each row to length 1; the singular values would only scale the columns.
    let factors = (0..<count).map { k in
      let value = max(leading.values[k], 1e-12).squareRoot()
      return (0..<columnCount).map { leading.vectors[k][$0] * scales[$0] / value }
    }
    let rows = Parallel.map(pointCount) { point in
      unit(
        (0..<count).map { k in
          deciding.indices.reduce(0.0) { $0 + factors[k][$1 * count + partitions[deciding[$1]][point]] }
        })
    }
    let embedded = Matrix(rows: pointCount, columns: count, elements: rows.flatMap { $0 })
    assignments = try Self.divided(embedded, count: count, random: random)
    agreement = Self.agreement(of: partitions, with: assignments, count: count)
  }

  /// k-means from the best of 20 starts, which look at a part of the points where there are many.
  private static func divided(_ points: Matrix, count: Int, random: RandomSource) throws -> [Int] {
    let limit = 10_000
    var sample = points
    if points.rows > limit {
      var stream = random.derived("sample").makeStream()
      sample = points.selecting(stream.sample(limit, of: points.rows))
    }
    let found = try KMeans.fit(
      sample, clusterCount: count, options: KMeans.Options(restarts: 20), random: random.derived("starts"))
    return try found.assignments(of: points)
  }

  private static func agreement(of partitions: [[Int]], with clusters: [Int], count: Int) -> [Double] {
    var agreeing = [Double](repeating: 0, count: clusters.count)
    for partition in partitions {
      var overlaps = [Int](repeating: 0, count: count * count)
      for (part, cluster) in zip(partition, clusters) { overlaps[part * count + cluster] += 1 }
      let home = (0..<count).map { part in
        (0..<count).max { (overlaps[part * count + $0], $1) < (overlaps[part * count + $1], $0) }!
      }
      for (point, part) in partition.enumerated() where home[part] == clusters[point] { agreeing[point] += 1 }
    }
    return agreeing.map { $0 / Double(partitions.count) }
  }
}
