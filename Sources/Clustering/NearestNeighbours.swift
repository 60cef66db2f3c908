import Interruptions
import TensorEngine

/// The nearest neighbours of some points, exactly, by Euclidean distance: by Σ_j (x_j − y_j)² in double precision, summed
/// over the columns in order by fused multiply-adds.
public struct NearestNeighbours: Sendable, Equatable {
  /// Neighbours of each point.
  public let count: Int
  /// Rows of the searched points: `count` for each query, nearest first, the lower row first of equally near ones.
  public let indices: [Int32]
  /// The squared distances that belong to `indices`.
  public let squaredDistances: [Double]

  /// The neighbours of query `row`, nearest first.
  public func indices(ofRow row: Int) -> ArraySlice<Int32> { indices[row * count..<(row + 1) * count] }

  /// The `count` nearest of `points` to each of `queries`.
  ///
  /// Takes queries·points·columns operations in single precision, or with many columns a fraction of them, which leave few
  /// pairs to be looked at in double, and 12 bytes a neighbour; for thousands of neighbours search the queries in batches.
  /// Traps if the columns differ or there are fewer points than `count`.
  public init(of queries: Matrix, among points: Matrix, count: Int) throws(Interrupted) {
    try self.init(of: queries, among: points, count: count, leadingCount: nil)
  }

  /// The `count` nearest other points of each of `points`.
  public init(within points: Matrix, count: Int) throws(Interrupted) {
    try self.init(within: points, count: count, leadingCount: nil)
  }

  /// The same; peers search for the neighbours of some points each. Throws what they throw too.
  package init(within points: Matrix, count: Int, peers: any Peers) throws {
    guard peers.count > 1 else {
      self = try Self(within: points, count: count)
      return
    }
    let search = try PairSearch(points)
    let order = try Self.order(search, excludingSelf: true)
    let words = try peers.shared(rows: points.rows, columns: 3 * count) { places in
      var words: [UInt32] = []
      words.reserveCapacity(3 * count * places.count)
      for start in stride(
        from: places.lowerBound / Self.stretch * Self.stretch, to: places.upperBound, by: Self.stretch)
      {
        let some = (start..<start + Self.stretch).clamped(to: places)
        for entry in try Self.found(search, order[some], count, excludingSelf: true).joined() {
          let bits = entry.distance.bitPattern
          words.append(UInt32(entry.index))
          words.append(UInt32(truncatingIfNeeded: bits))
          words.append(UInt32(bits >> 32))
        }
        peers.attend()
      }
      return words
    }
    self.init(order, count) { place, rank in
      let begin = 3 * (place * count + rank)
      let bits = UInt64(words[begin + 1]) | UInt64(words[begin + 2]) << 32
      return NearestHeap.Entry(distance: Double(bitPattern: bits), index: Int32(words[begin]))
    }
  }

  /// Queries after which a peer attends to the others: blocks for many threads.
  private static let stretch = 32 * PairSearch.blockSize

  /// By way of `leadingCount` leading coordinates, be it quicker or not: tests find the same without and with them.
  package init(of queries: Matrix, among points: Matrix, count: Int, leadingCount: Int?) throws(Interrupted) {
    try self.init(
      PairSearch(points, queries: queries, leadingCount: leadingCount), count: count, excludingSelf: false)
  }

  package init(within points: Matrix, count: Int, leadingCount: Int?) throws(Interrupted) {
    try self.init(PairSearch(points, leadingCount: leadingCount), count: count, excludingSelf: true)
  }

  /// Products that a piece of work takes at most, so that a wish to end is soon heard.
  private static let workOfPiece = 8_000_000_000

  private init(_ search: PairSearch, count: Int, excludingSelf: Bool) throws(Interrupted) {
    let order = try Self.order(search, excludingSelf: excludingSelf)
    let found = try Self.found(search, order[...], count, excludingSelf: excludingSelf)
    self.init(order, count) { place, rank in found[place][rank] }
  }

