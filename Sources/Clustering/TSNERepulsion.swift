/// A way to compute how the points of a t-SNE repel one another, under a name.
///
/// A new one is a file that declares it with what computes it, and its word in `all`; the tests hold each of the list
/// against the definition.
public struct TSNERepulsion: Sendable {
  /// How it is called.
  public let name: String
  /// The forces on all points at given positions (x of every point, then y).
  let forces: @Sendable (_ positions: [Double]) -> RepulsiveForces

  /// - Parameter forces: must depend on the positions alone, not on the number of threads.
  init(name: String, forces: @escaping @Sendable (_ positions: [Double]) -> RepulsiveForces) {
    (self.name, self.forces) = (name, forces)
  }
}

extension TSNERepulsion {
  /// Every way, the default first.
  public static let all: [TSNERepulsion] = [.exact]
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
