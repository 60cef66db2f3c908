import ElementaryFunctions

/// A schedule of T discrete steps: the products ᾱ_t = Π_{s≤t} (1 − β_s) (Eq. 1-3 of arXiv 2312.08029), computed once in
/// Double: α differs from 1 in the fourth digit, and float products of hundreds of such factors drift.
public struct DiscreteSchedule: Sendable, Equatable {
  /// How β_t, or ᾱ_t, goes from the image to the noise.
  public enum Form: String, Sendable, CaseIterable {
    /// β_t = betaStart + (betaEnd − betaStart)·t/T for t = 0..T; ᾱ includes β_0, as in the published ClusterDDPM code.
    /// With T = 400 a hundredth of the image's variance is left at the end.
    case linear
    /// Ho et al. 2020 for any T: β from betaStart·1000/T to betaEnd·1000/T in T even steps, at most 0.999; ᾱ_0 = 1.
    case linearScaled = "scaled"
    /// scaled with nothing of the image left at the end (Lin et al. 2024, arXiv 2305.08891, Algorithm 1):
    /// √ᾱ'_t = (√ᾱ_t − √ᾱ_T)·√ᾱ_1/(√ᾱ_1 − √ᾱ_T). For velocity: at its end a prediction of the noise tells nothing.
    case linearZero = "zero"
    /// Nichol and Dhariwal 2021 (arXiv 2102.09672, Eq. 17): ᾱ_t = f(t)/f(0), f(t) = cos²((t/T + 0.008)/1.008·π/2), β at
    /// most 0.999.
    case cosine = "nichol"
    /// Jabri et al. 2022 (arXiv 2212.11972) with start −3, end 3, τ 1: ᾱ_t = (s(3) − s(6t/T − 3))/(s(3) − s(−3)), s the
    /// logistic function, β at most 0.999.
    case sigmoid

    /// T where nothing else is said: the published code's for its schedule, else Ho et al.'s.
    public var usualTimestepCount: Int { self == .linear ? 400 : 1000 }
    /// Whether it goes from one β to another.
    public var hasBetas: Bool { [.linear, .linearScaled, .linearZero].contains(self) }
  }

  public let form: Form
  /// Of the linear forms.
  public let betaStart: Double
  public let betaEnd: Double
  public let timestepCount: Int
  /// ᾱ_t for t = 0..T, kept above 0: what a step does depends on ratios of these.
  public let alphaBars: [Double]

  /// - Parameter timestepCount: T, 1 at least; nil for the form's usual one.
  public init(_ form: Form = .linear, betaStart: Double = 1e-4, betaEnd: Double = 0.02, timestepCount: Int? = nil) {
    let count = timestepCount ?? form.usualTimestepCount
    precondition(count >= 1, "a schedule needs at least one timestep")
    (self.form, self.betaStart, self.betaEnd, self.timestepCount) = (form, betaStart, betaEnd, count)
    let products: [Double]
    switch form {
    case .linear:
      products = Self.products(
        (0...count).map { betaStart + (betaEnd - betaStart) * Double($0) / Double(count) })
    case .linearScaled:
      products = [1] + Self.products(Self.scaledBetas(betaStart, betaEnd, count))
    case .linearZero:
      let signals = Self.products(Self.scaledBetas(betaStart, betaEnd, count)).map { $0.squareRoot() }
      let (first, last) = (signals[0], signals[count - 1])
      // A single step goes from the image to the noise at once.
      products =
        [1]
        + signals.map { signal in
          let moved = count > 1 ? (signal - last) * first / (first - last) : 0
          return moved * moved
        }
    case .cosine:
      products = Self.products(count) { time in
        let signal = cos((time + 0.008) / 1.008 * .pi / 2)
        return signal * signal
      }
    case .sigmoid:
      func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
      products = Self.products(count) { logistic(3) - logistic(6 * $0 - 3) }
    }
    alphaBars = products.map { max($0, 1e-300) }
  }

  func index(of time: Double) -> Int {
    min(timestepCount, max(0, Int((time * Double(timestepCount)).rounded())))
  }

  private static let largestBeta = 0.999

  private static func scaledBetas(_ start: Double, _ end: Double, _ count: Int) -> [Double] {
    (0..<count).map { t in
      let beta = start + (end - start) * Double(t) / Double(max(1, count - 1))
      return min(beta * 1000 / Double(count), largestBeta)
    }
  }

  /// Π_{s≤t} (1 − β_s).
  private static func products(_ betas: [Double]) -> [Double] {
    var product = 1.0
    return betas.map { beta in
      product *= 1 - beta
      product = max(product, 1e-300)
      return product
    }
  }

  /// ᾱ_t for t = 0..T as far as it falls like `curve` of t/T, no step by more than the largest β.
  private static func products(_ count: Int, along curve: (Double) -> Double) -> [Double] {
    let values = (0...count).map { curve(Double($0) / Double(count)) }
    return [1] + products(zip(values, values.dropFirst()).map { min(1 - $1 / $0, largestBeta) })
  }
}
