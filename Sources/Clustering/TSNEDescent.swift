/// Gradient descent with momentum, and a gain for each coordinate that grows while its sign persists (Jacobs, 1988),
/// with openTSNE's constants.
struct TSNEDescent {
  /// What bounds a step, and whether the points are kept about 0.
  struct Bounds: Sendable {
    /// No point moves farther in one step.
    var longestStep = Double.infinity
    /// No point's gradient counts as longer.
    var longestGradient = Double.infinity
    var isCentred = false

    /// Of all points of an embedding together.
    static let whole = Bounds(longestStep: 5, isCentred: true)
    /// Of new points among points that stay.
    static let added = Bounds(longestGradient: 0.25)
  }

  /// x of every point, then y.
  private(set) var positions: [Double]
  private var updates: [Double]
  private var gains: [Double]
  private let bounds: Bounds

  private static let leastGain = 0.01
  private static let momentum = 0.8

  init(positions: [Double], bounds: Bounds = .whole) {
    self.positions = positions
    self.bounds = bounds
    updates = Array(repeating: 0, count: positions.count)
    gains = Array(repeating: 1, count: positions.count)
  }

  mutating func step(along gradient: [Double], learningRate: Double) {
    let n = positions.count / 2
    for i in 0..<n {
      var (x, y) = (gradient[i], gradient[n + i])
      let length = (x * x + y * y).squareRoot()
      if length > bounds.longestGradient {
        x *= bounds.longestGradient / length
        y *= bounds.longestGradient / length
      }
      updates[i] = update(i, gradient: x, learningRate)
      updates[n + i] = update(n + i, gradient: y, learningRate)
      let step = (updates[i] * updates[i] + updates[n + i] * updates[n + i]).squareRoot()
      if step > bounds.longestStep {
        updates[i] *= bounds.longestStep / step
        updates[n + i] *= bounds.longestStep / step
      }
    }
    for axis in 0..<2 {
      var sum = 0.0
      for i in axis * n..<(axis + 1) * n {
        positions[i] += updates[i]
        sum += positions[i]
      }
      guard bounds.isCentred else { continue }
      let mean = sum / Double(n)
      for i in axis * n..<(axis + 1) * n { positions[i] -= mean }
    }
  }

  /// The next update of a coordinate, whose gain changes.
  private mutating func update(_ i: Int, gradient: Double, _ learningRate: Double) -> Double {
    // An update against the gradient's sign is still going downhill.
    let persists = updates[i] * gradient <= 0
    gains[i] = persists ? gains[i] + 0.2 : gains[i] * 0.8 + Self.leastGain
    return Self.momentum * updates[i] - learningRate * gains[i] * gradient
  }
}
