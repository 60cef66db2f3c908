import Interruptions
import TensorEngine

/// How far samples lie where real points do, and the other way round: improved precision and recall.
///
/// Kynkäänniemi, Karras, Laine, Lehtinen and Aila, "Improved precision and recall metric for assessing generative models"
/// (2019). The manifold of some points is taken to be what lies within the balls about them that reach their k-th nearest
/// other point.
public struct ManifoldOverlap: Sendable, Equatable {
  /// The share of the samples that lie on the manifold of the real points.
  public let precision: Double
  /// The share of the real points that lie on the manifold of the samples.
  public let recall: Double

  /// Both counts grow or fall with the number of points that a manifold is made of: compare those of as many.
  ///
  /// Takes real·samples·columns operations in single precision. Throws `ClusteringError` if there are not more of either
  /// than `neighbourCount`, the columns differ or a coordinate is not finite, and `Interrupted`.
  public init(of samples: Matrix, and real: Matrix, neighbourCount: Int = 3) throws {
    guard samples.columns == real.columns else {
      throw ClusteringError.dimensionMismatch(found: samples.columns, expected: real.columns)
    }
    for points in [samples, real] {
      guard points.rows > neighbourCount else {
        throw ClusteringError.tooFewPoints(
          found: points.rows, needed: neighbourCount + 1, purpose: "a manifold by \(neighbourCount) neighbours")
      }
      try points.requireFinite()
    }
    precision = try Self.share(of: samples, onManifoldOf: real, neighbourCount)
    recall = try Self.share(of: real, onManifoldOf: samples, neighbourCount)
  }

  private static func share(
    of points: Matrix, onManifoldOf others: Matrix, _ neighbourCount: Int
  ) throws(Interrupted) -> Double {
    let neighbours = try NearestNeighbours(within: others, count: neighbourCount)
    let search = try PairSearch(points, queries: others)
    let parts = try PointKernels.mapBlocks(of: others.rows, size: PairSearch.blockSize) { range in
      let block = search.block(queries: range.map { Int32($0) })
      let limits = range.map { neighbours.squaredDistances[($0 + 1) * neighbourCount - 1] }
      var found = PairSearch.Found(queryCount: range.count)
      var isCovered = [Bool](repeating: false, count: points.rows)
      let (bounds, farthest) = (search.leastDistances(from: block), limits.reduce(0, max))
      for (number, candidates) in search.blocks.enumerated() where bounds[number] <= farthest {
        search.find(block, inBlock: number, limits: limits, into: &found)
        for pair in 0..<found.count { isCovered[Int(candidates.rows[found[pair].point])] = true }
      }
      return isCovered
    }
    let covered = (0..<points.rows).count { point in parts.contains { $0[point] } }
    return Double(covered) / Double(points.rows)
  }
}
