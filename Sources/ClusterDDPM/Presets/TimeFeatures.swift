import ElementaryFunctions
import TensorEngine

/// Sines and cosines of the time at geometric frequencies.
struct TimeFeatures: Sendable {
  private let frequencies: [Double]

  /// Of the `fast` preset: 32 sines, then 32 cosines, of frequencies from 1 to 1000.
  static let fast = TimeFeatures(count: 64, from: 1, to: 1000)

  /// Of Ho et al. 2020 for T = 1000: frequencies from 10⁻⁴ to 1 of a step, which is a thousandth of the time.
  static func plain(count: Int) -> TimeFeatures { TimeFeatures(count: count, from: 0.1, to: 1000) }

  /// - Parameter count: sines and cosines together; even, 4 at least.
  private init(count: Int, from lowest: Double, to highest: Double) {
    precondition(count >= 4 && count % 2 == 0, "sines and cosines of two frequencies at least, not \(count) of them")
    let half = count / 2
    frequencies = (0..<half).map { lowest * exp(log(highest / lowest) * Double($0) / Double(half - 1)) }
  }

  var count: Int { 2 * frequencies.count }

  /// `[times.count, count]`: the sines, then the cosines.
  func features(of times: [Double]) -> Tensor {
    let rows = Parallel.map(times.count) { row in
      frequencies.map { Float(sin(times[row] * $0)) } + frequencies.map { Float(cos(times[row] * $0)) }
    }
    return Tensor(rows.flatMap(\.self), shape: [times.count, count])
  }
}
