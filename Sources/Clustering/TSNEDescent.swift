/// Gradient descent with momentum, and a gain for each coordinate that grows while its sign persists (Jacobs, 1988),
/// with openTSNE's constants.
struct TSNEDescent {
  /// x of every point, then y.
  private(set) var positions: [Double]
  private var updates: [Double]
  private var gains: [Double]

  private static let leastGain = 0.01
  /// No point moves farther in one step.
  private static let longestStep = 5.0

  init(positions: [Double]) {
    self.positions = positions
    updates = Array(repeating: 0, count: positions.count)
    gains = Array(repeating: 1, count: positions.count)
  }

  mutating func step(along gradient: [Double], learningRate: Double, momentum: Double) {
    let n = positions.count / 2
    for i in positions.indices {
      // An update against the gradient's sign is still going downhill.
      let persists = updates[i] * gradient[i] <= 0
      gains[i] = persists ? gains[i] + 0.2 : gains[i] * 0.8 + Self.leastGain
      updates[i] = momentum * updates[i] - learningRate * gains[i] * gradient[i]
    }
    for i in 0..<n {
      let length = (updates[i] * updates[i] + updates[n + i] * updates[n + i]).squareRoot()
      if length > Self.longestStep {
        updates[i] *= Self.longestStep / length
        updates[n + i] *= Self.longestStep / length
      }
    }
    for axis in 0..<2 {
      var sum = 0.0
      for i in axis * n..<(axis + 1) * n {
        positions[i] += updates[i]
        sum += positions[i]
      }
      for i in axis * n..<(axis + 1) * n { positions[i] -= sum / Double(n) }
    }
  }
}
