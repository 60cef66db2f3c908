/// A figure's title and the quieter line under it; empty lines take no space.
struct FigureHeading {
  let title: String
  let subtitle: String
  let theme: Theme

  /// The space from the top of the heading to what follows it, in points.
  func height(on canvas: Canvas) -> Double {
    let title = title.isEmpty ? 0 : canvas.lineHeight(theme.titleFont)
    let subtitle = subtitle.isEmpty ? 0 : canvas.lineHeight(theme.tickFont) + theme.gap / 4
    return title + subtitle == 0 ? 0 : title + subtitle + theme.gap
  }

  func width(on canvas: Canvas) -> Double {
    max(canvas.width(of: title, font: theme.titleFont), canvas.width(of: subtitle, font: theme.tickFont))
  }

  /// Draws both lines from the left at `corner`, elided to `width`.
  func draw(on canvas: Canvas, at corner: Point, width: Double) {
    var y = corner.y
    if !title.isEmpty {
      let text = canvas.elided(title, font: theme.titleFont, width: width)
      canvas.draw(text, at: Point(corner.x, y), font: theme.titleFont, colour: theme.text)
      y += canvas.lineHeight(theme.titleFont) + theme.gap / 4
    }
    let text = canvas.elided(subtitle, font: theme.tickFont, width: width)
    canvas.draw(text, at: Point(corner.x, y), font: theme.tickFont, colour: theme.mutedText)
  }
}
