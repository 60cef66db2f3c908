import Interruptions
import TensorEngine

/// The nearest neighbours of some points, exactly, by Euclidean distance.
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
  /// Takes queries·points·columns operations and 12 bytes a neighbour; for thousands of neighbours search the
  /// queries in batches. Traps if the columns differ or there are fewer points than `count`.
  public init(of queries: Matrix, among points: Matrix, count: Int) throws(Interrupted) {
    try self.init(queries, points, count: count, excludingSelf: false)
  }

  /// The `count` nearest other points of each of `points`.
  public init(within points: Matrix, count: Int) throws(Interrupted) {
    try self.init(points, points, count: count, excludingSelf: true)
  }

  /// Queries that one piece of work answers, and points that it measures at a time: what fits the second-level cache.
  private static let queryBlock = 128
  private static let pointBlock = 1024

  private init(_ queries: Matrix, _ points: Matrix, count: Int, excludingSelf: Bool) throws(Interrupted) {
    let available = excludingSelf ? points.rows - 1 : points.rows
    precondition(count >= 1 && count <= available, "\(count) neighbours were asked for where there are \(available)")
    precondition(queries.columns == points.columns, "\(queries.columns) columns against \(points.columns)")
    let chunks = stride(from: 0, to: points.rows, by: Self.pointBlock).map {
      ($0, points.selecting($0..<min(points.rows, $0 + Self.pointBlock)))
    }
    let found = try PointKernels.mapBlocks(of: queries.rows, size: Self.queryBlock) { range in
      var heaps = [NearestHeap](repeating: NearestHeap(capacity: count), count: range.count)
      for (first, chunk) in chunks {
        let distances = PointKernels.squaredDistances(queries, range, to: chunk)
        for query in 0..<range.count {
          heaps[query].insert(
            distances[query * chunk.rows..<(query + 1) * chunk.rows], firstIndex: first,
            excluding: excludingSelf ? range.lowerBound + query : -1)
        }
      }
      return heaps.map { $0.sorted() }
    }
    self.count = count
    self.indices = found.flatMap { $0.flatMap { $0.map(\.index) } }
    self.squaredDistances = found.flatMap { $0.flatMap { $0.map(\.distance) } }
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

  /// Offers candidates in ascending order of index, so that an equally far later one is never better.
  mutating func insert(_ distances: ArraySlice<Double>, firstIndex: Int, excluding excluded: Int) {
    var index = firstIndex
    for distance in distances {
      if index != excluded {
        if entries.count < capacity {
          entries.append(Entry(distance: distance, index: Int32(index)))
          siftUp()
        } else if distance < entries[0].distance {
          entries[0] = Entry(distance: distance, index: Int32(index))
          siftDown()
        }
      }
      index += 1
    }
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
