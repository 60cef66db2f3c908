/// The shape that stands for one point.
public enum Marker: Sendable, CaseIterable {
  case circle, triangle, square, diamond, star, cross, pentagon, arrow
}

extension Marker {
  /// Its corners about the origin, y downwards, for the area of a circle of radius 1; none of a circle.
  private var corners: [(x: Double, y: Double)] {
    switch self {
    case .circle: []
    case .triangle: [(0, -1.555), (1.347, 0.778), (-1.347, 0.778)]
    case .square: [(-0.886, -0.886), (0.886, -0.886), (0.886, 0.886), (-0.886, 0.886)]
    case .diamond: [(0, -1.253), (1.253, 0), (0, 1.253), (-1.253, 0)]
    case .star:
      [
        (0, -1.672), (0.393, -0.541), (1.590, -0.517), (0.636, 0.207), (0.983, 1.353), (0, 0.669), (-0.983, 1.353),
        (-0.636, 0.207), (-1.590, -0.517), (-0.393, -0.541),
      ]
    case .cross:
      [
        (-0.397, -1.190), (0.397, -1.190), (0.397, -0.397), (1.190, -0.397), (1.190, 0.397), (0.397, 0.397),
        (0.397, 1.190), (-0.397, 1.190), (-0.397, 0.397), (-1.190, 0.397), (-1.190, -0.397), (-0.397, -0.397),
      ]
    case .pentagon: [(0, -1.150), (1.093, -0.355), (0.676, 0.930), (-0.676, 0.930), (-1.093, -0.355)]
    case .arrow: [(0, 1.555), (1.347, -0.778), (-1.347, -0.778)]
    }
  }

  fileprivate func polygon(at centre: Point, radius: Double) -> [Point] {
    corners.map { Point(centre.x + $0.x * radius, centre.y + $0.y * radius) }
  }
}

extension Canvas {
  /// Fills a marker of the same area for every shape: that of a circle of `radius`.
  public func fill(_ marker: Marker, at centre: Point, radius: Double, colour: Colour) {
    if marker == .circle {
      fillCircle(at: centre, radius: radius, colour: colour)
    } else {
      fill(polygon: marker.polygon(at: centre, radius: radius), colour: colour)
    }
  }

  /// Fills such a marker and draws an edge around it, set off from what is below by a little of the background.
  func fill(_ marker: Marker, at centre: Point, radius: Double, colour: Colour, edge: Colour, background: Colour) {
    let line = 0.36 * radius
    if marker == .circle {
      fillCircle(at: centre, radius: radius + line, colour: background)
      fillCircle(at: centre, radius: radius + line / 2, colour: edge)
      fillCircle(at: centre, radius: radius - line / 2, colour: colour)
    } else {
      let polygon = marker.polygon(at: centre, radius: radius)
      stroke(polygon: polygon, colour: background, width: 2 * line)
      fill(polygon: polygon, colour: colour)
      stroke(polygon: polygon, colour: edge, width: line)
    }
  }
}
