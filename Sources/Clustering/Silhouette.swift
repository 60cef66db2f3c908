import ElementaryFunctions
import Interruptions
import TensorEngine

/// How much nearer points are to their own cluster than to the next one, without labels.
///
/// Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis" (1987).
public enum Silhouette {
  /// The mean over the points of (b − a) / max(a, b), in −1...1: a is a point's mean Euclidean distance to the others of its
  /// cluster, b the least mean distance to those of another one; 0 for a point alone in its cluster, as scikit-learn has it.
  ///
  /// Takes points²·columns operations. Nil unless there are two clusters at least and fewer than points.
  public static func mean(of points: Matrix, assignments: [Int]) throws(Interrupted) -> Double? {
    precondition(assignments.count == points.rows, "\(assignments.count) assignments for \(points.rows) points")
    var sizes = [Int](repeating: 0, count: (assignments.max() ?? -1) + 1)
    for cluster in assignments { sizes[cluster] += 1 }
    let occupied = sizes.count { $0 > 0 }
    guard occupied >= 2, occupied < points.rows else { return nil }
    let sums = try PointKernels.mapBlocks(of: points.rows, size: 64) { range in
      let distances = PointKernels.squaredDistances(points, range, to: points)
      return range.reduce(0.0) { sum, row in
        let own = assignments[row]
        guard sizes[own] > 1 else { return sum }
        var totals = [Double](repeating: 0, count: sizes.count)
        let start = (row - range.lowerBound) * points.rows
        for other in 0..<points.rows { totals[assignments[other]] += distances[start + other].squareRoot() }
        let within = totals[own] / Double(sizes[own] - 1)
        let next = sizes.indices.filter { $0 != own && sizes[$0] > 0 }.map { totals[$0] / Double(sizes[$0]) }.min()!
        let larger = max(within, next)
        return larger > 0 ? sum + (next - within) / larger : sum
      }
    }
    return sums.reduce(0, +) / Double(points.rows)
  }
}

extension GaussianMixture {
  /// Numbers that a fit of it chooses: weights that sum to 1, means and covariances.
  public var freeParameterCount: Int {
    componentCount * (1 + dimension + covariance.parameters(dimension: dimension).count) - 1
  }

  /// The Bayesian information criterion, of which less is better: p ln n − 2 ln L for p free parameters, n points and their
  /// likelihood L (Schwarz 1978).
  ///
  /// - Parameter logLikelihood: the mean of log p(z) over the points.
  public func informationCriterion(logLikelihood: Double, points: Int) -> Double {
    Double(freeParameterCount) * log(Double(points)) - 2 * Double(points) * logLikelihood
  }
}
