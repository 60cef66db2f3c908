import CKernels
import Interruptions
import TensorEngine

/// Points laid out so that those within a distance of some queries are found by a product in single precision, which
/// says which pairs are too far, and exact distances of the others: `ck_pairs_within` says why none is lost.
struct PairSearch: Sendable {
  /// Points, or queries, that are looked at together, by their rows.
  struct Block: Sendable {
    let rows: [Int32]
    fileprivate let packed: [Float]
    /// Squared lengths; of queries.
    fileprivate let norms: [Double]
  }

  /// Points of a block, a multiple of the kernel's panel.
  static let blockSize = 128

  let points: Matrix
  /// All points, a block after the other.
  let blocks: [Block]
  /// What each block's points lie within.
  let boxes: [BoundingBox]
  private let centre: [Double]
  /// A power of two that leaves no query and no point longer than 1.
  private let scale: Double
  /// What `products` may be away from, at most; infinite where that is not known.
  let slack: Double

  /// - Parameter order: the rows of `points`, in the order in which they are to lie; every one once.
  init(_ points: Matrix, order: [Int32], queries: Matrix) throws(Interrupted) {
    precondition(order.count == points.rows, "\(order.count) places for \(points.rows) points")
    let centre = points.columnMeans
    let lengths = try [points, queries].map { matrix throws(Interrupted) in
      try PointKernels.mapBlocks(of: matrix.rows) { range in
        PointKernels.squaredDistances(
          matrix, range, to: Matrix(rows: 1, columns: centre.count, elements: centre)
        ).reduce(0, max)
      }.reduce(0, max)
    }
    let longest = lengths.reduce(0, max).squareRoot()
    // Within what a power can be; longer or shorter ones the filter is merely less sharp for.
    let exponent = longest > 0 && longest.isFinite ? min(max(longest.exponent + 1, -500), 500) : 0
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    blocks = try PointKernels.mapBlocks(of: points.rows, size: Self.blockSize) { range in
      let rows = Array(order[range])
      let panel = Int(CK_PANEL)
      let size = (rows.count + panel - 1) / panel * panel * (points.columns + 1)
      let packed = [Float](unsafeUninitializedCapacity: size) { packed, initialised in
        ck_pack_points(points.elements, rows, rows.count, points.columns, centre, scale, packed.baseAddress)
        initialised = size
      }
      return Block(rows: rows, packed: packed, norms: [])
    }
    boxes = blocks.map { BoundingBox(of: points, rows: $0.rows) }
    (self.points, self.centre, self.scale) = (points, centre, scale)
    // Where the power's range does not suffice, lengths are above 1, or their squares below what single precision holds.
    let length = longest * scale
    let unit = 1.01 * (Double(centre.count) + 8) * 0x1p-24
    slack =
      longest.isFinite && exponent.magnitude < 500 && centre.count <= 1 << 17
      ? 3.1 * unit * max(1, length * length) + Double(centre.count + 1) * 0x1p-120 : .infinity
  }

  /// The rows of `queries` that are to be searched for together.
  func block(of queries: Matrix, rows: [Int32]) -> Block {
    precondition(queries.columns == points.columns, "\(queries.columns) columns against \(points.columns)")
    var packed = [Float](repeating: 0, count: rows.count * (points.columns + 1))
    var norms = [Double](repeating: 0, count: rows.count)
    ck_pack_queries(queries.elements, rows, rows.count, points.columns, centre, scale, &packed, &norms)
    return Block(rows: rows, packed: packed, norms: norms)
  }

  /// Room for the work of one thread, which finds pairs between one block of queries and each of the points' blocks.
  struct Found {
    private(set) var count = 0
    fileprivate var pairs: [Int32]
    fileprivate var distances: [Double]
    fileprivate var scratch: [Float]

    init(queryCount: Int) {
      pairs = [Int32](repeating: 0, count: 2 * queryCount * blockSize)
      distances = [Double](repeating: 0, count: queryCount * blockSize)
      scratch = [Float](repeating: 0, count: queryCount * (Int(CK_PANEL) + 1))
    }

    /// The pair at `index`: places in the two blocks, and the squared distance.
    subscript(index: Int) -> (query: Int, point: Int, distance: Double) {
      (Int(pairs[2 * index]), Int(pairs[2 * index + 1]), distances[index])
    }

    fileprivate mutating func fill(_ kernel: (inout [Float], inout [Int32], inout [Double]) -> Int) {
      count = kernel(&scratch, &pairs, &distances)
    }
  }

  /// Finds the pairs of a query and a point of block `number` that are not farther apart than the query's limit, a squared
  /// distance, which may be infinite.
  func find(_ block: Block, of queries: Matrix, inBlock number: Int, limits: [Double], into found: inout Found) {
    precondition(
      limits.count == block.rows.count && found.distances.count >= block.rows.count * Self.blockSize,
      "\(limits.count) limits and room for \(found.distances.count) pairs of \(block.rows.count) queries")
    let others = blocks[number]
    found.fill { scratch, pairs, distances in
      ck_pairs_within(
        queries.elements, block.rows, block.rows.count, block.packed, block.norms, points.elements, others.rows,
        others.rows.count, others.packed, points.columns, scale, limits, &scratch, &pairs, &distances)
    }
  }
}

extension PairSearch {
  /// Of each query of a block and each point, in the order of `pointRows`, a number that grows with their distance: the
  /// squared distance, scaled, less a number of the query, to within `slack`.
  ///
  /// - Parameter scratch: room for a row of `rowLength` values for each query, which these are written to.
  func products(_ block: Block, into scratch: inout [Float]) {
    let stride = rowLength
    precondition(scratch.count >= block.rows.count * stride, "room for \(scratch.count) products of \(stride) points")
    let panel = Int(CK_PANEL)
    for (number, others) in blocks.enumerated() {
      PointKernels.writeProducts(
        block.packed, block.rows.count, others.packed, panels: (others.rows.count + panel - 1) / panel,
        dimension: points.columns, into: &scratch, at: number * Self.blockSize, stride: stride)
    }
  }

  /// Points of all blocks, the last one full.
  var rowLength: Int { blocks.count * Self.blockSize }
}

/// The ranges of coordinates of some points.
struct BoundingBox: Sendable {
  private let lower: [Double]
  private let upper: [Double]

  /// Of at least one of the rows of `points`.
  init(of points: Matrix, rows: [Int32]) {
    var (lower, upper) = (Array(points.row(Int(rows[0]))), Array(points.row(Int(rows[0]))))
    for row in rows {
      let start = Int(row) * points.columns
      for column in lower.indices {
        let value = points.elements[start + column]
        lower[column] = min(lower[column], value)
        upper[column] = max(upper[column], value)
      }
    }
    (self.lower, self.upper) = (lower, upper)
  }

  /// What no point within is nearer to any within `other` than, squared: a little less than the boxes' distance, so that
  /// rounding makes it no more. NaN, which is above nothing, beside coordinates that are not finite.
  func squaredDistance(to other: BoundingBox) -> Double {
    var sum = 0.0
    for column in lower.indices {
      let gap = max(lower[column] - other.upper[column], other.lower[column] - upper[column], 0)
      sum += gap * gap
    }
    return sum * (1 - 1e-9)
  }
}
