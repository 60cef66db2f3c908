import CKernels
import Interruptions
import TensorEngine

/// Points laid out so that those within a distance of some queries are found by a product in single precision, which
/// says which pairs are too far, and exact distances of the others: `ck_pairs_within` says why none is lost. Of many points
/// with many columns most are too far by a few coordinates already.
struct PairSearch: Sendable {
  /// Points, or queries, that are looked at together, by their rows.
  struct Block: Sendable {
    let rows: [Int32]
    fileprivate let all: Packed
    fileprivate let leading: Packed
  }

  /// Coordinates in single precision, and of queries their squared lengths.
  fileprivate struct Packed: Sendable {
    var values: [Float] = []
    var norms: [Double] = []
  }

  /// Points of a block, a multiple of the kernel's panel.
  static let blockSize = 128

  let points: Matrix
  let queries: Matrix
  /// All points, a block after the other, those near each other mostly together.
  let blocks: [Block]
  private let boxes: [BoundingBox]
  private let centre: [Double]
  /// A power of two that leaves no query and no point longer than 1.
  private let scale: Double
  /// What `products` may be away from, at most; infinite where that is not known.
  let slack: Double
  /// Of the queries, where that pays.
  private let leading: (queries: Matrix, slack: Double)?

  /// - Parameters:
  ///   - queries: what is searched for; the points themselves, if none.
  ///   - leadingCount: how many leading coordinates are looked at first; as many as pay, if not said.
  ///   - inOrder: whether the blocks have the points in their order; nothing is then known of which are near.
  init(
    _ points: Matrix, queries others: Matrix? = nil, leadingCount: Int? = nil, inOrder: Bool = false
  ) throws(Interrupted) {
    let queries = others ?? points
    precondition(queries.columns == points.columns, "\(queries.columns) columns against \(points.columns)")
    let centre = points.columnMeans
    func longest(_ matrix: Matrix) throws(Interrupted) -> Double {
      try PointKernels.mapBlocks(of: matrix.rows) { range in
        PointKernels.squaredDistances(
          matrix, range, to: Matrix(rows: 1, columns: centre.count, elements: centre)
        ).reduce(0, max)
      }.reduce(0, max).squareRoot()
    }
    let longestPoint = try longest(points)
    let longest =
      try others.map { queries throws(Interrupted) in max(longestPoint, try longest(queries)) } ?? longestPoint
    // Within what a power can be; longer or shorter ones the filter is merely less sharp for.
    let exponent = longest > 0 && longest.isFinite ? min(max(longest.exponent + 1, -500), 500) : 0
    let scale = Double(sign: .plus, exponent: -exponent, significand: 1)
    // Where the power's range does not suffice, lengths are above 1, or their squares below what single precision holds.
    let length = longest * scale
    let unit = 1.01 * (Double(centre.count) + 8) * 0x1p-24
    slack =
      longest.isFinite && exponent.magnitude < 500 && centre.count <= 1 << 17
      ? 3.1 * unit * max(1, length * length) + Double(centre.count + 1) * 0x1p-120 : .infinity

    let leadingCount = leadingCount ?? LeadingCoordinates.suitableCount(points: points, queries: queries)
    let ofPoints: Matrix?
    if leadingCount > 0 && longest > 0 && slack.isFinite && !inOrder {
      let map = try LeadingCoordinates(of: points, mean: centre, count: leadingCount)
      ofPoints = try map(points)
      let ofQueries = try others.map { queries throws(Interrupted) in try map(queries) } ?? ofPoints!
      leading = (ofQueries, map.slack(length: longest))
    } else {
      (ofPoints, leading) = (nil, nil)
    }
    let coordinates = ofPoints ?? points
    let order =
      inOrder ? (0..<Int32(points.rows)).map { $0 } : try SpatialOrder.rows(of: coordinates, leaf: Self.blockSize)
    blocks = try PointKernels.mapBlocks(of: points.rows, size: Self.blockSize) { range in
      let rows = Array(order[range])
      return Block(
        rows: rows, all: Self.pack(points, rows, centre, scale),
        leading: ofPoints.map { Self.pack($0, rows, [Double](repeating: 0, count: $0.columns), scale) }
          ?? Packed())
    }
    boxes = inOrder ? [] : blocks.map { BoundingBox(of: coordinates, rows: $0.rows) }
    (self.points, self.queries, self.centre, self.scale) = (points, queries, centre, scale)
  }

