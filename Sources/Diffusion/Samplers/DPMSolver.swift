import TensorEngine

extension SamplingMethod {
  /// DPM-Solver++(2M) (Lu et al. 2022, arXiv 2211.01095, Algorithm 2): deterministic, two steps' estimates of the clean
  /// image in each step.
  public static let dpm = SamplingMethod(
    name: "dpm", summary: "deterministic, of second order: what DDIM comes to, in fewer steps", defaultStepCount: 20,
    solver: { _ in DPMSolver() })
}

/// The multistep solver of second order, predicting the clean image.
///
/// With λ = ln(α/σ), h = λ' − λ and h₋ the h of the step before, it is a first-order step with
/// x0 + h/(2·h₋)·(x0 − x0₋) for x0. A first-order step is DDIM's, so this is DDIM's and
/// (α' − σ'·α/σ)·h/(2·h₋)·(x0 − x0₋), which divides by nothing that a schedule's ends make 0.
private struct DPMSolver: SamplingSolver {
  private var previous: (x0: Tensor, level: NoiseLevel)?

  mutating func advance(
    _ noisy: Tensor, _ step: SamplingStep, _ estimates: (Tensor, NoiseLevel) -> DenoisingEstimates
  ) -> Tensor {
    let found = estimates(noisy, step.from)
    defer { self.previous = (found.x0, step.from) }
    let result = step.firstOrder(found)
    // The last step ends where σ = 0 and λ has no bound; it is of first order, as is the first, which has no history.
    guard let previous, !step.isLast else { return result }
    let (h, before) = (step.to.logRatio - step.from.logRatio, step.from.logRatio - previous.level.logRatio)
    // A schedule cut off at its ends has neighbouring times with the same λ, between which no slope can be seen.
    guard before > 0, h > 0, h.isFinite else { return result }
    let weight = (step.to.signal - step.to.noise * step.from.signal / step.from.noise) * h / (2 * before)
    return result + (found.x0 - previous.x0) * Float(weight)
  }
}
