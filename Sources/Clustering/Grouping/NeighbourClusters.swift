import TensorEngine

/// Clusters of some points as an assignment of any: those points keep theirs, others go with most of their nearest.
public struct NeighbourClusters: Sendable, Equatable {
  /// What the clusters were found among, a point a row.
  public let points: Matrix
  /// The cluster of each of them.
  public let clusters: [Int]
  public let clusterCount: Int
  /// How sure each of them is, 0...1.
  public let confidence: [Double]
  /// The share of each of them's neighbours in each cluster, `[points, clusterCount]`.
  package let shares: Matrix
  private let firstPlaces: FirstPlaces
  /// Nearest ones that vote on another point.
  package let neighbourCount: Int

  /// - Parameter points: what `grouping` divided.
  public init(_ grouping: GraphGrouping, of points: Matrix, clusterCount: Int) {
    self.init(
      points, grouping.assignments, clusterCount: clusterCount, confidence: grouping.confidence,
      neighbourCount: grouping.graph.neighbours.count, votes: grouping.votes)
  }

  /// - Parameter votes: of each point's neighbours for the clusters, `[points, clusterCount]`.
  init(
    _ points: Matrix, _ clusters: [Int], clusterCount: Int, confidence: [Double], neighbourCount: Int, votes: [Int32]
  ) {
    precondition(clusters.count == points.rows, "\(clusters.count) assignments for \(points.rows) points")
    self.init(
      points, clusters, confidence: confidence,
      shares: Self.shares(votes.map(Double.init), own: clusters, clusterCount),
      neighbourCount: neighbourCount)
  }

  /// The same from what was kept of them; traps unless everything is of as many points.
  ///
  /// - Parameter shares: of each point's neighbours in each cluster, `[points, clusters]`.
  package init(_ points: Matrix, _ clusters: [Int], confidence: [Double], shares: Matrix, neighbourCount: Int) {
    precondition(
      clusters.count == points.rows && confidence.count == points.rows && shares.rows == points.rows,
      "\(clusters.count) assignments, \(confidence.count) and \(shares.rows) shares for \(points.rows) points")
    (self.points, self.clusterCount, self.neighbourCount) = (points, shares.columns, neighbourCount)
    (self.clusters, self.confidence, self.shares) = (clusters, confidence, shares)
    // A point itself or a copy of one, to the bit.
    firstPlaces = FirstPlaces(count: points.rows) { Self.key(points.row($0)) }
  }

  /// The share of each row's neighbours in each cluster, `[rows, clusterCount]`: an estimate of p(cluster | point).
  public func probabilities(of rows: Matrix) throws -> Matrix {
    try probabilities(of: rows, at: places(of: rows))
  }

  /// The cluster of each row: its own, or that of most of its nearest, the first of equal ones.
  public func assignments(of rows: Matrix) throws -> [Int] {
    let places = places(of: rows)
    let probabilities = try probabilities(of: rows, at: places)
    return places.indices.map { row in
      if let place = places[row] { return clusters[place] }
      return probabilities.largestColumn(ofRow: row)
    }
  }

  private func probabilities(of rows: Matrix, at places: [Int?]) throws -> Matrix {
    precondition(rows.columns == points.columns, "\(rows.columns) columns against \(points.columns)")
    let others = places.indices.filter { places[$0] == nil }
    var result = Matrix(rows: rows.rows, columns: clusterCount)
    for (row, place) in places.enumerated() {
      guard let place else { continue }
      for cluster in 0..<clusterCount { result[row, cluster] = shares[place, cluster] }
    }
    guard !others.isEmpty else { return result }
    let nearest = try NearestNeighbours(of: rows.selecting(others), among: points, count: neighbourCount)
    for (number, row) in others.enumerated() {
      for neighbour in nearest.indices(ofRow: number) {
        result[row, clusters[Int(neighbour)]] += 1 / Double(neighbourCount)
      }
    }
    return result
  }

  /// Where each row stands among the points, if it is one of them.
  private func places(of rows: Matrix) -> [Int?] {
    (0..<rows.rows).map { row in
      firstPlaces[Self.key(rows.row(row))].flatMap { points.row($0).elementsEqual(rows.row(row)) ? $0 : nil }
    }
  }

  private static func key(_ row: ArraySlice<Double>) -> UInt64 { FirstPlaces.key(row.lazy.map(\.bitPattern)) }

  /// Votes as shares; a point's own cluster has at least as large a one as any, since it decided.
  private static func shares(_ votes: [Double], own: [Int], _ count: Int) -> Matrix {
    var shares = Matrix(rows: own.count, columns: count, elements: votes)
    for point in own.indices {
      shares[point, own[point]] = shares.row(point).max() ?? 1
      let sum = max(shares.row(point).reduce(0, +), 1)
      for cluster in 0..<count { shares[point, cluster] /= sum }
    }
    return shares
  }
}
