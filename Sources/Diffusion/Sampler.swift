import TensorEngine

/// How to go from noise to an image.
public enum SamplingMethod: String, Sendable, CaseIterable {
  /// Ho et al. 2020 (Eq. 9-14 of the ClusterDDPM paper, arXiv 2312.08029): noise is added again at each step but the last.
  case ancestral
  /// Song et al. 2021 with η = 0: deterministic from x_T on, on any subset of the times.
  case ddim
}

/// The variance of ancestral sampling's added noise.
public enum AncestralVariance: String, Sendable, CaseIterable {
  /// β_t, the paper's choice; right for many small steps.
  case forward
  /// β̃_t = β_t·σ_s²/σ_t², exact for steps of any size.
  case posterior
}

/// Draws images by running a denoiser from time 1 to time 0.
public struct Sampler: Sendable {
  public let process: DiffusionProcess
  public let method: SamplingMethod
  public let variance: AncestralVariance
  public let steps: Int

  public init(process: DiffusionProcess, method: SamplingMethod, variance: AncestralVariance, steps: Int) {
    precondition(steps >= 1, "sampling takes at least one step")
    (self.process, self.method, self.variance, self.steps) = (process, method, variance, steps)
  }

  /// Images `[sources.count] + imageShape` denoised by `denoiser`, a function of x_t and the time that returns what
  /// `process` is trained to predict.
  ///
  /// Image i's noise comes from `sources[i]` alone. `afterStep` is called with the number of steps done; what it throws
  /// ends the sampling.
  public func sample(
    imageShape: [Int], from sources: [RandomSource], denoiser: (Tensor, Double) -> Tensor,
    afterStep: (Int) throws -> Void = { _ in }
  ) rethrows -> Tensor {
    var x = Tensor.normals(imageShape: imageShape, from: sources.map { $0.derived("start") })
    let times = process.samplingTimes(steps: steps)
    for step in 0..<times.count - 1 {
      let (time, next) = (times[step], times[step + 1])
      let isLast = step == times.count - 2
      let (x0, epsilon) = process.estimates(x, prediction: denoiser(x, time), at: time)
      if isLast && method == .ddim {
        // Time 0 of a discrete schedule still holds β_0's noise; the clean image is what is asked for.
        x = x0
      } else {
        x = moved(x0, epsilon, from: time, to: next, last: isLast) {
          .normals(imageShape: imageShape, from: sources.map { $0.derived("step").derived(step) })
        }
      }
      try afterStep(step + 1)
    }
    return x
  }

  /// x at the earlier time `next`: with α, σ at `time` and α', σ' at `next`, the mean of Eq. 14 written so that α → 0
  /// divides nothing: α'·x0 + (α·σ'²/(α'·σ))·ε.
  private func moved(
    _ x0: Tensor, _ epsilon: Tensor, from time: Double, to next: Double, last: Bool, noise: () -> Tensor
  ) -> Tensor {
    let (signal, sigma) = (process.schedule.signal(at: time), process.schedule.noise(at: time))
    let (nextSignal, nextSigma) = (process.schedule.signal(at: next), process.schedule.noise(at: next))
    switch method {
    case .ddim:
      return x0 * Float(nextSignal) + epsilon * Float(nextSigma)
    case .ancestral:
      let mean = x0 * Float(nextSignal) + epsilon * Float(signal * nextSigma * nextSigma / (nextSignal * sigma))
      guard !last else { return mean }
      let beta = 1 - (signal * signal) / (nextSignal * nextSignal)
      let added =
        switch variance {
        case .forward: beta
        case .posterior: beta * nextSigma * nextSigma / (sigma * sigma)
        }
      return mean + noise() * Float(added.squareRoot())
    }
  }
}
