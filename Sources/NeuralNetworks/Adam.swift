import TensorEngine

/// Adam (Kingma and Ba 2015) over a network's parameters, with clipping by the global gradient norm.
public struct Adam: Sendable {
  public var learningRate: Double
  public let beta1: Double
  public let beta2: Double
  public let epsilon: Double
  /// The gradient is scaled down to this norm where it is longer; nil never.
  public let clippingNorm: Double?

  /// Steps taken.
  public private(set) var step = 0
  /// Running means of the gradient, one a parameter; none before the first step.
  public private(set) var firstMoments: [Tensor] = []
  /// Running means of its square.
  public private(set) var secondMoments: [Tensor] = []

  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    clippingNorm: Double? = nil
  ) {
    (self.learningRate, self.beta1, self.beta2, self.epsilon) = (learningRate, beta1, beta2, epsilon)
    self.clippingNorm = clippingNorm
  }

  /// The same optimiser as it was after `step` steps, with its running means; traps unless there are as many of both.
  public func resumed(step: Int, firstMoments: [Tensor], secondMoments: [Tensor]) -> Adam {
    precondition(
      step >= 0 && firstMoments.map(\.shape) == secondMoments.map(\.shape),
      "\(firstMoments.count) and \(secondMoments.count) moments after \(step) steps")
    var adam = self
    (adam.step, adam.firstMoments, adam.secondMoments) = (step, firstMoments, secondMoments)
    return adam
  }

  /// Moves `parameters` one step against `gradients` and returns the gradient's norm before clipping.
  ///
  /// Nothing changes where that norm is not finite: the caller sees it in the returned value.
  @discardableResult
  public mutating func update(_ parameters: inout [Tensor], gradients: [Tensor]) -> Double {
    precondition(
      parameters.count == gradients.count, "\(gradients.count) gradients for \(parameters.count) parameters")
    if firstMoments.isEmpty {
      firstMoments = parameters.map { .zeros($0.shape) }
      secondMoments = parameters.map { .zeros($0.shape) }
    }
    let squares = Parallel.map(gradients.count) { gradients[$0].sumOfSquares }
    let norm = squares.reduce(0, +).squareRoot()
    guard norm.isFinite else { return norm }
    let scale = clippingNorm.map { norm > $0 ? $0 / norm : 1 } ?? 1
    step += 1
    AdamStep(
      step: step, learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, gradientScale: scale
    ).move(&parameters, gradients: gradients, firstMoments: &firstMoments, secondMoments: &secondMoments)
    return norm
  }
}
