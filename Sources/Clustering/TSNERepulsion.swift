/// A way to compute how the points of a t-SNE repel one another, under a name.
///
/// A new one is a file that declares it with what computes it, and its word in `all`; the tests hold each of the list
/// against the definition.
public struct TSNERepulsion: Sendable {
  /// The forces on all points at given positions (x of every point, then y).
  typealias Solver = (_ positions: [Double]) -> RepulsiveForces

  /// How it is called.
  public let name: String
  /// A solver for one embedding, which may keep what serves the next iteration.
  let solver: @Sendable () -> Solver

  /// - Parameter solver: gives forces that depend on the positions alone, not on the number of threads or on what was
  ///   asked before.
  init(name: String, solver: @escaping @Sendable () -> Solver) {
    (self.name, self.solver) = (name, solver)
  }
}

extension TSNERepulsion {
  /// Every way, the most exact first.
  public static let all: [TSNERepulsion] = [.exact, .interpolated]

  /// The one that is soonest done with so many points and right enough.
  public static func suited(to pointCount: Int) -> TSNERepulsion {
    pointCount > mostForExact ? .interpolated : .exact
  }

  /// From where on sums over all pairs take much longer than a grid's.
  private static let mostForExact = 5_000
}

extension TSNERepulsion: Equatable, CustomStringConvertible {
  public static func == (a: TSNERepulsion, b: TSNERepulsion) -> Bool { a.name == b.name }
  public var description: String { name }
}

/// What the points of an embedding do to one another apart from their affinities, with q_ij = 1/(1 + |y_i − y_j|²).
struct RepulsiveForces: Sendable {
  /// r_i = Σ_j q_ij² (y_i − y_j): x of every point, then y.
  var forces: [Double]
  /// Z = Σ_{i≠j} q_ij.
  var normaliser: Double
}
