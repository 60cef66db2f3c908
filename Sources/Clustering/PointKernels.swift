import CKernels
import Interruptions
import TensorEngine

/// The module's vectorised loops over points: the only place of mixtures and neighbours where pointers are raw.
///
/// Work is cut into blocks of `blockSize` points, whatever the number of threads, and partial sums are added in the
/// order of the blocks.
enum PointKernels {
  static let blockSize = 1024

  /// Squared distances of the points in `range` to every centre, each column scaled by `scales` if given:
  /// range.count by centres.rows values.
  static func squaredDistances(
    _ points: Matrix, _ range: Range<Int>, to centres: Matrix, scales: Matrix? = nil
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: range.count * centres.rows) { out, initialised in
      squaredDistances(points, range, to: centres, scales: scales, into: out.baseAddress)
      initialised = range.count * centres.rows
    }
  }

  private static func squaredDistances(
    _ points: Matrix, _ range: Range<Int>, to centres: Matrix, scales: Matrix?, into out: UnsafeMutablePointer<Double>?
  ) {
    precondition(
      points.columns == centres.columns, "points have \(points.columns) columns, centres \(centres.columns)")
    precondition(range.upperBound <= points.rows, "there are \(points.rows) points, not \(range.upperBound)")
    guard let out, !range.isEmpty, centres.rows > 0 else { return }
    points.elements.withUnsafeBufferPointer { x in
      centres.elements.withUnsafeBufferPointer { m in
        let first = x.baseAddress.map { $0 + range.lowerBound * points.columns }
        if let scales {
          scales.elements.withUnsafeBufferPointer { s in
            ck_squared_distances(
              first, range.count, points.columns, m.baseAddress, s.baseAddress, centres.rows, out)
          }
        } else {
          ck_squared_distances(first, range.count, points.columns, m.baseAddress, nil, centres.rows, out)
        }
      }
    }
  }

  /// softmax_c(offsets_c − d_c/2) of each of `count` rows of squared distances d, and each one's log-sum.
  static func responsibilities(
    _ squaredDistances: [Double], count: Int, offsets: [Double]
  ) -> (responsibilities: [Double], logSums: [Double]) {
    var rows = squaredDistances
    let logSums = [Double](unsafeUninitializedCapacity: count) { sums, initialised in
      rows.withUnsafeMutableBufferPointer { rows in
        if count > 0 { ck_responsibilities(rows.baseAddress, count, offsets.count, offsets, sums.baseAddress) }
      }
      initialised = count
    }
    return (rows, logSums)
  }

  /// Moments of the points in `range` about `centres`, weighted by `weights` (range.count by centres.rows).
  static func moments(_ points: Matrix, _ range: Range<Int>, weights: [Double], about centres: Matrix) -> Moments {
    precondition(
      weights.count == range.count * centres.rows,
      "\(weights.count) weights for \(range.count) points and \(centres.rows) components")
    var moments = Moments(componentCount: centres.rows, columns: points.columns)
    points.elements.withUnsafeBufferPointer { x in
      ck_accumulate_moments(
        x.baseAddress.map { $0 + range.lowerBound * points.columns }, range.count, points.columns, weights,
        centres.rows, centres.elements, &moments.mass, &moments.first, &moments.second)
    }
    return moments
  }

  /// The products of packed queries and points, as `ck_pair_products` has them: rows of `stride` values, from `offset` on.
  static func writeProducts(
    _ packedQueries: [Float], _ queryCount: Int, _ packedPoints: [Float], panels: Int, dimension: Int,
    into products: inout [Float], at offset: Int, stride: Int
  ) {
    precondition(
      queryCount == 0 || offset + (queryCount - 1) * stride + panels * Int(CK_PANEL) <= products.count,
      "\(products.count) values are no room for \(panels) panels of \(queryCount) queries")
    products.withUnsafeMutableBufferPointer { products in
      ck_pair_products(
        packedQueries, queryCount, packedPoints, panels, dimension, products.baseAddress! + offset, stride)
    }
  }

  /// `body` of each block of at most `size` of `count` points, in parallel; the results are in the order of the blocks.
  static func mapBlocks<Result: Sendable>(
    of count: Int, size: Int = blockSize, _ body: (Range<Int>) -> Result
  ) throws(Interrupted) -> [Result] {
    try Parallel.interruptibleMap((count + size - 1) / size) { block in
      body(block * size..<min(count, (block + 1) * size))
    }
  }
}
