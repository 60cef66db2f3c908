import Interruptions

/// Points as a graph's leading eigenvectors place them: those that many short ways join lie close together.
///
/// Ng, Jordan and Weiss, "On spectral clustering: analysis and an algorithm" (2001): the rows of the leading eigenvectors
/// of D^-½ W D^-½, each scaled to length 1, which takes out what sets them apart from Shi and Malik's ("Normalized cuts and
/// image segmentation", 2000), the root of the point's degree.
public struct SpectralEmbedding: Sendable, Equatable {
  /// A point a row, of length 1.
  public let coordinates: Matrix
  /// The eigenvalues of the normalised adjacency, falling from 1.
  public let values: [Double]
  /// Connected parts of the graph of neighbours as it was.
  public let partCount: Int
  /// The graph, joined where it had more parts than there are coordinates.
  public let graph: SymmetricGraph

  /// What the eigenvectors are exact to: the residual ‖A·v − λ·v‖ of unit vectors.
  public static let tolerance = 1e-6

  /// Embeds `points` by the graph of their `neighbourCount` nearest others: W is ½ for an edge one way and 1 for one both
  /// ways, as in scikit-learn.
  ///
  /// A graph in more parts than `count` has more leading eigenvectors than are taken, and which would be chance: it is
  /// first joined by its shortest missing edges. Takes points²·columns operations. Throws `ClusteringError` if there are
  /// fewer than two points or than `count`, or a coordinate is not finite, and what `progress` throws, which is told what is
  /// being done.
  public init(
    of points: Matrix, neighbourCount: Int, count: Int, progress: (String) throws -> Void = { _ in }
  ) throws {
    guard points.rows >= count else {
      throw ClusteringError.tooFewPoints(
        found: points.rows, needed: count, purpose: "spectral clustering with \(count) clusters")
    }
    try progress("the graph of neighbours")
    let neighbours = try NeighbourGraph(of: points, neighbourCount: neighbourCount).neighbours
    let graph = try SymmetricGraph(
      neighbours, strengths: [Double](repeating: 1, count: neighbours.indices.count)
    ) { ($0 + $1) / 2 }
    try self.init(of: graph, count: count, points: points, progress: progress)
  }

  /// One that was kept; traps unless it places all points of the graph.
  package init(coordinates: Matrix, values: [Double], partCount: Int, graph: SymmetricGraph) {
    precondition(
      coordinates.rows == graph.pointCount && coordinates.columns == values.count,
      "\(coordinates.rows)×\(coordinates.columns) coordinates for \(graph.pointCount) points and \(values.count) values"
    )
    (self.coordinates, self.values, self.partCount, self.graph) = (coordinates, values, partCount, graph)
  }

  /// The same of a graph that is there.
  init(of graph: SymmetricGraph, count: Int, points: Matrix, progress: (String) throws -> Void) throws {
    partCount = graph.parts.count
    self.graph = partCount > count ? try graph.joined(by: 0.5, points: points) : graph
    let leading = try GraphEigenvectors(of: self.graph, count: count, tolerance: Self.tolerance) { steps, residual in
      try progress("eigenvectors, step \(steps)")
    }
    values = leading.values
    coordinates = leading.vectors.withUnitRows
  }

  /// What a partition of the graph cuts: Σ_c (weight of the edges that leave part c)/(weight of all of its edges), 0 if no
  /// edge is cut and near the number of parts for a partition by chance (Shi and Malik's normalised cut).
  public func normalisedCut(_ partition: [Int], count: Int) -> Double {
    var inner = [Double](repeating: 0, count: count)
    var all = inner
    for point in 0..<graph.pointCount {
      for (other, weight) in graph.edges(of: point) {
        all[partition[point]] += weight
        if partition[Int(other)] == partition[point] { inner[partition[point]] += weight }
      }
    }
    return zip(inner, all).reduce(0) { $1.1 > 0 ? $0 + 1 - $1.0 / $1.1 : $0 }
  }
}
