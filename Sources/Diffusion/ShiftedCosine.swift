import ElementaryFunctions

/// The cosine schedule for images of any size (Hoogeboom et al. 2023, simple diffusion, arXiv 2301.11093, section 3.1):
/// ln S = −2·ln tan(t0 + t·(t1 − t0)) + 2·ln(d0/d) with S = α²/σ², t0 and t1 where the first term is 15 and −15.
///
/// Neighbouring pixels of large images tell of each other: the same noise hides less of a picture twice as wide, so S is
/// made smaller with the side d over the side d0 for which the plain cosine is right, 32 or 64.
public struct ShiftedCosine: Sendable, Equatable {
  /// d, the larger side of the images in pixels.
  public let side: Int
  /// d0 in pixels.
  public let referenceSide: Int

  public init(side: Int, referenceSide: Int = 32) {
    precondition(side > 0 && referenceSide > 0, "sides of \(side) and \(referenceSide) pixels")
    (self.side, self.referenceSide) = (side, referenceSide)
  }

  private var ratio: Double { Double(side) / Double(referenceSide) }
  /// t0: tan t0 = e^−7.5.
  private static let first = arcTangent(exp(-7.5))
  /// t1: tan t1 = e^7.5.
  private static let last = arcTangent(exp(7.5))

  /// S = (cos u/(sin u·d/d0))²; written with sine and cosine there is nothing that overflows.
  private func parts(_ time: Double) -> (signal: Double, noise: Double) {
    let angle = Self.first + time * (Self.last - Self.first)
    let (signal, noise) = (cos(angle), sin(angle) * ratio)
    let length = (signal * signal + noise * noise).squareRoot()
    return (signal / length, noise / length)
  }

  func signal(at time: Double) -> Double { parts(time).signal }
  func noise(at time: Double) -> Double { parts(time).noise }

  /// The latest time at which α is at least `signal`.
  func time(ofSignal signal: Double) -> Double {
    guard signal > 0 else { return 1 }
    let angle = Self.arcTangent((1 - signal * signal).squareRoot() / (signal * ratio))
    return min(1, max(0, (angle - Self.first) / (Self.last - Self.first)))
  }

  /// For x ≥ 0.
  private static func arcTangent(_ x: Double) -> Double { acos(1 / (1 + x * x).squareRoot()) }
}
