/// Where points in the plane lie densest: a mean would fall between the halves of a group that is in two places.
enum DensityPeak {
  /// The mean of the points in the fullest neighbourhood of a 24×24 histogram; nil without points.
  static func find(in points: [Point], area: Rect) -> Point? {
    let side = 24
    func bin(_ point: Point) -> (row: Int, column: Int) {
      let column = Int((point.x - area.minX) / area.width * Double(side))
      let row = Int((point.y - area.minY) / area.height * Double(side))
      return (min(max(row, 0), side - 1), min(max(column, 0), side - 1))
    }
    var counts = [Int](repeating: 0, count: side * side)
    for point in points {
      let (row, column) = bin(point)
      counts[row * side + column] += 1
    }
    var best = (count: 0, row: 0, column: 0)
    for row in 0..<side {
      for column in 0..<side {
        var count = 0
        for r in max(row - 1, 0)...min(row + 1, side - 1) {
          for c in max(column - 1, 0)...min(column + 1, side - 1) { count += counts[r * side + c] }
        }
        if count > best.count { best = (count, row, column) }
      }
    }
    guard best.count > 0 else { return nil }
    let near = points.filter { point in
      let (row, column) = bin(point)
      return abs(row - best.row) <= 1 && abs(column - best.column) <= 1
    }
    let count = Double(near.count)
    return Point(near.reduce(0) { $0 + $1.x } / count, near.reduce(0) { $0 + $1.y } / count)
  }
}
