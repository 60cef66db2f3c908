import CKernels
import TensorEngine

/// A grid of real numbers with the memory and the kernel to convolve it with 1/(1 + r²): the only place where pointers to
/// grids are raw.
///
/// Work is cut into rows, columns and blocks of points, whatever the number of threads.
final class GridConvolution {
  /// Nodes along rows and along columns that hold something: half of what is transformed, so that nothing comes round
  /// from the other side.
  private let usedColumns: Int
  private let usedRows: Int
  private let along: FourierPlan
  private let across: FourierPlan
  /// Numbers of a row: the used ones, filled up for `CK_GRID_COLUMNS` at a time.
  private let columns: Int
  /// Blocks of eight frequencies.
  private let blockCount: Int
  /// The kernel's transform, a block of frequencies along columns after the other, in each the frequencies along rows.
  private let kernel: [Double]
  private var grid: [Double]
  private var spectrum: [Double]

  private static let octet = Int(CK_OCTET)
  private static let group = Int(CK_GRID_COLUMNS)
  private static let rowsOfPiece = 16
  private static let pointsOfPiece = 1024

  /// - Parameters:
  ///   - width, height: numbers along rows and along columns that are transformed, of which half can be used; even.
  ///   - spacing: between nodes, in units of r.
  init(width: Int, height: Int, spacing: Double) {
    precondition(width >= 2 * Self.group && width % 2 == 0 && height % 2 == 0, "a grid of \(width)×\(height)")
    (usedColumns, usedRows) = (width / 2, height / 2)
    (along, across) = (FourierPlan(length: width), FourierPlan(length: height))
    columns = (usedColumns + Self.group - 1) / Self.group * Self.group
    blockCount = height / 2 / Self.octet + 1
    kernel = Self.kernel(along, across, blockCount, spacing)
    grid = [Double](repeating: 0, count: usedRows * columns)
    spectrum = [Double](repeating: 0, count: blockCount * columns * 2 * Self.octet)
  }

  /// The transform of the kernel at the nodes, divided by that of the splines at both of its ends.
  private static func kernel(
    _ along: FourierPlan, _ across: FourierPlan, _ blockCount: Int, _ spacing: Double
  ) -> [Double] {
    let (halfWidth, halfHeight) = (along.length / 2, across.length / 2)
    func value(_ x: Int, _ y: Int) -> Double {
      let (dx, dy) = (Double(x) * spacing, Double(y) * spacing)
      return 1 / (1 + dx * dx + dy * dy)
    }
    // Along columns, eight of them at a time; columns beyond the half are those before it, mirrored.
    let groups = Parallel.map(halfWidth / octet + 1) { group in
      across.evenTransforms(
        (0...halfHeight).flatMap { y in (0..<octet).map { value(min(group * octet + $0, halfWidth), y) } })
    }
    let (splineAlong, splineAcross) = (splineTransform(along.length), splineTransform(across.length))
    // Half of twice the transform, of as many numbers as there are both ways.
    let scale = 0.5 / (Double(along.length) * Double(across.length))
    return Parallel.map(blockCount) { block in
      let rows = (0..<octet).map { min(block * octet + $0, halfHeight) }
      let transforms = along.evenTransforms(
        (0...halfWidth).flatMap { x in rows.map { groups[x / octet][$0 * octet + x % octet] } })
      return (0...halfWidth).flatMap { x in
        rows.indices.map { lane in
          let spline = splineAlong[x] * splineAcross[rows[lane]]
          return transforms[x * octet + lane] * scale / (spline * spline)
        }
      }
    }.flatMap { $0 }
  }

  /// The transform of the cubic B-spline at whole numbers: (4 + 2 cos ω)/6.
  private static func splineTransform(_ length: Int) -> [Double] {
    var values = [Double](repeating: 0, count: (length / 2 + 1) * octet)
    for lane in 0..<octet {
      values[lane] = 4.0 / 6
      values[octet + lane] = 1.0 / 6
    }
    let transform = FourierPlan(length: length).evenTransforms(values)
    return (0...length / 2).map { transform[$0 * octet] }
  }

