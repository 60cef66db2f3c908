import ElementaryFunctions
import TensorEngine

/// How much of the image and how much noise a noised image holds: x_t = α(t)·x0 + σ(t)·ε with α² + σ² = 1 (Eq. 1-3 of
/// the ClusterDDPM paper, arXiv 2312.08029).
///
/// Times run from 0, the clean image, to 1, noise. α is √ᾱ of the discrete papers.
public enum NoiseSchedule: Sendable, Equatable {
  /// `timestepCount` discrete steps with β_t = betaStart + (betaEnd − betaStart)·t/T for t = 0..T; ᾱ includes β_0, as in
  /// the published ClusterDDPM code. A time is t/T.
  case linear(LinearBetas)
  /// Continuous, α = cos(πt/2), σ = sin(πt/2) (Nichol and Dhariwal 2021; Salimans and Ho 2022).
  case cosine

  /// The factor of the clean image at `time` in 0...1.
  public func signal(at time: Double) -> Double {
    switch self {
    case .linear(let betas): betas.alphaBars[betas.index(of: time)].squareRoot()
    case .cosine: cos(time * .pi / 2)
    }
  }

  /// The factor of the noise at `time` in 0...1.
  public func noise(at time: Double) -> Double {
    switch self {
    case .linear(let betas): (1 - betas.alphaBars[betas.index(of: time)]).squareRoot()
    case .cosine: sin(time * .pi / 2)
    }
  }

  /// Both factors at `time` in 0...1.
  func level(at time: Double) -> NoiseLevel {
    NoiseLevel(time: time, signal: signal(at: time), noise: noise(at: time))
  }

  /// An image's training time, drawn from its `source`: t/T with t uniform in 1..T, or uniform in [0, 1).
  public func trainingTime(from source: RandomSource) -> Double {
    var stream = source.makeStream()
    return switch self {
    case .linear(let betas): Double(1 + stream.integer(below: betas.timestepCount)) / Double(betas.timestepCount)
    case .cosine: stream.uniform()
    }
  }

  /// `steps` + 1 falling times, from the latest at which α is at least `minimumSignal` to 0. Where the schedule is
  /// discrete they are among its own, and there are no more than it has.
  func samplingTimes(steps: Int, minimumSignal: Double) -> [Double] {
    switch self {
    case .linear(let betas):
      let latest = max(1, betas.alphaBars.lastIndex { $0.squareRoot() >= minimumSignal } ?? 1)
      let count = min(steps, latest)
      return (0...count).reversed().map { step in
        let t = (Double(step) * Double(latest) / Double(count)).rounded()
        return t / Double(betas.timestepCount)
      }
    case .cosine:
      let latest = acos(minimumSignal) * 2 / .pi
      return (0...steps).reversed().map { latest * Double($0) / Double(steps) }
    }
  }
}

/// A time with the factors α of the clean image and σ of the noise there.
struct NoiseLevel: Sendable {
  let time: Double
  let signal: Double
  let noise: Double

  /// λ = ln(α/σ), half the logarithm of the signal-to-noise ratio; infinite where one of them is 0.
  var logRatio: Double { log(signal / noise) }
}

/// The linear β schedule's products ᾱ_t = Π_{s≤t} (1 − β_s) (Eq. 1-3), computed once in Double: α differs from 1 in the
/// fourth digit, and float products of hundreds of such factors drift.
public struct LinearBetas: Sendable, Equatable {
  public let betaStart: Double
  public let betaEnd: Double
  public let timestepCount: Int
  /// ᾱ_t for t = 0..T, kept above 0: what a step does depends on ratios of these.
  public let alphaBars: [Double]

  public init(betaStart: Double = 1e-4, betaEnd: Double = 0.02, timestepCount: Int = 400) {
    precondition(timestepCount >= 1, "a schedule needs at least one timestep")
    (self.betaStart, self.betaEnd, self.timestepCount) = (betaStart, betaEnd, timestepCount)
    var product = 1.0
    alphaBars = (0...timestepCount).map { t in
      product *= 1 - (betaStart + (betaEnd - betaStart) * Double(t) / Double(timestepCount))
      product = max(product, 1e-300)
      return product
    }
  }

  func index(of time: Double) -> Int {
    min(timestepCount, max(0, Int((time * Double(timestepCount)).rounded())))
  }
}
