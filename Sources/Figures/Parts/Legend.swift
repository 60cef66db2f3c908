/// Names with their swatches, in columns beside a figure or in rows above or below it; long names take several lines.
struct Legend {
  enum Swatch: Equatable {
    case marker(Marker, Colour)
    /// One with an edge in the text's colour.
    case edged(Marker, Colour)
    case line(Colour, width: Double, dashes: [Double], marker: Marker?)
  }

  struct Entry: Equatable {
    let name: String
    /// Follows the name.
    let detail: String
    let swatch: Swatch?
  }

  let entries: [Entry]
  let title: String
  let theme: Theme

  var font: Font { theme.tickFont }

  private func swatchWidth(_ swatch: Swatch?) -> Double {
    switch swatch {
    case .marker, .edged: 0.8 * font.size + theme.gap / 2
    case .line: 2.2 * font.size + theme.gap / 2
    case nil: 0
    }
  }

  private func width(_ entry: Entry, on canvas: Canvas) -> Double {
    let detail = entry.detail.isEmpty ? 0 : canvas.width(of: " " + entry.detail, font: font)
    return swatchWidth(entry.swatch) + canvas.width(of: entry.name, font: font) + detail
  }

  /// An entry's lines, the detail at the end of the last or on one of its own.
  private func lines(
    _ entry: Entry, on canvas: Canvas, width: Double, most: Int = .max
  ) -> (name: [String], detailHasLine: Bool) {
    let room = width - swatchWidth(entry.swatch)
    let name = canvas.wrapped(entry.name, font: font, width: room, most: most)
    guard !entry.detail.isEmpty else { return (name, false) }
    let last = canvas.width(of: name.last ?? "", font: font)
    let detail = canvas.width(of: " " + entry.detail, font: font)
    return (name, last + detail > room + 1e-6)
  }

  private func height(_ entry: Entry, on canvas: Canvas, width: Double) -> Double {
    let lines = lines(entry, on: canvas, width: width)
    let count = max(1, lines.name.count + (lines.detailHasLine ? 1 : 0))
    return Double(count - 1) * canvas.lineHeight(font) + lineHeight(on: canvas)
  }

  private func lineHeight(on canvas: Canvas) -> Double { 1.15 * canvas.lineHeight(font) }

  /// Draws an entry whose upper left corner is `corner`.
  private func draw(_ entry: Entry, on canvas: Canvas, at corner: Point, width: Double) {
    let y = corner.y + lineHeight(on: canvas) / 2
    let radius = 0.3 * font.size
    switch entry.swatch {
    case .marker(let marker, let colour):
      canvas.fill(marker, at: Point(corner.x + 0.4 * font.size, y), radius: radius, colour: colour)
    case .edged(let marker, let colour):
      canvas.fill(
        marker, at: Point(corner.x + 0.4 * font.size, y), radius: radius, colour: colour, edge: theme.text,
        background: theme.background)
    case .line(let colour, let lineWidth, let dashes, let marker):
      let end = corner.x + 2.2 * font.size
      canvas.stroke([Point(corner.x, y), Point(end, y)], colour: colour, width: lineWidth, dashes: dashes)
      if let marker {
        canvas.fill(marker, at: Point((corner.x + end) / 2, y), radius: radius, colour: colour)
      }
    case nil: break
    }
    let x = corner.x + swatchWidth(entry.swatch)
    let lines = lines(entry, on: canvas, width: width)
    for (index, line) in lines.name.enumerated() {
      canvas.draw(
        line, at: Point(x, y + Double(index) * canvas.lineHeight(font)), font: font, colour: theme.text,
        vertical: .middle)
    }
    guard !entry.detail.isEmpty else { return }
    let last = Double(max(lines.name.count - (lines.detailHasLine ? 0 : 1), 0)) * canvas.lineHeight(font)
    let offset =
      lines.detailHasLine || lines.name.isEmpty
      ? 0 : canvas.width(of: lines.name[lines.name.count - 1] + " ", font: font)
    canvas.draw(
      entry.detail, at: Point(x + offset, y + last), font: font, colour: theme.mutedText, vertical: .middle)
  }

  // MARK: - Beside a figure

  /// A legend fitted into columns.
  struct Columns {
    let width: Double
    fileprivate let drawEntries: (Canvas, Point) -> Void

    func draw(on canvas: Canvas, at corner: Point) { drawEntries(canvas, corner) }
  }

