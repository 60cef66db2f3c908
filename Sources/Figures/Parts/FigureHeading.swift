/// A figure's title and the quieter line under it; empty lines take no space.
struct FigureHeading {
  let title: String
  let subtitle: String
  let theme: Theme
  /// The width within which the lower line is broken behind its commas; nil leaves it one line.
  var subtitleWidth: Double?

  /// The space from the top of the heading to what follows it, in points.
  func height(on canvas: Canvas) -> Double {
    let title = title.isEmpty ? 0 : canvas.lineHeight(theme.titleFont)
    let lines = Double(subtitleLines(on: canvas).count)
    let subtitle = subtitle.isEmpty ? 0 : lines * canvas.lineHeight(theme.tickFont) + theme.gap / 4
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
    for line in subtitleLines(on: canvas) {
      let text = canvas.elided(line, font: theme.tickFont, width: width)
      canvas.draw(text, at: Point(corner.x, y), font: theme.tickFont, colour: theme.mutedText)
      y += canvas.lineHeight(theme.tickFont)
    }
  }

  private func subtitleLines(on canvas: Canvas) -> [String] {
    guard let subtitleWidth else { return [subtitle] }
    var lines: [String] = []
    for part in subtitle.split(separator: ", ") {
      let longer = lines.last.map { $0 + ", " + part }
      if let longer, canvas.width(of: longer + ",", font: theme.tickFont) <= subtitleWidth {
        lines[lines.count - 1] = longer
      } else {
        if !lines.isEmpty { lines[lines.count - 1] += "," }
        lines.append(String(part))
      }
    }
    return lines
  }
}
