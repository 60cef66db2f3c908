import Glibc
import TensorEngine
import TestSupport
import Testing

/// The vectorised functions against libm in Double, within the errors that their documentation states.
@Suite("Functions") struct FunctionTests {
  /// An even grid over `range` with irregular offsets, so that special points are not all that is tried.
  private func grid(_ range: ClosedRange<Float>, count: Int = 400_000) -> [Float] {
    let step = (Double(range.upperBound) - Double(range.lowerBound)) / Double(count)
    return (0...count).map {
      min(range.upperBound, Float(Double(range.lowerBound) + step * (Double($0) + 0.37 * sin(Double($0)))))
    }.filter(range.contains)
  }

  @Test func exponentialIsWithinItsError() {
    let x = grid(-87.3...88) + grid(-1e-3...1e-3) + [0, -0.0, .leastNonzeroMagnitude]
    let y = Tensor(x).exponential.scalars
    let worst = zip(x, y).reduce(0.0) { worst, pair in
      let exact = exp(Double(pair.0))
      return max(worst, abs(Double(pair.1) - exact) / exact)
    }
    #expect(worst < 3e-7)
  }

  @Test func exponentialSaturates() {
    let y = Tensor([88, 89, 1e30, .infinity, -88, -1e30, -.infinity, .nan]).exponential.scalars
    #expect(y[0].isFinite && y[1] == y[0] && y[2] == y[0] && y[3] == y[0])
    #expect(y[4] > 0 && y[4] < 1.3e-38 && y[5] == y[4] && y[6] == y[4])
    #expect(y[7].isNaN)
  }

  @Test func logarithmIsWithinItsError() {
    let x: [Float] =
      [.leastNonzeroMagnitude, .leastNormalMagnitude, 0.1, 0.999_999_9, 1, 2.5, 3e38] + grid(0.5...2) + grid(1e-3...1e3)
    let y = Tensor(x).logarithm.scalars
    #expect(zip(x, y).allSatisfy { abs(Double($1) - log(Double($0))) <= 2e-7 * abs(log(Double($0))) })
    let special = Tensor([0, -1, .infinity, .nan]).logarithm.scalars
    #expect(special[0] == -.infinity && special[1].isNaN && special[2] == .infinity && special[3].isNaN)
  }

  /// gelu(x) = x·(1 + erf(x/√2))/2, so an error of 6e-7 in erf is one of 3e-7·|x| here; a rounding comes on top.
  @Test func geluIsWithinErfsError() {
    let x = grid(-12...12)
    let worst = zip(x, Tensor(x).activated(.gelu).scalars).reduce(0.0) { worst, pair in
      let (x, y) = (Double(pair.0), Double(pair.1))
      let exact = x * (1 + erf(x / 2.0.squareRoot())) / 2
      return x == 0 ? worst : max(worst, (abs(y - exact) - abs(exact) * 1.2e-7) / abs(x))
    }
    #expect(worst < 3e-7)
  }

  @Test func siluIsWithinExpsError() {
    let x = grid(-80...80)
    let worst = zip(x, Tensor(x).activated(.silu).scalars).reduce(0.0) { worst, pair in
      let exact = Double(pair.0) / (1 + exp(-Double(pair.0)))
      return exact == 0 ? worst : max(worst, abs(Double(pair.1) - exact) / abs(exact))
    }
    #expect(worst < 5e-7)
  }

  @Test(arguments: Activation.allCases) func activationsKeepNaN(activation: Activation) {
    // At every position of a vector, and in the remainder after the last whole one.
    for position in 0..<37 {
      var x = [Float](repeating: 1, count: 37)
      x[position] = .nan
      let y = Tensor(x).activated(activation).scalars
      #expect(y.indices.filter { y[$0].isNaN } == [position])
    }
    let channels = Tensor(x: .nan, at: 5, in: [2, 1, 1, 8])
      .batchNormalised(
        mean: .zeros([8]), variance: Tensor(repeating: 1, shape: [8]), gamma: Tensor(repeating: 1, shape: [8]),
        beta: .zeros([8]), activation: activation
      ).scalars
    #expect(channels[5].isNaN && channels.filter(\.isNaN).count == 1)
  }

  @Test(arguments: 0..<4) func poolingAndClampingKeepNaN(position: Int) {
    let x = Tensor(x: .nan, at: position, in: [1, 2, 2, 1])
    #expect(x.maxPooled(by: 2).scalar.isNaN)
    #expect(x.averagePooled(by: 2).scalar.isNaN)
    #expect(x.clamped(to: -1...1).scalars[position].isNaN)
    #expect(x.sum.scalar.isNaN && !x.isFinite && x.sumOfSquares.isNaN)
  }

  @Test func infinityPassesThroughArithmetic() {
    let x = Tensor([.infinity, -.infinity, 0])
    #expect((x + 1).scalars[0] == .infinity)
    #expect((x * 0).scalars[0].isNaN)
    #expect((x - x).scalars[1].isNaN)
    #expect((Tensor([1, 1, 1]) / x).scalars == [0, 0, .infinity])
    #expect(x.clamped(to: -5...5).scalars == [5, -5, 0])
    #expect(!x.isFinite)
  }

  @Test func logSumExpOfExtremes() {
    let x = Tensor([1e4, 1e4, -1e4, -1e4, -.infinity, 0, -.infinity, -.infinity, .infinity, 1], shape: [5, 2])
    let y = x.logSumExp.scalars
    #expect(abs(y[0] - 10_000.693) < 1e-2 && abs(y[1] + 9_999.307) < 1e-2)
    #expect(y[2] == 0 && y[3] == -.infinity && y[4] == .infinity)
  }

  /// Log-densities of far-away points are huge and negative; their softmax must still sum to 1.
  @Test(arguments: [0, 1e3, 1e6, 1e9] as [Float]) func softmaxSumsToOneFarFromZero(distance: Float) {
    let x = Tensor([-distance, -distance, -distance, -distance - 1024], shape: [1, 4])
    #expect(largestDifference(x.softmax.scalars, [1 / 3, 1 / 3, 1 / 3, 0]) < 1e-6)
  }

  @Test func sumsAreAccumulatedInDouble() {
    let count = 3_000_000
    let x = Tensor(repeating: 0.1, shape: [count])
    #expect(abs(Double(x.sum.scalar) / (Double(Float(0.1)) * Double(count)) - 1) < 1e-7)
    #expect(abs(x.sumOfSquares / (Double(Float(0.1)) * Double(Float(0.1)) * Double(count)) - 1) < 1e-9)
  }
}

extension Tensor {
  /// Zeros but for one element.
  fileprivate init(x: Float, at index: Int, in shape: [Int]) {
    var scalars = [Float](repeating: 0, count: shape.reduce(1, *))
    scalars[index] = x
    self.init(scalars, shape: shape)
  }
}
