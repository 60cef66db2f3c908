import ElementaryFunctions
import TensorEngine

/// How much of the image and how much noise a noised image holds: x_t = α(t)·x0 + σ(t)·ε with α² + σ² = 1 (Eq. 1-3 of
/// the ClusterDDPM paper, arXiv 2312.08029).
///
/// Times run from 0, the clean image, to 1, noise. α is √ᾱ of the discrete papers.
public enum NoiseSchedule: Sendable, Equatable {
  /// T discrete steps; a time is t/T.
  case discrete(DiscreteSchedule)
  /// Continuous, α = cos(πt/2), σ = sin(πt/2) (Nichol and Dhariwal 2021; Salimans and Ho 2022).
  case cosine
  /// The same cut off at its ends, and moved towards noise for large images.
  case shiftedCosine(ShiftedCosine)

  /// The factor of the clean image at `time` in 0...1.
  public func signal(at time: Double) -> Double {
    switch self {
    case .discrete(let steps): steps.alphaBars[steps.index(of: time)].squareRoot()
    case .cosine: cos(time * .pi / 2)
    case .shiftedCosine(let curve): curve.signal(at: time)
    }
  }

  /// The factor of the noise at `time` in 0...1.
  public func noise(at time: Double) -> Double {
    switch self {
    case .discrete(let steps): (1 - steps.alphaBars[steps.index(of: time)]).squareRoot()
    case .cosine: sin(time * .pi / 2)
    case .shiftedCosine(let curve): curve.noise(at: time)
    }
  }

  /// Whether nothing of the image is left at time 1 by design: there, a prediction of the noise tells nothing.
  public var isEmptyAtItsEnd: Bool { if case .discrete(let steps) = self { steps.form == .linearZero } else { false } }

  /// ln(α²/σ²) at `time` in 0...1; infinite where one of them is 0.
  public func logSignalToNoise(at time: Double) -> Double { 2 * level(at: time).logRatio }

  /// Both factors at `time` in 0...1.
  func level(at time: Double) -> NoiseLevel {
    NoiseLevel(time: time, signal: signal(at: time), noise: noise(at: time))
  }

  /// An image's training time, drawn from its `source`: t/T with t uniform in 1..T, or uniform in [0, 1).
  public func trainingTime(from source: RandomSource) -> Double {
    var stream = source.makeStream()
    return switch self {
    case .discrete(let steps): Double(1 + stream.integer(below: steps.timestepCount)) / Double(steps.timestepCount)
    case .cosine, .shiftedCosine: stream.uniform()
    }
  }

  /// `steps` + 1 falling times, from the latest at which α is at least `minimumSignal` to 0. Where the schedule is
  /// discrete they are among its own, and there are no more than it has.
  func samplingTimes(steps: Int, minimumSignal: Double) -> [Double] {
    let latest: Double
    switch self {
    case .discrete(let levels):
      let latest = max(1, levels.alphaBars.lastIndex { $0.squareRoot() >= minimumSignal } ?? 1)
      let count = min(steps, latest)
      return (0...count).reversed().map { step in
        let t = (Double(step) * Double(latest) / Double(count)).rounded()
        return t / Double(levels.timestepCount)
      }
    case .cosine: latest = acos(minimumSignal) * 2 / .pi
    case .shiftedCosine(let curve): latest = curve.time(ofSignal: minimumSignal)
    }
    return (0...steps).reversed().map { latest * Double($0) / Double(steps) }
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
