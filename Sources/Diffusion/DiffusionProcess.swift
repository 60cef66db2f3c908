import TensorEngine

/// What the network is trained to predict from x_t.
public enum PredictionTarget: String, Sendable, CaseIterable {
  /// ε itself (Ho et al. 2020).
  case noise
  /// v = α·ε − σ·x0 (Salimans and Ho 2022): well scaled at every noise level.
  case velocity
}

/// A noise schedule with what the network predicts under it.
public struct DiffusionProcess: Sendable, Equatable {
  public let schedule: NoiseSchedule
  public let target: PredictionTarget

  public init(schedule: NoiseSchedule, target: PredictionTarget) {
    (self.schedule, self.target) = (schedule, target)
  }

  /// x_t = α(t)·x0 + σ(t)·ε (Eq. 1-3) with a time for each image; shapes `[batch, …]`.
  public func noised(_ x0: Tensor, with epsilon: Tensor, at times: [Double]) -> Tensor {
    x0 * factors(times, x0.rank, schedule.signal) + epsilon * factors(times, x0.rank, schedule.noise)
  }

  /// What the network should say for x0 noised with ε at the given times.
  public func trainingTarget(_ x0: Tensor, _ epsilon: Tensor, at times: [Double]) -> Tensor {
    switch target {
    case .noise: epsilon
    case .velocity:
      epsilon * factors(times, x0.rank, schedule.signal) - x0 * factors(times, x0.rank, schedule.noise)
    }
  }

  /// The clean image and the noise that a prediction for x_t implies, all images at the same time.
  public func estimates(_ noisy: Tensor, prediction: Tensor, at time: Double) -> (x0: Tensor, epsilon: Tensor) {
    let (signal, noise) = (Float(schedule.signal(at: time)), Float(schedule.noise(at: time)))
    switch target {
    case .noise: return ((noisy - prediction * noise) * (1 / signal), prediction)
    case .velocity:
      return (noisy * signal - prediction * noise, prediction * signal + noisy * noise)
    }
  }

  /// `steps` + 1 falling times that a sampler visits, from noise to the clean image at 0; no more than a discrete
  /// schedule has.
  ///
  /// They begin at 1; where the network predicts ε, at the latest time with α ≥ 0.005: x0 = (x_t − σ·ε)/α magnifies the
  /// network's error by 1/α, without bound as α goes to 0. What is skipped differs from x_T in nothing that matters.
  public func samplingTimes(steps: Int) -> [Double] {
    schedule.samplingTimes(steps: steps, minimumSignal: target == .noise ? 0.005 : 0)
  }

  /// One factor an image, `[batch, 1, …]`.
  private func factors(_ times: [Double], _ rank: Int, _ level: (Double) -> Double) -> Tensor {
    Tensor(times.map { Float(level($0)) }, shape: [times.count] + Array(repeating: 1, count: rank - 1))
  }
}
