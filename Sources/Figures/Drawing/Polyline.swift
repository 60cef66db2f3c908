/// The unbroken pieces of a curve with gaps.
enum Polyline {
  /// Splits where either coordinate is not finite; each piece has a point or more.
  static func pieces(_ points: some Sequence<Point>) -> [[Point]] {
    var pieces: [[Point]] = []
    var isOpen = false
    for point in points {
      guard point.x.isFinite, point.y.isFinite else {
        isOpen = false
        continue
      }
      if !isOpen { pieces.append([]) }
      isOpen = true
      pieces[pieces.count - 1].append(point)
    }
    return pieces
  }

  /// The same picture with at most four points for each `columnWidth`: where the curve enters it, its least and
  /// greatest, and where it leaves. A curve that turns back in x stays as it is.
  ///
  /// A loss for every step has far more points than a page has pixels, and stroking costs more than linearly.
  static func thinned(_ points: [Point], columnWidth: Double) -> [Point] {
    guard points.count > 4, zip(points, points.dropFirst()).allSatisfy({ $0.x <= $1.x }) else { return points }
    var kept: [Point] = []
    var start = 0
    while start < points.count {
      let column = (points[start].x / columnWidth).rounded(.down)
      var end = start
      var least = start
      var greatest = start
      while end < points.count, (points[end].x / columnWidth).rounded(.down) == column {
        if points[end].y < points[least].y { least = end }
        if points[end].y > points[greatest].y { greatest = end }
        end += 1
      }
      var previous = -1
      for index in [start, min(least, greatest), max(least, greatest), end - 1] where index != previous {
        kept.append(points[index])
        previous = index
      }
      start = end
    }
    return kept
  }
}
