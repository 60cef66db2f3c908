import CKernels
import ElementaryFunctions

/// How discrete Fourier transforms of one length are done: by Stockham's method in factors of 4, 2, 3 and 5, eight
/// sequences side by side.
///
/// Our own rather than a library's, which chooses its algorithm, and so its rounding, by the processor.
struct FourierPlan: Sendable {
  let length: Int
  /// cos(2πj/length), then −sin(2πj/length).
  private let roots: [Double]
  private let factors: [Int32]

  /// Traps unless `length` has no prime factors but 2, 3 and 5.
  init(length: Int) {
    var factors: [Int32] = []
    var rest = length
    for factor in [4, 2, 3, 5] {
      while rest > 1, rest % factor == 0 {
        factors.append(Int32(factor))
        rest /= factor
      }
    }
    precondition(length > 0 && rest == 1, "a transform of \(length) numbers has a factor other than 2, 3 and 5")
    let angles = (0..<length).map { 2 * Double.pi * Double($0) / Double(length) }
    (self.length, self.factors) = (length, factors)
    roots = angles.map { cos($0) } + angles.map { -sin($0) }
  }

  /// The smallest even length of at least `count` that can be transformed.
  static func length(atLeast count: Int) -> Int {
    var length = max(2, count + count % 2)
    while true {
      var rest = length
      for factor in [2, 3, 5] { while rest % factor == 0 { rest /= factor } }
      if rest == 1 { return length }
      length += 2
    }
  }

  func withPlan<Result>(_ body: (UnsafePointer<CKFourierPlan>) -> Result) -> Result {
    roots.withUnsafeBufferPointer { roots in
      factors.withUnsafeBufferPointer { factors in
        var plan = CKFourierPlan(
          length: length, roots: roots.baseAddress, factors: factors.baseAddress, factorCount: factors.count)
        return body(&plan)
      }
    }
  }

  /// The real parts of the transforms of eight real even sequences, frequencies 0...length/2: eight numbers each.
  ///
  /// - Parameter values: elements 0...length/2 of the sequences, eight numbers each.
  func evenTransforms(_ values: [Double]) -> [Double] {
    let octet = Int(CK_OCTET)
    let half = length / 2
    precondition(values.count == (half + 1) * octet, "\(values.count) numbers for half of \(length)")
    var real = [Double](repeating: 0, count: length * octet)
    for place in 0..<length {
      let source = min(place, length - place) * octet
      for lane in 0..<octet { real[place * octet + lane] = values[source + lane] }
    }
    var imaginary = [Double](repeating: 0, count: length * octet)
    var spare = [Double](repeating: 0, count: 2 * length * octet)
    withPlan { ck_fourier($0, &real, &imaginary, &spare) }
    return Array(real.prefix((half + 1) * octet))
  }
}
