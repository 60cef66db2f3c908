import TensorEngine

/// The share of points' nearest neighbours that are nearest neighbours in an embedding too: 1 if all are, about k/n for a
/// random embedding (the "KNN" of Kobak and Berens 2019).
///
/// - Parameters:
///   - rows: the points whose neighbours are looked at, among all; nil for all.
///   - neighbourCount: k, below the number of points.
/// - Throws: `ClusteringError` if there are too few points or a coordinate is not finite; `Interrupted`.
public func neighbourPreservation(
  of embedding: Matrix, for points: Matrix, neighbourCount k: Int = 10, rows: [Int]? = nil
) throws -> Double {
  precondition(embedding.rows == points.rows, "\(embedding.rows) embedded points for \(points.rows) points")
  guard k >= 1, points.rows > k else {
    throw ClusteringError.tooFewPoints(found: points.rows, needed: k + 1, purpose: "\(k) neighbours")
  }
  try points.requireFinite()
  try embedding.requireFinite()
  let rows = rows ?? Array(0..<points.rows)
  // One more, for a point is among its own neighbours, unless equal ones come before it.
  func neighbours(_ matrix: Matrix) throws -> [Set<Int32>] {
    let found = try NearestNeighbours(of: matrix.selecting(rows), among: matrix, count: k + 1)
    return rows.enumerated().map { place, row in
      Set(found.indices(ofRow: place).filter { $0 != Int32(row) }.prefix(k))
    }
  }
  let kept = try zip(neighbours(points), neighbours(embedding)).reduce(0) { $0 + $1.0.intersection($1.1).count }
  return Double(kept) / Double(k * rows.count)
}
