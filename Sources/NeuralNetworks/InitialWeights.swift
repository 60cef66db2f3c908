import TensorEngine

/// What networks begin with.
public enum InitialWeights {
  @TaskLocal private static var areLeftOut = false

  /// Runs `body`, which builds networks whose every weight takes its value from elsewhere: they are zero until then, which
  /// is sooner done than to draw them.
  public static func leavingOut<Result>(_ body: () throws -> Result) rethrows -> Result {
    try $areLeftOut.withValue(true, operation: body)
  }

  fileprivate static func draw(_ shape: [Int], within bound: Float, _ source: RandomSource) -> Tensor {
    areLeftOut
      ? .zerosUnlessInterrupted(shape) : .uniformsUnlessInterrupted(shape, from: source, low: -bound, high: bound)
  }
}

extension Tensor {
  /// Uniform draws in ±`bound`; anything once there is a wish to end (`Interruption`): whoever builds a network asks
  /// afterwards, and drops it.
  static func initialWeights(_ shape: [Int], within bound: Float, _ source: RandomSource) -> Tensor {
    InitialWeights.draw(shape, within: bound, source)
  }
}
