import TensorEngine

/// Draws images by running a denoiser from time 1 to time 0.
public struct Sampler: Sendable {
  public let process: DiffusionProcess
  public let method: SamplingMethod
  public let variance: AncestralVariance
  /// The falling times that are visited, the last of them 0.
  public let times: [Double]

  /// A sampler that visits given times; they fall from at most 1 to 0, and are the schedule's own where it is discrete.
  public init(process: DiffusionProcess, method: SamplingMethod, variance: AncestralVariance, times: [Double]) {
    precondition(times.count >= 2 && times.last == 0, "sampling takes at least one step, and ends at time 0: \(times)")
    precondition(zip(times, times.dropFirst()).allSatisfy { $0 > $1 }, "sampling goes back in time: \(times)")
    (self.process, self.method, self.variance, self.times) = (process, method, variance, times)
  }

  /// A sampler that takes `steps` even steps in time, as far as the schedule has them.
  public init(process: DiffusionProcess, method: SamplingMethod, variance: AncestralVariance, steps: Int) {
    self.init(process: process, method: method, variance: variance, times: process.samplingTimes(steps: steps))
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
    let start = Tensor.normals(imageShape: imageShape, from: sources.map { $0.derived("start") })
    return try denoised(start, from: sources, denoiser: denoiser, afterStep: afterStep)
  }

  /// Images denoised from a given x_T, `[sources.count, …]`; all else as in `sample`.
  public func denoised(
    _ start: Tensor, from sources: [RandomSource], denoiser: (Tensor, Double) -> Tensor,
    afterStep: (Int) throws -> Void = { _ in }
  ) rethrows -> Tensor {
    precondition(start.shape[0] == sources.count, "\(start.shape[0]) images from \(sources.count) sources")
    let levels = times.map(process.schedule.level)
    var solver = method.solver(variance)
    var x = start
    for (index, (from, to)) in zip(levels, levels.dropFirst()).enumerated() {
      let step = SamplingStep(
        index: index, from: from, to: to, isLast: index == levels.count - 2, sources: sources)
      x = solver.advance(x, step) { noisy, level in
        process.estimates(noisy, prediction: denoiser(noisy, level.time), at: level.time)
      }
      try afterStep(index + 1)
    }
    return x
  }
}
