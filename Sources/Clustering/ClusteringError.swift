/// What points or options can make impossible.
public enum ClusteringError: Error, Equatable, CustomStringConvertible {
  /// A coordinate is NaN, infinite or beyond ±1e50.
  case notFinite(row: Int, column: Int)
  /// There are fewer points than the algorithm needs.
  case tooFewPoints(found: Int, needed: Int, purpose: String)
  /// The points do not have as many columns as what they are compared with.
  case dimensionMismatch(found: Int, expected: Int)
  /// A component has lost its points or all its spread.
  case collapsedComponent(component: Int, componentCount: Int, mass: Double)
  /// The covariance matrices of a mixture are too large.
  case tooManyCovariances(componentCount: Int, dimension: Int, limit: Int)
  /// An option is outside its range.
  case invalidOption(name: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .notFinite(let row, let column):
      "every coordinate must be finite and within ±1e50, but that of point \(row), column \(column) is not: the points "
        + "come from something that diverged"
    case .tooFewPoints(let found, let needed, let purpose):
      "\(purpose) needs at least \(needed) points, and there are \(found): use more points or ask for less"
    case .dimensionMismatch(let found, let expected):
      "the points have \(found) columns where \(expected) were expected: use points of the same latent dimension"
    case .collapsedComponent(let component, let componentCount, let mass):
      "component \(component) (of 0 to \(componentCount - 1)) has collapsed onto a single place (it holds \((mass * 100).rounded() / 100) points): "
        + "there are more components than the points have places, or nothing is added to the variances"
    case .tooManyCovariances(let componentCount, let dimension, let limit):
      "\(componentCount) covariance matrices of \(dimension)×\(dimension) numbers are more than the \(limit) that are "
        + "allowed for: use smaller images (load … size=), fewer clusters, or covariance=diagonal"
    case .invalidOption(let name, let found, let expected):
      "\(name) must be \(expected), not \(found)"
    }
  }
}

extension Matrix {
  /// Throws `ClusteringError.notFinite` naming the first coordinate that is NaN, infinite, or so large that products
  /// of squares would overflow.
  func requireFinite() throws {
    // NaN fails the comparison too.
    var sound = true
    for value in elements { sound = sound && abs(value) <= 1e50 }
    if sound { return }
    let index = elements.firstIndex { !(abs($0) <= 1e50) }!
    throw ClusteringError.notFinite(row: index / columns, column: index % columns)
  }
}
