/// A figure's title and the quieter line under it, broken into lines where they are long; empty ones take no space.
struct FigureHeading {
  let title: String
  let subtitle: String
  let theme: Theme
  /// The width that the lines have; nil for that of the theme's figures.
  var subtitleWidth: Double?

  /// - Parameters: as the figure has them; the theme may have another title, or none.
  init(title: String, subtitle: String, theme: Theme, width: Double? = nil) {
    self.title = theme.title.text(inPlaceOf: title)
    self.subtitle = theme.showsSubtitle ? subtitle : ""
    (self.theme, subtitleWidth) = (theme, width)
  }

  private var lineWidth: Double { subtitleWidth ?? theme.figureSize.width - 2 * theme.margin }

  /// No larger than the title's, which a narrow panel, or a user's style, may make small.
  private var subtitleFont: Font {
    var font = theme.tickFont
    if !title.isEmpty { font.size = min(font.size, theme.titleSize) }
    return font
  }

  /// The space from the top of the heading to what follows it, in points.
  func height(on canvas: Canvas) -> Double {
    let title = Double(titleLines(on: canvas).count) * canvas.lineHeight(theme.titleFont)
    let lines = Double(subtitleLines(on: canvas).count) * canvas.lineHeight(subtitleFont)
    let subtitle = lines > 0 ? lines + theme.gap / 4 : 0
    return title + subtitle == 0 ? 0 : title + subtitle + theme.gap
  }

  /// Of the widest line, in points.
  func width(on canvas: Canvas) -> Double {
    max(
      canvas.widest(titleLines(on: canvas), font: theme.titleFont),
      canvas.widest(subtitleLines(on: canvas), font: subtitleFont))
  }

  /// Draws all lines from the left at `corner`; `width` is what the figure has for them.
  func draw(on canvas: Canvas, at corner: Point, width: Double) {
    var y = corner.y
    let titles = titleLines(on: canvas)
    canvas.draw(lines: titles, at: corner, font: theme.titleFont, colour: theme.text)
    if !titles.isEmpty { y += Double(titles.count) * canvas.lineHeight(theme.titleFont) + theme.gap / 4 }
    canvas.draw(
      lines: subtitleLines(on: canvas), at: Point(corner.x, y), font: subtitleFont, colour: theme.mutedText)
  }

  private func titleLines(on canvas: Canvas) -> [String] {
    canvas.wrapped(title, font: theme.titleFont, width: lineWidth, most: 4)
  }

  /// Broken behind commas, and within what is between them only where that is too long.
  private func subtitleLines(on canvas: Canvas) -> [String] {
    var lines: [String] = []
    for part in subtitle.split(separator: ", ") {
      let longer = lines.last.map { $0 + ", " + part }
      if let longer, canvas.width(of: longer + ",", font: subtitleFont) <= lineWidth {
        lines[lines.count - 1] = longer
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += "," }
        lines.append(String(part))
      }
    }
    return lines.flatMap { canvas.wrapped($0, font: subtitleFont, width: lineWidth, most: 6) }
  }
}
