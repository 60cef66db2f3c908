import CKernels
import ElementaryFunctions

/// The numbers of one step of Adam (Kingma and Ba 2015).
public struct AdamStep: Sendable {
  /// Counted from 1.
  public let step: Int
  public let learningRate, beta1, beta2, epsilon: Double
  /// Multiplies the gradients: how clipping by the global norm is applied.
  public let gradientScale: Double

  public init(
    step: Int, learningRate: Double, beta1: Double, beta2: Double, epsilon: Double, gradientScale: Double = 1
  ) {
    (self.step, self.learningRate, self.gradientScale) = (step, learningRate, gradientScale)
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
  }

  /// Moves `parameters` against `gradients` in one pass over all of them; moments and parameters that nothing else
  /// refers to are changed in place.
  public func move(
    _ parameters: inout [Tensor], gradients: [Tensor], firstMoments: inout [Tensor], secondMoments: inout [Tensor]
  ) {
    var pieces: [Piece] = []
    for index in parameters.indices {
      let shape = parameters[index].shape
      precondition(
        gradients[index].shape == shape && firstMoments[index].shape == shape && secondMoments[index].shape == shape,
        "a gradient of shape \(gradients[index].shape) does not fit a parameter of shape \(shape)")
      let count = parameters[index].count
      // The addresses stay good: from here on the tensors are unique, and they outlive the pass.
      parameters[index].mutate { parameter in
        firstMoments[index].mutate { first in
          secondMoments[index].mutate { second in
            reading(gradients[index]) { gradient in
              for start in stride(from: 0, to: count, by: Piece.size) {
                pieces.append(
                  Piece(
                    parameter: parameter + start, gradient: gradient + start, first: first + start,
                    second: second + start, count: min(Piece.size, count - start)))
              }
            }
          }
        }
      }
    }
    let rate = learningRate / (1 - power(beta1, step))
    let root = 1 / (1 - power(beta2, step)).squareRoot()
    withExtendedLifetime((parameters, gradients, firstMoments, secondMoments)) {
      Parallel.forEach(pieces.count) { index in
        let piece = pieces[index]
        ck_adam(
          piece.parameter, piece.gradient, piece.first, piece.second, piece.count, Float(gradientScale), Float(beta1),
          Float(beta2), Float(rate), Float(root), Float(epsilon))
      }
    }
  }

  private struct Piece {
    static let size = 16_384

    let parameter: UnsafeMutablePointer<Float>
    let gradient: UnsafePointer<Float>
    let first, second: UnsafeMutablePointer<Float>
    let count: Int
  }
}

extension Tensor {
  /// The sum of the squared elements, accumulated in Double.
  public var sumOfSquares: Double {
    reading(self) { ck_sum_of_squares($0, count) }
  }
}
