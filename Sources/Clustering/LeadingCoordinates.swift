import CKernels
import Interruptions
import TensorEngine

/// Coordinates of points along a few orthogonal directions in which they vary much: a sketch in which no two points are
/// farther apart than they are, so that what is too far in it is too far.
struct LeadingCoordinates: Sendable {
  /// Coordinates, a multiple of the kernel's panel.
  let count: Int
  private let mean: [Double]
  /// A row of `count` for each of the points' columns; as a map of no more than unit norm.
  private let directions: [Double]

  /// Directions found from some of `points`: by two steps of subspace iteration, since any will do and better ones only
  /// tell more.
  init(of points: Matrix, mean: [Double], count: Int) throws(Interrupted) {
    precondition(
      count % Int(CK_FACTOR_PANEL) == 0 && count <= points.columns, "\(count) of \(points.columns) directions")
    let step = (points.rows + Self.sampleSize - 1) / Self.sampleSize
    let sample = points.selecting(stride(from: 0, to: points.rows, by: step).map { $0 })
    var basis = (0..<count).map { fixedDirection($0, count: points.columns) }
    for _ in 0..<2 {
      basis = try PrincipalComponents.scatterProduct(sample, mean: mean, directions: basis)
      orthonormalise(&basis)
    }
    // The directions are orthogonal but for rounding: the sums, themselves rounded, bound the square of their map's norm
    // (Gershgorin).
    let norm = Parallel.map(count) { k in basis.reduce(0) { $0 + abs(dot(basis[k], $1)) } }.reduce(1, max)
    let shrunk = (1 - Double(count * (points.columns + 8)) * 0x1p-52) / norm.squareRoot()
    (self.count, self.mean) = (count, mean)
    directions = (0..<points.columns).flatMap { column in basis.map { $0[column] * shrunk } }
  }

  /// Points that the directions are found from, at most.
  private static let sampleSize = 1024

  /// So many as tell most pairs of `points` and `queries` apart, or none where finding them takes longer than they save.
  static func suitableCount(points: Matrix, queries: Matrix) -> Int {
    // In operations a column, a pair's product being one: the coordinates of a point are 128 in double precision, and the
    // directions come from two passes over the sample, whose products are slower. It begins to pay at some eight times that.
    let pairs = Double(points.rows) * Double(queries.rows)
    let preparing = 256 * Double(points.rows + queries.rows) + 4096 * Double(sampleSize)
    guard points.columns >= 256, pairs > 8 * preparing else { return 0 }
    return points.columns >= 512 ? 128 : 64
  }

  /// The coordinates of `points`, a row each.
  func callAsFunction(_ points: Matrix) throws(Interrupted) -> Matrix {
    precondition(points.columns == mean.count, "\(points.columns) columns against \(mean.count)")
    let parts = try PointKernels.mapBlocks(of: points.rows, size: 64) { range in
      var scratch = [Double](repeating: 0, count: range.count * Int(CK_PROJECTED_COLUMNS))
      var coordinates = [Double](repeating: 0, count: range.count * count)
      points.elements.withUnsafeBufferPointer { x in
        ck_projections(
          x.baseAddress.map { $0 + range.lowerBound * points.columns }, range.count, points.columns, mean, directions,
          count, &scratch, &coordinates)
      }
      return coordinates
    }
    return Matrix(rows: points.rows, columns: count, elements: Array(parts.joined()))
  }

  /// What the squared distance of two points' coordinates may be above theirs by rounding, of points no farther than
  /// `length` from the mean: the coordinates are sums of so many terms (Higham, "Accuracy and Stability of Numerical
  /// Algorithms", 3.1), four times over for both points and for the square, and four times that for safety.
  func slack(length: Double) -> Double {
    16 * Double(mean.count + 8) * Double(count).squareRoot() * 0x1p-52 * length * length
  }
}
