import TensorEngine
import TestSupport
import Testing

/// A tensor is a value: what is done to one never shows in another, though they share memory until then.
@Suite("Value semantics") struct ValueSemanticsTests {
  private func step(_ parameter: inout Tensor, _ first: inout Tensor, _ second: inout Tensor, _ number: Int = 1) {
    var (parameters, firsts, seconds) = ([parameter], [first], [second])
    AdamStep(step: number, learningRate: 0.5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8).move(
      &parameters, gradients: [Tensor(repeating: 1, shape: parameter.shape)], firstMoments: &firsts,
      secondMoments: &seconds)
    (parameter, first, second) = (parameters[0], firsts[0], seconds[0])
  }

  @Test func optimisingChangesNoCopy() {
    var parameter = Tensor([1, 2, 3, 4], shape: [2, 2])
    let (copy, reshaped) = (parameter, parameter.reshaped(to: [4]))
    // Both moments begin as one tensor.
    var first = Tensor.zeros([2, 2])
    var second = first
    step(&parameter, &first, &second)
    #expect(largestDifference(parameter.scalars, [0.5, 1.5, 2.5, 3.5]) < 1e-5)
    #expect(copy.scalars == [1, 2, 3, 4] && reshaped.scalars == [1, 2, 3, 4])
    #expect(largestDifference(first.scalars, [0.1, 0.1, 0.1, 0.1]) < 1e-6)
    #expect(largestDifference(second.scalars, [0.001, 0.001, 0.001, 0.001]) < 1e-6)
    let (momentCopy, moved) = (first, parameter)
    step(&parameter, &first, &second, 2)
    #expect(largestDifference(momentCopy.scalars, [0.1, 0.1, 0.1, 0.1]) < 1e-6)
    #expect(largestDifference(moved.scalars, [0.5, 1.5, 2.5, 3.5]) < 1e-5)
  }

  @Test func differentiationLeavesItsParameters() {
    let x = Tensor([1, 2, 3])
    let (_, gradients) = valueAndGradient(at: [x]) { p in
      // Several contributions to one gradient, the first of which is shared with the others.
      let y = p[0] + p[0]
      return (y + y + p[0]).sum
    }
    #expect(gradients[0].scalars == [5, 5, 5])
    #expect(x.scalars == [1, 2, 3])
  }

  /// Memory goes round among threads; no tensor may see another's.
  @Test func reusedMemoryIsNeverShared() {
    let sound = Parallel.map(64) { worker in
      (0..<200).allSatisfy { round in
        let count = 1 + (worker * 31 + round * 17) % 4000
        let value = Float(worker * 1000 + round)
        let a = Tensor(repeating: value, shape: [count])
        let b = Tensor(repeating: -1, shape: [count])
        let sum = a + b
        return a.scalars.allSatisfy { $0 == value } && sum.scalars.allSatisfy { $0 == value - 1 }
      }
    }
    #expect(sound.allSatisfy { $0 })
  }

  @Test func emptyTensorsAreTensors() {
    let none = Tensor([], shape: [0, 3])
    #expect(none.count == 0 && none.scalars.isEmpty && none.sum.scalar == 0)
    #expect((none + none).shape == [0, 3])
    #expect(none.isFinite)
  }
}
