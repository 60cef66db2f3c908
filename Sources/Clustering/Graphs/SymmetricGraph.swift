import Interruptions
import TensorEngine

/// An undirected graph of points whose edges have weights: a sparse symmetric matrix without a diagonal.
public struct SymmetricGraph: Sendable, Equatable {
  /// Point i's edges are `rowStarts[i]..<rowStarts[i + 1]`; each edge is there from both ends.
  public let rowStarts: [Int]
  /// The points at the other ends, rising within a row.
  public let columns: [Int32]
  /// What belongs to `columns`, not negative.
  public let weights: [Double]

  public var pointCount: Int { rowStarts.count - 1 }

  /// The edges of `neighbours`, of which `strengths` says how strong each is, from both ends: of two points the weight is
  /// what `union` makes of the strength from the one and that from the other, 0 where there is no edge.
  ///
  /// Traps unless there is a strength for each neighbour. Pairs whose weight is not positive are left out.
  public init(
    _ neighbours: NearestNeighbours, strengths: [Double], union: @Sendable (Double, Double) -> Double
  ) throws(Interrupted) {
    precondition(
      strengths.count == neighbours.indices.count,
      "\(strengths.count) strengths for \(neighbours.indices.count) neighbours")
    let k = neighbours.count
    let n = neighbours.indices.count / k
    // The transpose by counting: visiting rows in order leaves each transposed row's columns rising.
    var starts = [Int](repeating: 0, count: n + 1)
    for column in neighbours.indices { starts[Int(column) + 1] += 1 }
    for row in 0..<n { starts[row + 1] += starts[row] }
    var next = starts
    var incoming = [(column: Int32, strength: Double)](repeating: (0, 0), count: n * k)
    for row in 0..<n {
      for place in row * k..<(row + 1) * k {
        let column = Int(neighbours.indices[place])
        incoming[next[column]] = (Int32(row), strengths[place])
        next[column] += 1
      }
    }
    let (received, receivedStarts) = (incoming, starts)
    let blocks = try PointKernels.mapBlocks(of: n) { range in
      range.map { row in
        let own = (row * k..<(row + 1) * k).map { (column: neighbours.indices[$0], strength: strengths[$0]) }
          .sorted { $0.column < $1.column }
        return Self.merged(own, received[receivedStarts[row]..<receivedStarts[row + 1]], union)
      }
    }
    self.init(rows: blocks.flatMap { $0 })
  }

  /// A graph that was kept; nil unless it is one: edges in the order of their points, each from both ends with one weight
  /// that is not negative, none from a point to itself.
  package init?(rowStarts: [Int], columns: [Int32], weights: [Double]) {
    let count = rowStarts.count - 1
    guard rowStarts.first == 0, rowStarts.last == columns.count, columns.count == weights.count,
      zip(rowStarts, rowStarts.dropFirst()).allSatisfy({ $0 <= $1 }), weights.allSatisfy({ $0 >= 0 }),
      columns.allSatisfy({ (0..<count).contains(Int($0)) })
    else { return nil }
    (self.rowStarts, self.columns, self.weights) = (rowStarts, columns, weights)
    // Visiting rows in order, the edges that come in are met in the order in which the other end has them.
    var next = rowStarts
    for row in 0..<count {
      for place in rowStarts[row]..<rowStarts[row + 1] {
        let column = Int(columns[place])
        guard column != row, place == rowStarts[row] || columns[place - 1] < columns[place],
          next[column] < rowStarts[column + 1], Int(columns[next[column]]) == row,
          weights[next[column]] == weights[place]
        else { return nil }
        next[column] += 1
      }
    }
  }

  private init(rows: [[(column: Int32, weight: Double)]]) {
    var starts = [0]
    starts.reserveCapacity(rows.count + 1)
    for row in rows { starts.append(starts[starts.count - 1] + row.count) }
    rowStarts = starts
    columns = rows.flatMap { $0.map(\.column) }
    weights = rows.flatMap { $0.map(\.weight) }
  }

