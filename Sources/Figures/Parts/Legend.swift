/// Names with their swatches, in columns beside a figure or in rows above it; names too long are elided.
struct Legend {
  enum Swatch: Equatable {
    case marker(Marker, Colour)
    case line(Colour, width: Double, dashes: [Double], marker: Marker?)
  }

  struct Entry: Equatable {
    let name: String
    /// Follows the name, and stays whole when the name is elided.
    let detail: String
    let swatch: Swatch?
  }

  let entries: [Entry]
  let title: String
  let theme: Theme

  var font: Font { theme.tickFont }

  private func swatchWidth(_ swatch: Swatch?) -> Double {
    switch swatch {
    case .marker: 0.8 * font.size + theme.gap / 2
    case .line: 2.2 * font.size + theme.gap / 2
    case nil: 0
    }
  }

  private func width(_ entry: Entry, on canvas: Canvas) -> Double {
    let detail = entry.detail.isEmpty ? 0 : canvas.width(of: " " + entry.detail, font: font)
    return swatchWidth(entry.swatch) + canvas.width(of: entry.name, font: font) + detail
  }

  /// Draws an entry in a line whose upper left corner is `corner`.
  private func draw(_ entry: Entry, on canvas: Canvas, at corner: Point, width: Double, lineHeight: Double) {
    let y = corner.y + lineHeight / 2
    let radius = 0.3 * font.size
    switch entry.swatch {
    case .marker(let marker, let colour):
      canvas.fill(marker, at: Point(corner.x + 0.4 * font.size, y), radius: radius, colour: colour)
    case .line(let colour, let lineWidth, let dashes, let marker):
      let end = corner.x + 2.2 * font.size
      canvas.stroke([Point(corner.x, y), Point(end, y)], colour: colour, width: lineWidth, dashes: dashes)
      if let marker {
        canvas.fill(marker, at: Point((corner.x + end) / 2, y), radius: radius, colour: colour)
      }
    case nil: break
    }
    let detail = entry.detail.isEmpty ? "" : " " + entry.detail
    let swatch = swatchWidth(entry.swatch)
    let name = canvas.elided(
      entry.name, font: font, width: width - swatch - canvas.width(of: detail, font: font), keepsEnd: true)
    canvas.draw(
      name, at: Point(corner.x + swatch, y), font: font, colour: theme.text, vertical: .middle)
    canvas.draw(
      detail, at: Point(corner.x + swatch + canvas.width(of: name, font: font), y), font: font,
      colour: theme.mutedText, vertical: .middle)
  }

  // MARK: - Beside a figure

  /// A legend fitted into columns.
  struct Columns {
    let width: Double
    fileprivate let drawEntries: (Canvas, Point) -> Void

    func draw(on canvas: Canvas, at corner: Point) { drawEntries(canvas, corner) }
  }

  /// Fits the legend into `height` points, with as many columns as that takes and `maximumWidth` allows; what still
  /// does not fit is counted in a last line.
  func columns(on canvas: Canvas, height: Double, maximumWidth: Double) -> Columns {
    let lineHeight = 1.15 * canvas.lineHeight(font)
    let titleHeight = title.isEmpty ? 0 : lineHeight
    let rows = max(1, Int((height - titleHeight) / lineHeight))
    let wanted = (entries.count + rows - 1) / rows
    let narrowest = 6 * font.size
    let columnCount = max(1, min(wanted, Int((maximumWidth + theme.gap) / (narrowest + theme.gap))))
    var shown = entries
    if shown.count > rows * columnCount {
      let kept = rows * columnCount - 1
      shown = shown.prefix(kept) + [Entry(name: "and \(entries.count - kept) more", detail: "", swatch: nil)]
    }
    let perColumn = (shown.count + columnCount - 1) / columnCount
    let widest = shown.reduce(0) { max($0, self.width($1, on: canvas)) }
    let available = (maximumWidth - Double(columnCount - 1) * theme.gap) / Double(columnCount)
    let columnWidth = min(widest, available)
    let total = Double(columnCount) * columnWidth + Double(columnCount - 1) * theme.gap
    let titleWidth = min(canvas.width(of: title, font: font), maximumWidth)
    let width = max(total, titleWidth)
    return Columns(width: width) { canvas, corner in
      if !title.isEmpty {
        let text = canvas.elided(title, font: font, width: width)
        canvas.draw(text, at: corner, font: font, colour: theme.mutedText)
      }
      for (index, entry) in shown.enumerated() {
        let x = corner.x + Double(index / perColumn) * (columnWidth + theme.gap)
        let y = corner.y + titleHeight + Double(index % perColumn) * lineHeight
        draw(entry, on: canvas, at: Point(x, y), width: columnWidth, lineHeight: lineHeight)
      }
    }
  }

  // MARK: - Above a figure

  /// The entries in lines at most `width` points wide, each with its place in its line.
  private func lines(on canvas: Canvas, width: Double) -> [[(entry: Entry, x: Double, width: Double)]] {
    var lines: [[(entry: Entry, x: Double, width: Double)]] = []
    var x = 0.0
    for entry in entries {
      let entryWidth = min(self.width(entry, on: canvas), width)
      if lines.isEmpty || x + entryWidth > width + 1e-6 {
        lines.append([])
        x = 0
      }
      lines[lines.count - 1].append((entry, x, entryWidth))
      x += entryWidth + 2 * theme.gap
    }
    return lines
  }

  /// The height of the legend in lines at most `width` points wide.
  func height(on canvas: Canvas, width: Double) -> Double {
    Double(lines(on: canvas, width: width).count) * 1.15 * canvas.lineHeight(font)
  }

  /// Draws the legend in lines with its upper left corner at `corner`.
  func drawLines(on canvas: Canvas, at corner: Point, width: Double) {
    let lineHeight = 1.15 * canvas.lineHeight(font)
    for (row, line) in lines(on: canvas, width: width).enumerated() {
      for item in line {
        draw(
          item.entry, on: canvas, at: Point(corner.x + item.x, corner.y + Double(row) * lineHeight),
          width: item.width, lineHeight: lineHeight)
      }
    }
  }
}
