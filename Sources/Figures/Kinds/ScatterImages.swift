import Images
import Interruptions

extension ScatterFigure {
  /// Images where points lie, on a grid whose cells each show the point nearest to their middle: none lies over another,
  /// and what is dense is full. Each is framed in its group's colour.
  func drawImages(on canvas: Canvas, in frame: Rect, theme: Theme) {
    guard let images, !canvas.isForMeasuring else { return }
    let side = Self.cellSide(frame, theme)
    let place = placement(in: imageArea(in: frame, theme))
    let line = max(side / 14, theme.frameWidth)
    for (cell, point) in shownPoints(in: Self.cellArea(frame, theme), side: side, place) {
      if Interruption.isWanted { return }
      let box = Rect(
        x: canvas.snapped(cell.minX), y: canvas.snapped(cell.minY), width: cell.width, height: cell.height)
      canvas.fill(box.inset(by: line / 4), colour: colour(groups[point], theme))
      canvas.draw(images[point], of: images, fitting: box.inset(by: line))
    }
  }

  /// Where the images' points lie.
  func imageArea(in frame: Rect, _ theme: Theme) -> Rect {
    Self.cellArea(frame, theme).inset(by: Self.cellSide(frame, theme) / 2)
  }

  /// What the cells keep to, clear of the frame.
  private static func cellArea(_ frame: Rect, _ theme: Theme) -> Rect { frame.inset(by: theme.gap / 2) }

  /// As many cells as the eye can tell apart: nearly thirty across, but none smaller than letters.
  private static func cellSide(_ frame: Rect, _ theme: Theme) -> Double {
    max(frame.width / 30, 1.3 * theme.tickSize)
  }

  /// The cells that hold points, row by row, each with the point nearest to its middle.
  private func shownPoints(
    in area: Rect, side: Double, _ place: (Int) -> Point
  ) -> [(cell: Rect, point: Int)] {
    let columns = max(1, Int(area.width / side))
    let rows = max(1, Int(area.height / side))
    let left = area.midX - Double(columns) * side / 2
    let top = area.midY - Double(rows) * side / 2
    var nearest = [(point: Int, distance: Double)?](repeating: nil, count: rows * columns)
    for point in groups.indices {
      let centre = place(point)
      guard centre.x.isFinite, centre.y.isFinite else { continue }
      let column = min(max(Int((centre.x - left) / side), 0), columns - 1)
      let row = min(max(Int((centre.y - top) / side), 0), rows - 1)
      let across = centre.x - left - (Double(column) + 0.5) * side
      let down = centre.y - top - (Double(row) + 0.5) * side
      let distance = across * across + down * down
      if distance < nearest[row * columns + column]?.distance ?? .infinity {
        nearest[row * columns + column] = (point, distance)
      }
    }
    return nearest.indices.compactMap { cell in
      nearest[cell].map { found in
        (
          Rect(
            x: left + Double(cell % columns) * side, y: top + Double(cell / columns) * side, width: side,
            height: side), found.point
        )
      }
    }
  }
}