  private static func merged(
    _ a: [(column: Int32, strength: Double)], _ b: ArraySlice<(column: Int32, strength: Double)>,
    _ union: (Double, Double) -> Double
  ) -> [(column: Int32, weight: Double)] {
    var row: [(column: Int32, weight: Double)] = []
    row.reserveCapacity(a.count + b.count)
    var (i, j) = (a.startIndex, b.startIndex)
    while i < a.endIndex || j < b.endIndex {
      let first = i < a.endIndex ? a[i].column : Int32.max
      let second = j < b.endIndex ? b[j].column : Int32.max
      let weight = union(first <= second ? a[i].strength : 0, second <= first ? b[j].strength : 0)
      if weight > 0 { row.append((min(first, second), weight)) }
      if first <= second { i += 1 }
      if second <= first { j += 1 }
    }
    return row
  }

  /// The edges of point `row`: the points at the other ends and the weights.
  func edges(of row: Int) -> Zip2Sequence<ArraySlice<Int32>, ArraySlice<Double>> {
    let range = rowStarts[row]..<rowStarts[row + 1]
    return zip(columns[range], weights[range])
  }

  /// The sum of each point's weights.
  public var degrees: [Double] {
    (0..<pointCount).map { weights[rowStarts[$0]..<rowStarts[$0 + 1]].reduce(0, +) }
  }

  /// The graph without the edges that weigh less than `least`.
  func pruned(below least: Double) -> SymmetricGraph {
    SymmetricGraph(
      rows: (0..<pointCount).map { row in edges(of: row).filter { $0.1 >= least }.map { (column: $0.0, weight: $0.1) } }
    )
  }

  /// The graph of some of the points, in rising order, and the edges among them.
  func selecting(_ points: [Int]) -> SymmetricGraph {
    var place = [Int32](repeating: -1, count: pointCount)
    for (number, point) in points.enumerated() { place[point] = Int32(number) }
    return SymmetricGraph(
      rows: points.map { point in
        edges(of: point).filter { place[Int($0.0)] >= 0 }.map { (column: place[Int($0.0)], weight: $0.1) }
      })
  }

  /// The graph with further edges, none of which it has.
  func adding(_ added: [(Int, Int)], weight: Double) -> SymmetricGraph {
    var rows = (0..<pointCount).map { row in edges(of: row).map { (column: $0.0, weight: $0.1) } }
    for (a, b) in added {
      rows[a].append((Int32(b), weight))
      rows[b].append((Int32(a), weight))
    }
    return SymmetricGraph(rows: rows.map { $0.sorted { $0.column < $1.column } })
  }

  // MARK: - Connected parts

  /// The connected part of each point, numbered in the order of their first points, and how many there are.
  public var parts: (ofPoint: [Int], count: Int) {
    var part = [Int](repeating: -1, count: pointCount)
    var count = 0
    var waiting: [Int] = []
    for start in 0..<pointCount where part[start] < 0 {
      part[start] = count
      waiting.append(start)
      while let point = waiting.popLast() {
        for column in columns[rowStarts[point]..<rowStarts[point + 1]] where part[Int(column)] < 0 {
          part[Int(column)] = count
          waiting.append(Int(column))
        }
      }
      count += 1
    }
    return (part, count)
  }

  /// The graph in one part: each part but the largest is joined to the point nearest to it outside, by an edge of
  /// `weight`, until none is left (Borůvka's minimum spanning tree of the parts).
  ///
  /// - Parameter points: what the edges join, a point a row.
  func joined(by weight: Double, points: Matrix) throws(Interrupted) -> SymmetricGraph {
    precondition(points.rows == pointCount, "\(points.rows) points for a graph of \(pointCount)")
    var graph = self
    while true {
      let (part, count) = graph.parts
      if count == 1 { return graph }
      var members = [[Int]](repeating: [], count: count)
      for (point, part) in part.enumerated() { members[part].append(point) }
      let largest = (0..<count).max { (members[$0].count, $1) < (members[$1].count, $0) }!
      var pairs: [(Int, Int)] = []
      for own in 0..<count where own != largest {
        let others = (0..<pointCount).filter { part[$0] != own }
        let nearest = try NearestNeighbours(
          of: points.selecting(members[own]), among: points.selecting(others), count: 1)
        let place = members[own].indices.min {
          (nearest.squaredDistances[$0], $0) < (nearest.squaredDistances[$1], $1)
        }!
        let other = others[Int(nearest.indices[place])]
        let pair = (min(members[own][place], other), max(members[own][place], other))
        if !pairs.contains(where: { $0 == pair }) { pairs.append(pair) }
      }
      graph = graph.adding(pairs, weight: weight)
    }
  }
}
