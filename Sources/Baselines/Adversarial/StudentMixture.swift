import ClusteringMethods
import TensorEngine

/// A mixture of Student's t distributions with independent numbers, of which each is a Gaussian whose precision is drawn:
/// u ~ Gamma(ν_c/2, rate ν_c/2), z_j ~ N(μ_cj, σ_cj²/u) (Peel and McLachlan 2000, with a u for every number).
package struct StudentMixture {
  /// log π, `[1, K]`.
  private let logWeights: Tensor
  /// `[1, K, J]`, as `logScales`, ln σ.
  private let means: Tensor
  private let logScales: Tensor
  /// ν, `[1, K]`.
  private let freedoms: Tensor

  package init(_ mixture: LearntMixture, freedoms: Tensor) {
    let (k, j) = (mixture.means.shape[0], mixture.means.shape[1])
    logWeights = mixture.logits.reshaped(to: [1, k]).logSoftmax
    means = mixture.means.reshaped(to: [1, k, j])
    logScales = mixture.logVariances.reshaped(to: [1, k, j]) * 0.5
    self.freedoms = freedoms.reshaped(to: [1, k])
  }

  /// log π_c + log p(z|c), `[batch, K]`.
  package func logDensities(of z: Tensor) -> Tensor {
    let (batch, j) = (z.shape[0], z.shape[1])
    let k = freedoms.shape[1]
    let pi: Float = 3.141_592_7
    let constant =
      ((freedoms + 1) * 0.5).logGamma - (freedoms * 0.5).logGamma - (freedoms * pi).logarithm * 0.5
    let scaled = (z.reshaped(to: [batch, 1, j]) - means) / logScales.exponential
    let power = ((freedoms + 1) * 0.5).reshaped(to: [1, k, 1])
    let tails = (scaled.squared / freedoms.reshaped(to: [1, k, 1]) + 1).logarithm * power
    let perNumber = (tails + logScales).sum(axes: [2]).reshaped(to: [batch, k])
    return logWeights + constant * Float(j) - perNumber
  }

  /// log p(c|z), `[batch, K]`.
  package func logResponsibilities(of z: Tensor) -> Tensor { logDensities(of: z).logSoftmax }

  /// KL(Gamma(ν/2, ν/2) ‖ Gamma(ν_c/2, ν_c/2)) of every image's ν `[batch, 1]` and every cluster, `[batch, K]`.
  package func gammaDivergences(from freedom: Tensor) -> Tensor {
    let (a, b) = (freedom * 0.5, freedoms * 0.5)
    return (a - b) * a.digamma - a.logGamma + b.logGamma + b * (freedom.logarithm - freedoms.logarithm) + b - a
  }
}
