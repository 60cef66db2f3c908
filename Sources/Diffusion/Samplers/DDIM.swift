import TensorEngine

extension SamplingMethod {
  /// Song et al. 2021 (arXiv 2010.02502, Eq. 12) with η = 0: deterministic from x_T on, on any subset of the times.
  public static let ddim = SamplingMethod(
    name: "ddim", summary: "deterministic, of first order", defaultStepCount: 50, solver: { _ in DDIMSolver() })
}

/// A solver of first order for the ODE of the diffusion.
private struct DDIMSolver: SamplingSolver {
  func advance(
    _ noisy: Tensor, _ step: SamplingStep, _ estimates: (Tensor, NoiseLevel) -> DenoisingEstimates
  ) -> Tensor {
    step.firstOrder(estimates(noisy, step.from))
  }
}

extension SamplingStep {
  /// α'·x0 + σ'·ε, with α' and σ' at the step's end: exact if the estimates stay what they are. In the last step x0,
  /// for it is the clean image that is asked for.
  func firstOrder(_ estimates: DenoisingEstimates) -> Tensor {
    isLast ? estimates.x0 : estimates.x0 * Float(to.signal) + estimates.epsilon * Float(to.noise)
  }
}
