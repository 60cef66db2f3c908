import Interruptions
import TensorEngine

/// An order of rows in which those near each other mostly stand near each other, so that a search that begins beside a
/// row soon knows how far its nearest are at most.
enum SpatialOrder {
  /// The rows of `points`: halved at the median of the column that spreads most, and each half again, down to `leaf`
  /// rows.
  static func rows(of points: Matrix, leaf: Int) throws(Interrupted) -> [Int32] {
    var order = (0..<Int32(points.rows)).map { $0 }
    try sort(&order, 0..<points.rows, points, leaf)
    return order
  }

  private static func sort(
    _ order: inout [Int32], _ range: Range<Int>, _ points: Matrix, _ leaf: Int
  ) throws(Interrupted) {
    guard range.count > leaf, points.columns > 0 else { return }
    try Interruption.check()
    let column = widestColumn(of: points, order[range])
    let sorted = order[range].map { (value: points.elements[Int($0) * points.columns + column], row: $0) }
      .sorted { ($0.value, $0.row) < ($1.value, $1.row) }
    for (place, entry) in sorted.enumerated() { order[range.lowerBound + place] = entry.row }
    // At a multiple of the leaf, so that all leaves but the last are full.
    let half = (range.count / 2 + leaf - 1) / leaf * leaf
    let middle = range.lowerBound + half
    try sort(&order, range.lowerBound..<middle, points, leaf)
    try sort(&order, middle..<range.upperBound, points, leaf)
  }

  /// The column of largest variance among a few of the rows.
  private static func widestColumn(of points: Matrix, _ rows: ArraySlice<Int32>) -> Int {
    let step = max(1, rows.count / 128)
    let sample = points.selecting(stride(from: rows.startIndex, to: rows.endIndex, by: step).map { Int(rows[$0]) })
    let means = sample.columnMeans
    var spreads = [Double](repeating: 0, count: points.columns)
    for row in 0..<sample.rows {
      for (column, value) in sample.row(row).enumerated() {
        let difference = value - means[column]
        spreads[column] += difference * difference
      }
    }
    return spreads.indices.max { (spreads[$0], $1) < (spreads[$1], $0) }!
  }
}
