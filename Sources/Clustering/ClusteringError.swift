/// What points or options can make impossible.
public enum ClusteringError: Error, Equatable, CustomStringConvertible {
  /// A coordinate is NaN or infinite.
  case notFinite(row: Int, column: Int)
  /// There are fewer points than the algorithm needs.
  case tooFewPoints(found: Int, needed: Int, purpose: String)
  /// The points do not have as many columns as what they are compared with.
  case dimensionMismatch(found: Int, expected: Int)
  /// A component has lost its points or all its spread.
  case collapsedComponent(component: Int, componentCount: Int, mass: Double)
  /// An option is outside its range.
  case invalidOption(name: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .notFinite(let row, let column):
      "every coordinate must be finite, but point \(row), column \(column) is not: the points come from something that "
        + "diverged (try a smaller learning rate, or a smaller weight on the prior)"
    case .tooFewPoints(let found, let needed, let purpose):
      "\(purpose) needs at least \(needed) points, and there are \(found): use more points or ask for less"
    case .dimensionMismatch(let found, let expected):
      "the points have \(found) columns where \(expected) were expected: use points of the same latent dimension"
    case .collapsedComponent(let component, let componentCount, let mass):
      "component \(component) of \(componentCount) has collapsed onto a single place (it holds \(mass) points): add "
        + "more to the variances (regularisation), or ask for fewer components"
    case .invalidOption(let name, let found, let expected):
      "\(name) must be \(expected), not \(found)"
    }
  }
}

extension Matrix {
  /// Throws `ClusteringError.notFinite` naming the first coordinate that is NaN or infinite.
  func requireFinite() throws {
    // A sum of x·0 is 0 unless some x is not finite, and it vectorises where an early exit would not.
    var probe = 0.0
    for value in elements { probe += value * 0 }
    if probe == 0 { return }
    let index = elements.firstIndex { !$0.isFinite }!
    throw ClusteringError.notFinite(row: index / columns, column: index % columns)
  }
}
