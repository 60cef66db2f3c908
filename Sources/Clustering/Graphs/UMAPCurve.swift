import ElementaryFunctions

/// How alike two points of an embedding are by their distance: 1/(1 + a·d^(2b)).
package struct UMAPCurve: Sendable, Equatable {
  package let a: Double
  package let b: Double

  package init(a: Double, b: Double) { (self.a, self.b) = (a, b) }

  /// The curve nearest, in squares over 300 distances from 0 to 3·spread, to one that is 1 up to `minimumDistance` and then
  /// falls as exp(−(d − minimumDistance)/spread): Levenberg and Marquardt's iteration from a = b = 1, as umap-learn's.
  package init(minimumDistance: Double, spread: Double) {
    let distances = (0..<300).map { 3 * spread * Double($0) / 299 }
    let targets = distances.map { $0 < minimumDistance ? 1 : exp(-($0 - minimumDistance) / spread) }
    var (a, b) = (1.0, 1.0)
    var damping = 1e-3
    var error = Self.error(a, b, distances, targets)
    for _ in 0..<200 {
      // Normal equations of the linearised curve; at 0 it does not depend on a or b.
      var (aa, ab, bb, ga, gb) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for (distance, target) in zip(distances, targets) where distance > 0 {
        let logarithm = log(distance)
        let raised = exp(2 * b * logarithm)
        let value = 1 / (1 + a * raised)
        let byA = -value * value * raised
        let byB = byA * a * 2 * logarithm
        let residual = target - value
        aa += byA * byA
        ab += byA * byB
        bb += byB * byB
        ga += byA * residual
        gb += byB * residual
      }
      let (da, db) = (aa * (1 + damping), bb * (1 + damping))
      let determinant = da * db - ab * ab
      guard determinant > 0 else { break }
      let (nextA, nextB) = (a + (ga * db - gb * ab) / determinant, b + (gb * da - ga * ab) / determinant)
      let next = nextA > 0 && nextB > 0 ? Self.error(nextA, nextB, distances, targets) : .infinity
      if next < error {
        let isSettled = error - next <= 1e-15 * error
        (a, b, error) = (nextA, nextB, next)
        damping = max(damping / 10, 1e-12)
        if isSettled { break }
      } else {
        damping *= 10
        if damping > 1e12 { break }
      }
    }
    (self.a, self.b) = (a, b)
  }

  private static func error(_ a: Double, _ b: Double, _ distances: [Double], _ targets: [Double]) -> Double {
    zip(distances, targets).reduce(0) { sum, pair in
      let value = pair.0 > 0 ? 1 / (1 + a * exp(2 * b * log(pair.0))) : 1
      return sum + (pair.1 - value) * (pair.1 - value)
    }
  }
}
