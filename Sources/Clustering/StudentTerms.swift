import ElementaryFunctions
import Interruptions
import TensorEngine

/// What mixtures of Student's t distributions have for the quadratic forms of Gaussian ones.
struct StudentTerms: Sendable {
  let means: Matrix
  /// 1/σ².
  let precisions: Matrix
  let freedom: Double

  /// ln of Γ((ν+1)/2) / (Γ(ν/2) √(νπ)): a number's density at its peak, times its scale.
  var logPeak: Double {
    GammaFunctions.logGamma((freedom + 1) / 2) - GammaFunctions.logGamma(freedom / 2) - log(freedom * Double.pi) / 2
  }

  /// (ν + 1) Σ_j ln(1 + d²_j/ν) with d the distance in scales, of the points in `range`: range.count by components.
  func distances(_ points: Matrix, _ range: Range<Int>) -> [Double] {
    var out = [Double](repeating: 0, count: range.count * means.rows)
    let (columns, share) = (means.columns, 1 / freedom)
    for (row, point) in range.enumerated() {
      for component in 0..<means.rows {
        // A logarithm of a product takes the place of many, as long as the product can be told.
        var (sum, product) = (0.0, 1.0)
        for j in 0..<columns {
          let difference = points.elements[point * columns + j] - means.elements[component * columns + j]
          product *= 1 + difference * difference * precisions.elements[component * columns + j] * share
          if product > 1e100 {
            sum += log(product)
            product = 1
          }
        }
        out[row * means.rows + component] = (freedom + 1) * (sum + log(product))
      }
    }
    return out
  }

  /// What an M-step needs of the points in `range`: of each component and number also Σ r·u, where u = (ν + 1)/(ν + d²) is
  /// how much a point counts, the less the farther it lies.
  ///
  /// - Parameter weights: r, range.count by components.
  func moments(_ points: Matrix, _ range: Range<Int>, weights: [Double]) -> PointKernels.Moments {
    let (count, columns) = (means.rows, means.columns)
    var moments = PointKernels.Moments(componentCount: count, columns: columns)
    var precisionMass = [Double](repeating: 0, count: count * columns)
    for (row, point) in range.enumerated() {
      for component in 0..<count {
        let weight = weights[row * count + component]
        guard weight > 0 else { continue }
        moments.mass[component] += weight
        for j in 0..<columns {
          let place = component * columns + j
          let difference = points.elements[point * columns + j] - means.elements[place]
          let counted =
            weight * (freedom + 1) / (freedom + difference * difference * precisions.elements[place])
          precisionMass[place] += counted
          moments.first[place] += counted * difference
          moments.second[place] += counted * difference * difference
        }
      }
    }
    moments.precisionMass = precisionMass
    return moments
  }

  /// The E-step of all points, reduced to the sums that the M-step needs.
  func expectedMoments(of points: Matrix, _ terms: DensityTerms) throws(Interrupted) -> PointKernels.Moments {
    let parts = try PointKernels.mapBlocks(of: points.rows, size: terms.blockSize) { range in
      let (weights, logSums) = terms.responsibilities(points, range)
      var part = moments(points, range, weights: weights)
      part.objective = logSums.reduce(0, +)
      return part
    }
    var sum = PointKernels.Moments(componentCount: means.rows, columns: means.columns)
    sum.precisionMass = [Double](repeating: 0, count: means.rows * means.columns)
    for part in parts { sum += part }
    return sum
  }
}

extension GaussianMixture {
  /// The same weights, places and spreads with other tails; of full covariances none.
  func withFreedom(_ freedom: Double?) -> GaussianMixture {
    guard covariances == nil else { return self }
    return GaussianMixture(mixingWeights: mixingWeights, means: means, variances: variances, freedom: freedom)
  }
}
