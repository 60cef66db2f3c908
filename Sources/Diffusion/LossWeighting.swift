/// How much the squared error of a noisy image counts in training.
public enum LossWeighting: String, Sendable, CaseIterable {
  /// Alike at every noise level, as in the paper (Eq. 24).
  case uniform
  /// min(S, γ)/S for a network that predicts the noise, min(S, γ)/(S + 1) for the velocity, S = α²/σ² (Hang et al. 2023,
  /// arXiv 2303.09556, section 3.4): in terms of the clean image's error, min(S, γ) for both.
  case minSNR = "min-snr"
}

extension DiffusionProcess {
  /// The weight of the squared error at `time` that `weighting` comes to; `limit` is min-SNR's γ, above 0.
  ///
  /// Between 0 and 1 for noise. Defined also where S is 0 or infinite.
  public func lossWeight(_ weighting: LossWeighting, limit: Double, at time: Double) -> Double {
    guard weighting == .minSNR else { return 1 }
    let (signal, noise) = (schedule.signal(at: time), schedule.noise(at: time))
    let (image, rest) = (signal * signal, noise * noise)
    // min(S, γ) = min(α², γσ²)/σ², and S + 1 = 1/σ².
    let capped = min(image, limit * rest)
    return switch target {
    case .noise: image > 0 ? capped / image : 1
    case .velocity: capped
    }
  }
}
