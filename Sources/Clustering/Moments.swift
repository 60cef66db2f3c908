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
    /// Σ_i r_ic (x_i − m_c)(x_i − m_c)ᵀ, one matrix below the other; nil where covariances are diagonal.
    var scatter: Matrix?
    /// Σ_i r_ic u_icj of Student's t distributions, whose first and second moments have these weights; else nil.
    var precisionMass: [Double]?

    init(componentCount: Int, columns: Int) {
      mass = Array(repeating: 0, count: componentCount)
      first = Array(repeating: 0, count: componentCount * columns)
      second = first
      objective = 0
    }

    /// Adds those of some points, of which nobody asks for the second moments.
    mutating func add(mass other: [Double], first otherFirst: [Double]) {
      for c in mass.indices { mass[c] += other[c] }
      for i in first.indices { first[i] += otherFirst[i] }
    }

    static func += (sum: inout Moments, part: Moments) {
      for c in sum.mass.indices { sum.mass[c] += part.mass[c] }
      for i in sum.first.indices {
        sum.first[i] += part.first[i]
        sum.second[i] += part.second[i]
      }
      if let masses = part.precisionMass, sum.precisionMass != nil {
        for i in masses.indices { sum.precisionMass![i] += masses[i] }
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
      for j in 0..<centres.columns { means[c, j] += shift(c, j, centres.columns) }
    }
    return means
  }

  /// How far a mean is from its centre.
  private func shift(_ c: Int, _ j: Int, _ columns: Int) -> Double {
    first[c * columns + j] / (precisionMass.map { $0[c * columns + j] } ?? mass[c])
  }

  /// The M-step, with which the likelihood never falls, also of Student's t distributions. A component without mass keeps its place and spread (the unit one if there was none), with a weight too
  /// small to matter but whose logarithm is finite.
  ///
  /// Throws `ClusteringError.collapsedComponent`, and `Interrupted`.
  func mixture(about centres: Matrix, keeping old: GaussianMixture?, regularisation: Double) throws -> GaussianMixture {
    let total = mass.reduce(0) { $0 + $1 + Self.leastMass }
    let weights = mass.map { ($0 + Self.leastMass) / total }
    let means = means(from: centres)
    if let scatter {
      let matrices = covariances(scatter, keeping: old?.covariances?.matrices, regularisation: regularisation)
      do {
        return GaussianMixture(mixingWeights: weights, means: means, covariances: try FullCovariances(matrices))
      } catch let error as FullCovariances.NotPositiveDefinite {
        throw ClusteringError.collapsedComponent(
          component: error.component, componentCount: mass.count, mass: mass[error.component])
      }
    }
    var variances = old?.variances ?? Matrix(rows: centres.rows, columns: centres.columns, repeating: 1)
    for c in mass.indices where mass[c] > Self.leastMass {
      for j in 0..<centres.columns {
        let shift = shift(c, j, centres.columns)
        let place = c * centres.columns + j
        let variance =
          precisionMass == nil
          ? second[place] / mass[c] - shift * shift : (second[place] - shift * first[place]) / mass[c]
        variances[c, j] = max(variance, 0) + regularisation
        guard variances[c, j] > Double.leastNormalMagnitude, variances[c, j].isFinite else {
          throw ClusteringError.collapsedComponent(component: c, componentCount: mass.count, mass: mass[c])
        }
      }
    }
    return GaussianMixture(
      mixingWeights: weights, means: means, variances: variances,
      freedom: precisionMass == nil ? nil : old?.freedom)
  }

  /// Lower triangles of the weighted covariances, one below the other.
  private func covariances(_ scatter: Matrix, keeping old: Matrix?, regularisation: Double) -> Matrix {
    let dimension = scatter.columns
    var matrices = scatter
    for c in mass.indices {
      let shifts = mass[c] > Self.leastMass ? (0..<dimension).map { first[c * dimension + $0] / mass[c] } : nil
      for i in 0..<dimension {
        let row = c * dimension + i
        for j in 0...i {
          let floor = i == j ? regularisation : 0
          if let shifts {
            matrices[row, j] = scatter[row, j] / mass[c] - shifts[i] * shifts[j] + floor
          } else {
            matrices[row, j] = old?[row, j] ?? (i == j ? 1 : 0)
          }
        }
      }
    }
    return matrices
  }
}
