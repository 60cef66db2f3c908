import Interruptions

extension PointKernels {
  /// The sums that one pass of expectation-maximisation or of Lloyd's algorithm needs.
  struct Moments {
    /// Σ_i r_ic, one a component.
    var mass: [Double]
    /// Σ_i r_ic (x_ij − m_cj), components by columns.
    var first: [Double]
    /// Σ_i r_ic (x_ij − m_cj)².
    var second: [Double]
    /// Σ_i log Σ_c exp(…), or the summed squared distances.
    var objective: Double

    init(componentCount: Int, columns: Int) {
      mass = Array(repeating: 0, count: componentCount)
      first = Array(repeating: 0, count: componentCount * columns)
      second = first
      objective = 0
    }

    static func += (sum: inout Moments, part: Moments) {
      for c in sum.mass.indices { sum.mass[c] += part.mass[c] }
      for i in sum.first.indices {
        sum.first[i] += part.first[i]
        sum.second[i] += part.second[i]
      }
      sum.objective += part.objective
    }
  }

  /// The moments of all points about `centres`; `weights` gives a block's weights and its share of the objective.
  static func summedMoments(
    _ points: Matrix, about centres: Matrix, weights: (Range<Int>) -> ([Double], objective: Double)
  ) throws(Interrupted) -> Moments {
    let parts = try mapBlocks(of: points.rows) { range in
      let (weights, objective) = weights(range)
      var part = moments(points, range, weights: weights, about: centres)
      part.objective = objective
      return part
    }
    var sum = Moments(componentCount: centres.rows, columns: points.columns)
    for part in parts { sum += part }
    return sum
  }

  /// The moments of the clusters of a partition.
  static func moments(_ points: Matrix, assignments: [Int], about centres: Matrix) throws(Interrupted)
    -> Moments
  {
    try summedMoments(points, about: centres) { range in
      var weights = [Double](repeating: 0, count: range.count * centres.rows)
      for i in 0..<range.count { weights[i * centres.rows + assignments[range.lowerBound + i]] = 1 }
      return (weights, 0)
    }
  }
}

extension PointKernels.Moments {
  /// Below this much mass a component has no points: its place would be rounding noise.
  private static var leastMass: Double { 10 * Double.ulpOfOne }

  /// The weighted means, of components that have mass; the others stay at their centre.
  func means(from centres: Matrix) -> Matrix {
    var means = centres
    for c in mass.indices where mass[c] > Self.leastMass {
      for j in 0..<centres.columns { means[c, j] += first[c * centres.columns + j] / mass[c] }
    }
    return means
  }

  /// The M-step. A component without mass keeps its place and spread, with a weight too small to matter but whose
  /// logarithm is finite.
  func mixture(about centres: Matrix, keeping old: Matrix, regularisation: Double) throws -> GaussianMixture {
    let total = mass.reduce(0) { $0 + $1 + Self.leastMass }
    var variances = old
    for c in mass.indices where mass[c] > Self.leastMass {
      for j in 0..<centres.columns {
        let shift = first[c * centres.columns + j] / mass[c]
        let variance = second[c * centres.columns + j] / mass[c] - shift * shift
        variances[c, j] = max(variance, 0) + regularisation
        guard variances[c, j] > Double.leastNormalMagnitude, variances[c, j].isFinite else {
          throw ClusteringError.collapsedComponent(component: c, componentCount: mass.count, mass: mass[c])
        }
      }
    }
    return GaussianMixture(
      mixingWeights: mass.map { ($0 + Self.leastMass) / total }, means: means(from: centres), variances: variances)
  }
}