  /// - Parameters:
  ///   - order: the queries as they were searched for.
  ///   - entry: of the query at a place in `order`, one of its neighbours, by how many are nearer.
  private init(_ order: [Int32], _ count: Int, entry: (_ place: Int, _ rank: Int) -> NearestHeap.Entry) {
    self.count = count
    var indices = [Int32](repeating: 0, count: order.count * count)
    var squaredDistances = [Double](repeating: 0, count: order.count * count)
    for (place, row) in order.enumerated() {
      for rank in 0..<count {
        let entry = entry(place, rank)
        indices[Int(row) * count + rank] = entry.index
        squaredDistances[Int(row) * count + rank] = entry.distance
      }
    }
    (self.indices, self.squaredDistances) = (indices, squaredDistances)
  }

  /// The queries as they are best searched for: neither their order nor that of the points shows in the result, for what is
  /// kept of the candidates does not depend on when they come.
  private static func order(_ search: PairSearch, excludingSelf: Bool) throws(Interrupted) -> [Int32] {
    excludingSelf ? search.blocks.flatMap(\.rows) : try search.orderOfQueries()
  }

  /// The neighbours of each of some queries, in their order.
  private static func found(
    _ search: PairSearch, _ queryOrder: ArraySlice<Int32>, _ count: Int, excludingSelf: Bool
  ) throws(Interrupted) -> [[NearestHeap.Entry]] {
    let points = search.points
    let available = excludingSelf ? points.rows - 1 : points.rows
    precondition(count >= 1 && count <= available, "\(count) neighbours were asked for where there are \(available)")
    let affordable = workOfPiece / max(1, points.rows * (points.columns + 1))
    let size = min(max(affordable, 1), PairSearch.blockSize)
    // The pieces are the same whoever has which of them: those of blocks of points that lie together.
    let first = queryOrder.startIndex / size
    return try Parallel.interruptibleMap((queryOrder.endIndex + size - 1) / size - first) { piece in
      let range = ((first + piece) * size..<(first + piece + 1) * size).clamped(to: queryOrder.indices)
      let block = search.block(queries: Array(queryOrder[range]))
      var heaps = [NearestHeap](repeating: NearestHeap(capacity: count), count: range.count)
      var limits = [Double](repeating: .infinity, count: range.count)
      var pairs = PairSearch.Found(queryCount: range.count)
      // The nearest blocks first, among them the queries' own: few points come near after theirs, and once a block is too
      // far for all queries, so are those behind it.
      let bounds = search.leastDistances(from: block)
      let start = excludingSelf ? range.lowerBound / PairSearch.blockSize : 0
      let count = search.blocks.count
      let nearestFirst = bounds.indices.sorted { a, b in
        (bounds[a], (a - start + count) % count) < (bounds[b], (b - start + count) % count)
      }
      for number in nearestFirst {
        if bounds[number] > limits.max()! { break }
        search.find(block, inBlock: number, limits: limits, into: &pairs)
        let rows = search.blocks[number].rows
        for index in 0..<pairs.count {
          let (query, point, distance) = pairs[index]
          if excludingSelf && rows[point] == block.rows[query] { continue }
          limits[query] = heaps[query].insert(distance, rows[point])
        }
      }
      return heaps.map { $0.sorted() }
    }.flatMap { $0 }
  }
}

/// The nearest candidates seen so far, the farthest of them on top.
private struct NearestHeap {
  struct Entry {
    var distance: Double
    var index: Int32

    static func < (a: Entry, b: Entry) -> Bool {
      a.distance < b.distance || (a.distance == b.distance && a.index < b.index)
    }
  }

  private var entries: [Entry] = []
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity)
  }

  /// Offers a candidate; returns what a later one's distance must not be above to be kept.
  mutating func insert(_ distance: Double, _ index: Int32) -> Double {
    // A distance that is not a number is of no order: it counts as the farthest.
    let entry = Entry(distance: distance.isNaN ? .infinity : distance, index: index)
    if entries.count < capacity {
      entries.append(entry)
      siftUp()
    } else if entry < entries[0] {
      entries[0] = entry
      siftDown()
    }
    return entries.count < capacity ? .infinity : entries[0].distance
  }

  func sorted() -> [Entry] { entries.sorted(by: <) }

  private mutating func siftUp() {
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[parent] < entries[child] else { return }
      entries.swapAt(parent, child)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      let left = 2 * parent + 1
      let right = left + 1
      var largest = parent
      if left < entries.count && entries[largest] < entries[left] { largest = left }
      if right < entries.count && entries[largest] < entries[right] { largest = right }
      if largest == parent { return }
      entries.swapAt(parent, largest)
      parent = largest
    }
  }
}
