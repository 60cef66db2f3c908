import CKernels

extension Tensor {
  /// One Adam step (Kingma and Ba 2015) of this parameter in place; `step` counts from 1. The gradient is first
  /// multiplied by `gradientScale`, which is how clipping by the global norm is applied.
  public mutating func adamStep(
    gradient: Tensor, firstMoment: inout Tensor, secondMoment: inout Tensor, step: Int, learningRate: Double,
    beta1: Double, beta2: Double, epsilon: Double, gradientScale: Double
  ) {
    precondition(
      gradient.shape == shape && firstMoment.shape == shape && secondMoment.shape == shape,
      "a gradient of shape \(gradient.shape) does not fit a parameter of shape \(shape)")
    let rate = learningRate / (1 - power(beta1, step))
    let root = 1 / (1 - power(beta2, step)).squareRoot()
    let count = count
    mutate { parameter in
      firstMoment.mutate { first in
        secondMoment.mutate { second in
          reading(gradient) { gradient in
            Parallel.forEachRange(of: count, size: 65_536) { range in
              let start = range.lowerBound
              ck_adam(
                parameter + start, gradient + start, first + start, second + start, range.count,
                Float(gradientScale), Float(beta1), Float(beta2), Float(rate), Float(root), Float(epsilon))
            }
          }
        }
      }
    }
  }

  /// The sum of the squared elements, accumulated in Double.
  public var sumOfSquares: Double {
    reading(self) { ck_sum_of_squares($0, count) }
  }
}

private func power(_ base: Double, _ exponent: Int) -> Double {
  var (result, factor, remaining) = (1.0, base, exponent)
  while remaining > 0 {
    if remaining & 1 == 1 { result *= factor }
    factor *= factor
    remaining >>= 1
  }
  return result
}
