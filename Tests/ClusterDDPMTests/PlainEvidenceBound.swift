import Clustering
import Glibc

/// The prior's part of Eq. 24 as one reads it, in Double and loops: the independent second opinion of these tests.
struct PlainEvidenceBound {
  let weights: [Double]
  let means, variances: Matrix

  init(_ mixture: GaussianMixture) {
    (weights, means, variances) = (mixture.mixingWeights, mixture.means, mixture.variances)
  }

  /// w of one latent (Eq. 22).
  func responsibilities(_ z: some Collection<Double>) -> [Double] {
    let scores = weights.indices.map { c in
      log(weights[c])
        - zip(z, zip(means.row(c), variances.row(c))).reduce(0) { sum, term in
          let (z, (mean, variance)) = term
          return sum + 0.5 * (log(2 * .pi * variance) + (z - mean) * (z - mean) / variance)
        }
    }
    let largest = scores.max()!
    let total = scores.reduce(0) { $0 + exp($1 - largest) }
    return scores.map { exp($0 - largest) / total }
  }

  /// Σ w log(w/π) + ½ Σ w Σ [log σ_c² + σ²/σ_c² + (μ − μ_c)²/σ_c²] − ½ Σ [1 + log σ²] of one image.
  func loss(_ w: [Double], mean: some Collection<Double>, logVariance: some Collection<Double>) -> Double {
    var total = 0.0
    for c in weights.indices where w[c] > 0 {
      total += w[c] * log(w[c] / weights[c])
      for (j, (mean, logVariance)) in zip(mean, logVariance).enumerated() {
        let difference = mean - means[c, j]
        total += 0.5 * w[c] * (log(variances[c, j]) + (exp(logVariance) + difference * difference) / variances[c, j])
      }
    }
    return total - 0.5 * logVariance.reduce(0) { $0 + 1 + $1 }
  }
}