  private static func pack(_ points: Matrix, _ rows: [Int32], _ centre: [Double], _ scale: Double) -> Packed {
    let panel = Int(CK_PANEL)
    let size = (rows.count + panel - 1) / panel * panel * (points.columns + 1)
    return Packed(
      values: [Float](unsafeUninitializedCapacity: size) { packed, initialised in
        ck_pack_points(points.elements, rows, rows.count, points.columns, centre, scale, packed.baseAddress)
        initialised = size
      })
  }

  /// - Parameter slack: what squared distances may be above the points' own, scaled.
  private func pack(queries: Matrix, _ rows: [Int32], _ centre: [Double], slack: Double = 0) -> Packed {
    var packed = Packed(
      values: [Float](repeating: 0, count: rows.count * (queries.columns + 1)),
      norms: [Double](repeating: 0, count: rows.count))
    ck_pack_queries(
      queries.elements, rows, rows.count, queries.columns, centre, scale, &packed.values, &packed.norms)
    for query in packed.norms.indices { packed.norms[query] -= slack }
    return packed
  }

  /// The rows of the queries that are to be searched for together.
  func block(queries rows: [Int32]) -> Block {
    Block(
      rows: rows, all: pack(queries: queries, rows, centre),
      leading: leading.map {
        pack(
          queries: $0.queries, rows, [Double](repeating: 0, count: $0.queries.columns),
          slack: $0.slack * scale * scale)
      } ?? Packed())
  }

  /// The queries in an order in which those near each other mostly stand together.
  func orderOfQueries() throws(Interrupted) -> [Int32] {
    try SpatialOrder.rows(of: leading?.queries ?? queries, leaf: Self.blockSize)
  }

  /// For each of `blocks` what none of its points is nearer to a query of `block` than, squared; 0 beside coordinates that
  /// are not finite.
  func leastDistances(from block: Block) -> [Double] {
    let box = BoundingBox(of: leading?.queries ?? queries, rows: block.rows)
    return boxes.map {
      let distance = box.squaredDistance(to: $0) - (leading?.slack ?? 0)
      return distance.isNaN ? 0 : distance
    }
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
      scratch = [Float](repeating: 0, count: queryCount * Int(CK_PANEL))
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
  func find(_ block: Block, inBlock number: Int, limits: [Double], into found: inout Found) {
    precondition(
      limits.count == block.rows.count && found.distances.count >= block.rows.count * Self.blockSize,
      "\(limits.count) limits and room for \(found.distances.count) pairs of \(block.rows.count) queries")
    let others = blocks[number]
    found.fill { scratch, pairs, distances in
      ck_pairs_within(
        queries.elements, block.rows, block.rows.count, block.all.values, block.all.norms, points.elements, others.rows,
        others.rows.count, others.all.values, points.columns, block.leading.values, block.leading.norms,
        others.leading.values, leading?.queries.columns ?? 0, scale, limits, &scratch, &pairs, &distances)
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
        block.all.values, block.rows.count, others.all.values, panels: (others.rows.count + panel - 1) / panel,
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
  /// rounding makes it no more. It may be NaN beside coordinates that are not finite.
  func squaredDistance(to other: BoundingBox) -> Double {
    var sum = 0.0
    for column in lower.indices {
      let gap = max(lower[column] - other.upper[column], other.lower[column] - upper[column], 0)
      sum += gap * gap
    }
    return sum * (1 - 1e-9)
  }
}
