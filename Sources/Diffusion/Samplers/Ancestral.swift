import TensorEngine

extension SamplingMethod {
  /// Ho et al. 2020 (Eq. 9-14 of the ClusterDDPM paper, arXiv 2312.08029): noise is added again at each step but the
  /// last.
  public static let ancestral = SamplingMethod(
    name: "ancestral", summary: "the paper's, random at every step", defaultStepCount: 400,
    solver: AncestralSolver.init)
}

private struct AncestralSolver: SamplingSolver {
  let variance: AncestralVariance

  /// With α, σ at the step's beginning and α', σ' at its end, the mean of Eq. 14 written so that α → 0 divides nothing:
  /// α'·x0 + (α·σ'²/(α'·σ))·ε.
  func advance(
    _ noisy: Tensor, _ step: SamplingStep, _ estimates: (Tensor, NoiseLevel) -> DenoisingEstimates
  ) -> Tensor {
    let (from, to) = (step.from, step.to)
    let (x0, epsilon) = estimates(noisy, from)
    let mean = x0 * Float(to.signal) + epsilon * Float(from.signal * to.noise * to.noise / (to.signal * from.noise))
    guard !step.isLast else { return mean }
    let beta = 1 - (from.signal * from.signal) / (to.signal * to.signal)
    let added =
      switch variance {
      case .forward: beta
      case .posterior: beta * to.noise * to.noise / (from.noise * from.noise)
      }
    return mean + step.noise(like: noisy) * Float(added.squareRoot())
  }
}
