import CKernels
import Interruptions
import TensorEngine

/// What a pass of Lloyd's algorithm over all points comes to: the nearest centroid of each, and what the next centroids are
/// made of.
///
/// Where a point has many more coordinates than there are centroids, each pass keeps for every point and centroid what they
/// are apart at least, and the next one looks only at those that may have come nearest, which changes no result
/// (`ck_bounded_nearest`).
struct LloydPass {
  /// Of neighbouring points.
  private struct Block: Sendable {
    var assignments: [Int32]
    /// Squared, to the nearest centroid.
    var distances: [Double]
    /// Points by centroids; empty where they are not kept.
    var bounds: [Double]
    var mass: [Double]
    /// Σ (x − m) over the points of each centroid m.
    var first: [Double]
  }

  /// Those that the points were compared with.
  let centroids: Matrix
  private let blocks: [Block]

  /// Compares all points with all centroids.
  init(_ points: Matrix, to centroids: Matrix) throws(Interrupted) {
    self.centroids = centroids
    let keepsBounds = points.columns >= Self.columnsForBounds * centroids.rows
    blocks = try PointKernels.mapBlocks(of: points.rows) { range in
      let squares = PointKernels.squaredDistances(points, range, to: centroids)
      var block = Block(
        assignments: [], distances: [], bounds: [], mass: [Double](repeating: 0, count: centroids.rows),
        first: [Double](repeating: 0, count: centroids.elements.count))
      block.assignments.reserveCapacity(range.count)
      block.distances.reserveCapacity(range.count)
      for start in stride(from: 0, to: squares.count, by: centroids.rows) {
        var (best, least) = (0, squares[start])
        for c in 1..<max(1, centroids.rows) where squares[start + c] < least { (best, least) = (c, squares[start + c]) }
        block.assignments.append(Int32(best))
        block.distances.append(least)
      }
      if keepsBounds { block.bounds = squares.map { $0.squareRoot() * Self.certainShare } }
      for some in Self.parts(of: range.count) { Self.addDifferences(points, range, some, centroids, to: &block) }
      return block
    }
  }

  /// Compares all points with what the centroids have become.
  init(_ points: Matrix, to moved: Matrix, after pass: LloydPass) throws(Interrupted) {
    guard pass.blocks.first?.bounds.isEmpty == false else {
      self = try LloydPass(points, to: moved)
      return
    }
    centroids = moved
    let shifts = (0..<moved.rows).map { c in
      zip(moved.row(c), pass.centroids.row(c)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
        / Self.certainShare
    }
    blocks = try PointKernels.mapBlocks(of: points.rows) { range in
      var block = pass.blocks[range.lowerBound / PointKernels.blockSize]
      block.mass = [Double](repeating: 0, count: moved.rows)
      block.first = [Double](repeating: 0, count: moved.elements.count)
      for some in Self.parts(of: range.count) {
        points.elements.withUnsafeBufferPointer { x in
          block.bounds.withUnsafeMutableBufferPointer { bounds in
            block.assignments.withUnsafeMutableBufferPointer { assignments in
              block.distances.withUnsafeMutableBufferPointer { distances in
                ck_bounded_nearest(
                  x.baseAddress! + (range.lowerBound + some.lowerBound) * points.columns, some.count, points.columns,
                  moved.elements, moved.rows, shifts, bounds.baseAddress! + some.lowerBound * moved.rows,
                  assignments.baseAddress! + some.lowerBound, distances.baseAddress! + some.lowerBound)
              }
            }
          }
        }
        Self.addDifferences(points, range, some, moved, to: &block)
      }
      return block
    }
  }

  var assignments: [Int] { blocks.flatMap { $0.assignments.map(Int.init) } }
  var distances: [Double] { blocks.flatMap(\.distances) }

  /// The mean of each cluster's points; a cluster without points moves to the point farthest from its centroid.
  func means(of points: Matrix) -> Matrix {
    var sum = PointKernels.Moments(componentCount: centroids.rows, columns: centroids.columns)
    for block in blocks { sum.add(mass: block.mass, first: block.first) }
    var moved = sum.means(from: centroids)
    let empty = (0..<centroids.rows).filter { sum.mass[$0] == 0 }
    if !empty.isEmpty {
      let distances = distances
      let farthest = distances.indices.sorted { (distances[$0], $1) > (distances[$1], $0) }
      for (c, point) in zip(empty, farthest) {
        for j in 0..<points.columns { moved[c, j] = points[point, j] }
      }
    }
    return moved
  }

  /// Columns for each centroid from where on a bound costs little beside the distance that it spares.
  private static let columnsForBounds = 4

  /// What a distance is at least, as a share of what was computed: far more than the roundings of millions of columns.
  private static let certainShare = 1 - 1e-8

  /// Points that stay in the second-level cache between their comparison and their sums.
  private static func parts(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 64).map { $0..<min($0 + 64, count) }
  }

  private static func addDifferences(
    _ points: Matrix, _ range: Range<Int>, _ some: Range<Int>, _ centroids: Matrix, to block: inout Block
  ) {
    points.elements.withUnsafeBufferPointer { x in
      block.assignments.withUnsafeBufferPointer { assignments in
        ck_add_differences(
          x.baseAddress.map { $0 + (range.lowerBound + some.lowerBound) * points.columns }, some.count, points.columns,
          assignments.baseAddress! + some.lowerBound, centroids.elements, &block.mass, &block.first)
      }
    }
  }
}