  /// Fits the legend into `height` points, with as few columns as that takes and as wide ones as they need; one that does
  /// not fit is refused.
  func columns(on canvas: Canvas, height: Double, maximumWidth: Double) -> Columns {
    let titles = canvas.wrapped(title, font: font, width: maximumWidth)
    let titleHeight = titles.isEmpty ? 0 : Double(titles.count - 1) * canvas.lineHeight(font) + lineHeight(on: canvas)
    let widest = entries.reduce(0) { max($0, width($1, on: canvas)) }
    let narrowest = min(widest, 3.5 * font.size)
    let most = max(1, Int((maximumWidth + theme.gap) / (narrowest + theme.gap)))
    for count in 1...most {
      let columnWidth = min(widest, (maximumWidth - Double(count - 1) * theme.gap) / Double(count))
      guard let starts = starts(on: canvas, count: count, width: columnWidth, height: height - titleHeight) else {
        continue
      }
      let used = Double(starts.count)
      let total = used * columnWidth + (used - 1) * theme.gap
      let width = max(total, canvas.widest(titles, font: font))
      return Columns(width: width) { canvas, corner in
        canvas.draw(lines: titles, at: corner, font: font, colour: theme.mutedText)
        for (column, start) in starts.enumerated() {
          let end = column + 1 < starts.count ? starts[column + 1] : entries.count
          var place = Point(corner.x + Double(column) * (columnWidth + theme.gap), corner.y + titleHeight)
          for entry in entries[start..<end] {
            draw(entry, on: canvas, at: place, width: columnWidth)
            place.y += self.height(entry, on: canvas, width: columnWidth)
          }
        }
      }
    }
    canvas.refuse(.noRoom(.tooLong("\(entries.count) names beside it"), size: canvas.size))
    return Columns(width: maximumWidth) { _, _ in }
  }

  /// The first entry of each of at most `count` columns; nil if they do not fit, or a name would be broken too often.
  private func starts(on canvas: Canvas, count: Int, width: Double, height: Double) -> [Int]? {
    var starts = [0]
    var y = 0.0
    let heights = entries.map { self.height($0, on: canvas, width: width) }
    // Columns of like height.
    let share = max(heights.reduce(0, +) / Double(count), heights.max() ?? 0)
    for (index, own) in heights.enumerated() {
      if own > 5 * lineHeight(on: canvas) { return nil }
      if y + own > height + 1e-6 || (y >= share - 1e-6 && starts.count < count) {
        guard starts.count < count else { return nil }
        starts.append(index)
        y = 0
      }
      y += own
      if y > height + 1e-6 { return nil }
    }
    return starts
  }

  // MARK: - Above or below a figure

  /// The entries in rows at most `width` points wide, each with its place in its row, and the rows' heights; all rows but
  /// the first leave out the place of a heading.
  private func rows(
    on canvas: Canvas, width: Double
  ) -> [(items: [(entry: Entry, x: Double, width: Double)], height: Double)] {
    var rows: [(items: [(entry: Entry, x: Double, width: Double)], height: Double)] = []
    let all = title.isEmpty ? entries : [Entry(name: title + ":", detail: "", swatch: nil)] + entries
    let heading = all.first.map { $0.swatch == nil ? self.width($0, on: canvas) + 2 * theme.gap : 0 } ?? 0
    let indent = heading < 0.3 * width ? heading : 0
    var x = 0.0
    for entry in all {
      var entryWidth = min(self.width(entry, on: canvas), width)
      if rows.isEmpty || x + entryWidth > width + 1e-6 {
        x = rows.isEmpty ? 0 : indent
        entryWidth = min(entryWidth, width - x)
        rows.append(([], 0))
      }
      rows[rows.count - 1].items.append((entry, x, entryWidth))
      rows[rows.count - 1].height = max(
        rows[rows.count - 1].height, height(entry, on: canvas, width: entryWidth))
      x += entryWidth + 2 * theme.gap
    }
    return rows
  }

  /// The height of the legend in rows at most `width` points wide.
  func height(on canvas: Canvas, width: Double) -> Double {
    rows(on: canvas, width: width).reduce(0) { $0 + $1.height }
  }

  /// Draws the legend in rows with its upper left corner at `corner`.
  func drawLines(on canvas: Canvas, at corner: Point, width: Double) {
    var y = corner.y
    for row in rows(on: canvas, width: width) {
      for item in row.items {
        draw(item.entry, on: canvas, at: Point(corner.x + item.x, y), width: item.width)
      }
      y += row.height
    }
  }
}
