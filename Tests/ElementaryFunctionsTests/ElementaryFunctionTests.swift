import ElementaryFunctions
import Glibc
import TensorEngine
import TestSupport
import Testing

/// Each function against the C library's in extended precision where there is one, within the error that it states, and
/// bit for bit the same with every instruction set.
@Suite("Elementary functions") struct ElementaryFunctionTests {
  #if arch(x86_64)
    typealias Wide = Float80
  #else
    typealias Wide = Double
  #endif

  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let ours: @Sendable (Double) -> Double
    let exact: @Sendable (Wide) -> Wide
    let ranges: [ClosedRange<Double>]
    /// The stated error, relative to the result or absolute.
    let error: Double
    let isRelative: Bool
  }

  /// Where there is no wider type, the C library's own rounding comes on top.
  private static let slack = Wide.self == Double.self ? 1.2e-16 : 0

  static let functions = [
    Function(
      testDescription: "exp", ours: ElementaryFunctions.exp, exact: { Glibc.exp($0) },
      ranges: [-708...709.7, -1...1, -1e-9...1e-9], error: 4e-16, isRelative: true),
    Function(
      testDescription: "log", ours: ElementaryFunctions.log, exact: { Glibc.log($0) },
      ranges: [1e-300...1e300, 0.5...2, 0.999...1.001, Double.leastNonzeroMagnitude...1e-308], error: 4e-16,
      isRelative: true),
    Function(
      testDescription: "log1p", ours: ElementaryFunctions.log1p, exact: { Glibc.log1p($0) },
      ranges: [-0.999...10, -1e-8...1e-8, 0...1e6], error: 6e-16, isRelative: true),
    Function(
      testDescription: "log10", ours: ElementaryFunctions.log10, exact: { Glibc.log10($0) },
      ranges: [1e-300...1e300, 0.5...2], error: 1e-15, isRelative: true),
    Function(
      testDescription: "sin", ours: ElementaryFunctions.sin, exact: { Glibc.sin($0) },
      ranges: [-10...10, -1e-6...1e-6, -1e5...1e5], error: 2.5e-16, isRelative: false),
    Function(
      testDescription: "cos", ours: ElementaryFunctions.cos, exact: { Glibc.cos($0) },
      ranges: [-10...10, 1.5707...1.5709, -1e5...1e5], error: 2.5e-16, isRelative: false),
    Function(
      testDescription: "acos", ours: ElementaryFunctions.acos, exact: { Glibc.acos($0) },
      ranges: [-1...1, 0.999...1, -0.001...0.001], error: 6e-16, isRelative: false),
  ]

  /// Both ends and random points between them; by their magnitudes too where the range spans many.
  private func points(_ range: ClosedRange<Double>, _ name: String) -> [Double] {
    var stream = RandomSource(seed: 1).derived(name).makeStream()
    let (low, high) = (range.lowerBound, range.upperBound)
    let even = (0..<20_000).map { _ in stream.uniform(in: range) }
    guard low > 0 && high / low > 100 else { return [low, high] + even }
    return [low, high] + even
      + (0..<20_000).map { _ in
        let magnitude = Glibc.exp(stream.uniform(in: Glibc.log(low)...Glibc.log(high)))
        return min(max(magnitude, low), high)
      }
  }

  @Test(arguments: functions) func isWithinItsError(function: Function) {
    for range in function.ranges {
      let x = points(range, function.testDescription)
      let results = resultsAcrossInstructionSets { x.map { function.ours($0) } }
      #expect(results.allSatisfy { $0.map(\.bitPattern) == results[0].map(\.bitPattern) })
      var worst = 0.0
      for (x, found) in zip(x, results[0]) {
        let exact = function.exact(Wide(x))
        let difference = Double(abs(Wide(found) - exact))
        worst = max(worst, function.isRelative && exact != 0 ? difference / Double(abs(exact)) : difference)
      }
      #expect(worst < function.error + Self.slack, "\(worst) on \(range)")
    }
  }

  @Test func exponentialsEnds() {
    #expect(ElementaryFunctions.exp(0) == 1 && ElementaryFunctions.exp(-0.0) == 1)
    #expect(ElementaryFunctions.exp(709.8) == .infinity && ElementaryFunctions.exp(.infinity) == .infinity)
    #expect(ElementaryFunctions.exp(1e308) == .infinity && ElementaryFunctions.exp(-1e308) == 0)
    #expect(ElementaryFunctions.exp(-.infinity) == 0 && ElementaryFunctions.exp(.nan).isNaN)
    // Subnormals, to half of the last one.
    for x in [-710.0, -730, -744, -745] {
      #expect(abs(ElementaryFunctions.exp(x) - Glibc.exp(x)) <= .leastNonzeroMagnitude)
    }
    #expect(ElementaryFunctions.exp(-746) == 0)
  }

  @Test func logarithmsEnds() {
    #expect(ElementaryFunctions.log(1) == 0 && ElementaryFunctions.log1p(0) == 0)
    #expect(ElementaryFunctions.log(0) == -.infinity && ElementaryFunctions.log(-0.0) == -.infinity)
    #expect(ElementaryFunctions.log(-1).isNaN && ElementaryFunctions.log(-.infinity).isNaN)
    #expect(ElementaryFunctions.log(.infinity) == .infinity && ElementaryFunctions.log(.nan).isNaN)
    #expect(ElementaryFunctions.log1p(-1) == -.infinity && ElementaryFunctions.log1p(-2).isNaN)
    #expect(ElementaryFunctions.log1p(.infinity) == .infinity && ElementaryFunctions.log1p(1e-300) == 1e-300)
    #expect(ElementaryFunctions.log10(0) == -.infinity && ElementaryFunctions.log10(-1).isNaN)
    for power in 0...22 { #expect(ElementaryFunctions.log10(ElementaryFunctions.power(10, power)) == Double(power)) }
    for (x, wanted) in [(0.1, -1.0), (0.01, -2), (0.001, -3), (1e-9, -9)] {
      #expect(ElementaryFunctions.log10(x) == wanted)
    }
  }

  @Test func anglesEnds() {
    #expect(ElementaryFunctions.sin(0) == 0 && ElementaryFunctions.cos(0) == 1)
    #expect(ElementaryFunctions.sin(.infinity).isNaN && ElementaryFunctions.cos(.nan).isNaN)
    #expect(ElementaryFunctions.sin(2e9).isNaN)
    #expect(ElementaryFunctions.acos(1) == 0 && ElementaryFunctions.acos(0) == .pi / 2)
    #expect(ElementaryFunctions.acos(-1) == .pi && ElementaryFunctions.acos(1.1).isNaN)
  }

  @Test func wholePowers() {
    #expect(ElementaryFunctions.power(10, 0) == 1 && ElementaryFunctions.power(10, 22) == 1e22)
    #expect(ElementaryFunctions.power(0.5, 3) == 0.125 && ElementaryFunctions.power(-3, 5) == -243)
  }
}
