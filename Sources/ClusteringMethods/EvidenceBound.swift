import Clustering
import ElementaryFunctions
import TensorEngine

/// A mixture (Eq. 9-10) in a differentiable computation, of Gaussians or Student's t distributions: as constants of it, or
/// learnt by it.
package struct MixtureConstants {
  /// log π, `[1, K]`.
  let logWeights: Tensor
  /// `[1, K, J]`.
  let means: Tensor
  /// `[1, K, J]`.
  let logVariances: Tensor
  /// 1/σ_c², `[1, K, J]`.
  let precisions: Tensor
  /// ν of Student's t distributions; nil for Gaussians.
  private let freedom: Double?

  package init(_ mixture: GaussianMixture) {
    freedom = mixture.freedom
    let (k, j) = (mixture.componentCount, mixture.dimension)
    // A component may die out; its weight must stay a number, and e^-100 is none in Float.
    logWeights = Tensor(mixture.mixingWeights.map { Float(log(max($0, 1e-43))) }, shape: [1, k])
    means = Tensor(mixture.means.elements.map(Float.init), shape: [1, k, j])
    logVariances = Tensor(mixture.variances.elements.map { Float(log($0)) }, shape: [1, k, j])
    precisions = Tensor(mixture.variances.elements.map { Float(1 / $0) }, shape: [1, k, j])
  }

  /// A mixture that the computation may be differentiated by.
  ///
  /// - Parameters:
  ///   - logits: log π but for a number that is added to all, `[K]`.
  ///   - means: `[K, J]`, as `logVariances`.
  package init(logits: Tensor, means: Tensor, logVariances: Tensor) {
    freedom = nil
    let (k, j) = (means.shape[0], means.shape[1])
    logWeights = logits.reshaped(to: [1, k]).logSoftmax
    self.means = means.reshaped(to: [1, k, j])
    self.logVariances = logVariances.reshaped(to: [1, k, j])
    precisions = (-self.logVariances).exponential
  }

  /// log w_c = log p(c|z), `[batch, K]`, by log-sum-exp (Eq. 22). The term J·log 2π is the same for all and left out.
  package func logResponsibilities(of z: Tensor) -> Tensor {
    let (batch, j) = (z.shape[0], z.shape[1])
    let difference = z.reshaped(to: [batch, 1, j]) - means
    let exponents = (logVariances + penalties(difference.squared * precisions)).sum(axes: [2])
    let scores = logWeights - exponents.reshaped(to: [batch, logWeights.shape[1]]) * 0.5
    return scores.logSoftmax
  }
}

extension MixtureConstants {
  /// −2 ln of a number's density but for scale and constants, by its squared distance in scales.
  fileprivate func penalties(_ squaredDistances: Tensor) -> Tensor {
    guard let freedom else { return squaredDistances }
    return (squaredDistances * Float(1 / freedom) + 1).logarithm * Float(freedom + 1)
  }

  /// What a number's −ln density has beside that of a Gaussian's at its peak.
  fileprivate var peakDifference: Double {
    guard let freedom else { return 0 }
    return GammaFunctions.logGamma(freedom / 2) - GammaFunctions.logGamma((freedom + 1) / 2) + log(freedom / 2) / 2
  }
}

/// The prior's part of the loss (Eq. 24, A.17), averaged over the batch:
/// Σ_c w_c log(w_c/π_c) + ½ Σ_c w_c Σ_j [log σ_c² + σ_φ²/σ_c² + (μ_φ − μ_c)²/σ_c²] − ½ Σ_j [1 + log σ_φ²].
///
/// Of Student's t distributions (σ_φ² + (μ_φ − μ_c)²)/σ_c² = d² has (ν + 1) ln(1 + d²/ν) in its place, and twice
/// ln[Γ(ν/2)/Γ((ν+1)/2) √(ν/2)] beside it: as ln(1 + x) is concave, a bound from above of the divergence from them, exact
/// for σ_φ → 0 and, as it is then the Gaussians', for ν → ∞.
///
/// `logResponsibilities` is log w, `[batch, K]`; a gradient flows through it if it is traced.
package func mixturePriorLoss(
  _ encoded: EncodedImages, logResponsibilities: Tensor, mixture: MixtureConstants
) -> Tensor {
  let (batch, j) = (encoded.mean.shape[0], encoded.mean.shape[1])
  let k = logResponsibilities.shape[1]
  let w = logResponsibilities.exponential
  let assignment = (w * (logResponsibilities - mixture.logWeights)).sum

  let difference = encoded.mean.reshaped(to: [batch, 1, j]) - mixture.means
  let variance = encoded.logVariance.exponential.reshaped(to: [batch, 1, j])
  let perComponent =
    (mixture.logVariances + mixture.penalties((variance + difference.squared) * mixture.precisions)).sum(axes: [2])
    .reshaped(to: [batch, k])
  let latent = (w * perComponent).sum

  let entropy = (encoded.logVariance + 1).sum
  let divergence = (assignment + (latent - entropy) * 0.5) * (1 / Float(batch))
  let constant = Float(Double(j) * mixture.peakDifference)
  return constant == 0 ? divergence : divergence + constant
}

/// KL(N(μ_φ, σ_φ²) ‖ N(0, I)), averaged over the batch: the mixture prior of one standard component.
package func standardPriorLoss(_ encoded: EncodedImages) -> Tensor {
  let divergence = encoded.mean.squared + encoded.logVariance.exponential - encoded.logVariance - 1
  return divergence.sum * (0.5 / Float(encoded.mean.shape[0]))
}

/// ‖target − prediction‖² summed over pixels, averaged over the batch (Eq. 24's first term); each image's times its
/// weight where there are `weights`, `[batch, 1, …]`.
package func reconstructionLoss(_ prediction: Tensor, target: Tensor, weights: Tensor? = nil) -> Tensor {
  let errors = (prediction - target).squared
  return (weights.map { errors * $0 } ?? errors).sum * (1 / Float(prediction.shape[0]))
}