  /// Fills the grid with points, at places in nodes, each spread over the 4×4 nodes around it.
  func spread(_ x: [Double], _ y: [Double]) {
    let (order, starts) = sortedByRow(y)
    let (columns, usedRows) = (columns, usedRows)
    grid.withUnsafeMutableBufferPointer { grid in
      nonisolated(unsafe) let base = grid.baseAddress!
      order.withUnsafeBufferPointer { order in
        nonisolated(unsafe) let order = order.baseAddress!
        Parallel.forEachRange(of: usedRows, size: Self.rowsOfPiece) { rows in
          (base + rows.lowerBound * columns).update(repeating: 0, count: rows.count * columns)
          // Those whose splines reach these rows.
          let (first, end) = (starts[rows.lowerBound], starts[min(rows.upperBound + 3, usedRows)])
          ck_grid_spread(x, y, order + first, end - first, base, columns, rows.lowerBound, rows.upperBound)
        }
      }
    }
  }

  /// Points by the row in which they lie, and where each row begins; points of a row in their order.
  private func sortedByRow(_ y: [Double]) -> (order: [Int32], starts: [Int]) {
    var starts = [Int](repeating: 0, count: usedRows + 1)
    for place in y { starts[Int(place) + 1] += 1 }
    for row in 0..<usedRows { starts[row + 1] += starts[row] }
    var next = starts
    var order = [Int32](repeating: 0, count: y.count)
    for (point, place) in y.enumerated() {
      order[next[Int(place)]] = Int32(point)
      next[Int(place)] += 1
    }
    return (order, starts)
  }

  /// Replaces the grid by its convolution with the kernel.
  func convolve() {
    let (rows, columns, groups) = (usedRows, columns, columns / Self.group)
    let (along, across, kernel, blockCount) = (along, across, kernel, blockCount)
    grid.withUnsafeMutableBufferPointer { grid in
      spectrum.withUnsafeMutableBufferPointer { spectrum in
        kernel.withUnsafeBufferPointer { kernel in
          nonisolated(unsafe) let (grid, spectrum) = (grid.baseAddress!, spectrum.baseAddress!)
          nonisolated(unsafe) let kernel = kernel.baseAddress!
          Self.forEach(groups, across) { plan, group, work in
            ck_grid_forward(plan, grid, rows, columns, group * Self.group, spectrum, work)
          }
          Self.forEach(blockCount, along) { plan, block, work in
            ck_grid_multiply(
              plan, kernel + block * (along.length / 2 + 1) * Self.octet, columns,
              spectrum + block * columns * 2 * Self.octet, work)
          }
          Self.forEach(groups, across) { plan, group, work in
            ck_grid_backward(plan, spectrum, rows, columns, group * Self.group, grid, work)
          }
        }
      }
    }
  }

  /// Runs `body` for pieces 0..<count, each with memory for a transform.
  private static func forEach(
    _ count: Int, _ plan: FourierPlan,
    _ body: (UnsafePointer<CKFourierPlan>, Int, UnsafeMutablePointer<Double>) -> Void
  ) {
    plan.withPlan { pointer in
      nonisolated(unsafe) let pointer = pointer
      Parallel.forEach(count) { piece in
        withUnsafeTemporaryAllocation(of: Double.self, capacity: 4 * plan.length * octet) {
          body(pointer, piece, $0.baseAddress!)
        }
      }
    }
  }

  /// The spline over the grid at places in nodes, its slopes times `slope` (by column of every place, then by row), and
  /// the sum of the values.
  func interpolated(
    _ x: [Double], _ y: [Double], slope: Double
  ) -> (sum: Double, values: [Double], slopes: [Double]) {
    let n = x.count
    let columns = columns
    var sums: [Double] = []
    var values: [Double] = []
    let slopes = [Double](unsafeUninitializedCapacity: 2 * n) { slopes, count in
      count = 2 * n
      nonisolated(unsafe) let slopes = slopes.baseAddress
      values = [Double](unsafeUninitializedCapacity: n) { values, count in
        count = n
        nonisolated(unsafe) let values = values.baseAddress
        sums = grid.withUnsafeBufferPointer { grid in
          nonisolated(unsafe) let grid = grid.baseAddress
          return Parallel.map((n + Self.pointsOfPiece - 1) / Self.pointsOfPiece) { piece in
            let first = piece * Self.pointsOfPiece
            return ck_grid_interpolate(
              x, y, first, min(Self.pointsOfPiece, n - first), grid, columns, slope, values, slopes, slopes! + n)
          }
        }
      }
    }
    return (sums.reduce(0, +), values, slopes)
  }
}
