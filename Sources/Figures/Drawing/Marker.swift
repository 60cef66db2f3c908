/// The shape that stands for one point.
public enum Marker: Sendable, CaseIterable {
  case circle, triangle, square, diamond, star, cross, pentagon, arrow
}

extension Canvas {
  /// Fills a marker of the same area for every shape: that of a circle of `radius`.
  public func fill(_ marker: Marker, at centre: Point, radius: Double, colour: Colour) {
    func polygon(_ corners: [(Double, Double)]) {
      fill(polygon: corners.map { Point(centre.x + $0 * radius, centre.y + $1 * radius) }, colour: colour)
    }
    switch marker {
    case .circle:
      fillCircle(at: centre, radius: radius, colour: colour)
    case .triangle:
      polygon([(0, -1.555), (1.347, 0.778), (-1.347, 0.778)])
    case .square:
      polygon([(-0.886, -0.886), (0.886, -0.886), (0.886, 0.886), (-0.886, 0.886)])
    case .diamond:
      polygon([(0, -1.253), (1.253, 0), (0, 1.253), (-1.253, 0)])
    case .star:
      polygon([
        (0, -1.672), (0.393, -0.541), (1.590, -0.517), (0.636, 0.207), (0.983, 1.353), (0, 0.669), (-0.983, 1.353),
        (-0.636, 0.207), (-1.590, -0.517), (-0.393, -0.541),
      ])
    case .cross:
      polygon([
        (-0.397, -1.190), (0.397, -1.190), (0.397, -0.397), (1.190, -0.397), (1.190, 0.397), (0.397, 0.397),
        (0.397, 1.190), (-0.397, 1.190), (-0.397, 0.397), (-1.190, 0.397), (-1.190, -0.397), (-0.397, -0.397),
      ])
    case .pentagon:
      polygon([(0, -1.150), (1.093, -0.355), (0.676, 0.930), (-0.676, 0.930), (-1.093, -0.355)])
    case .arrow:
      polygon([(0, 1.555), (1.347, -0.778), (-1.347, -0.778)])
    }
  }
}
