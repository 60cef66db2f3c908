import ElementaryFunctions

/// A table of numbers as shaded squares, such as how many images of each class each cluster holds.
public struct MatrixFigure: Figure {
  /// What a square's shade stands for.
  public enum Shading: Sendable {
    /// The value's share of its row's sum: rows of different sizes compare.
    case shareOfRow
    /// The value, from 0 to the largest.
    case value
  }

  /// In the order [row, column]; not negative. What is not finite stays blank.
  public var values: [Double]
  public var rowNames: [String]
  public var columnNames: [String]
  /// What the rows and the columns are.
  public var rowLabel = ""
  public var columnLabel = ""
  public var title = ""
  public var subtitle = ""
  public var shading = Shading.shareOfRow
  /// Digits behind the decimal point of the numbers in the squares.
  public var decimals = 0
  /// What the figure must fit into, in points; nil takes the theme's size.
  public var largestSize: Size?

  public init(values: [Double], rowNames: [String], columnNames: [String]) {
    precondition(
      values.count == rowNames.count * columnNames.count,
      "\(values.count) values are not a table of \(rowNames.count)×\(columnNames.count)")
    self.values = values
    self.rowNames = rowNames
    self.columnNames = columnNames
  }

  /// In points: as large as allowed in one direction, and as the squares then need in the other.
  public func size(_ theme: Theme) -> Size { Layout(self, theme: theme, on: .forMeasuring(scale: theme.scale)).size }

  public func draw(on canvas: Canvas, theme: Theme) {
    let layout = Layout(self, theme: theme, on: canvas)
    heading(theme).draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: layout.size.width - 2 * theme.margin)
    guard !values.isEmpty else { return }
    guard layout.side > 0 else {
      return canvas.refuse(.noRoom(.tooMany("the squares", least: 1), size: canvas.size))
    }
    drawSquares(layout, on: canvas, theme: theme)
    drawNames(layout, on: canvas, theme: theme)
    if theme.legend != .off { drawScale(layout, on: canvas, theme: theme) }
  }

  private func heading(_ theme: Theme) -> FigureHeading {
    FigureHeading(title: title, subtitle: subtitle, theme: theme)
  }

  // MARK: - Squares

  /// The shade of each value from 0 to 1; nil for what is not finite.
  package func shades() -> [Double?] {
    let columns = columnNames.count
    let largest = values.lazy.filter { $0.isFinite }.max() ?? 0
    return values.indices.map { index in
      guard values[index].isFinite else { return nil }
      let whole: Double
      switch shading {
      case .value: whole = largest
      case .shareOfRow:
        let start = index / columns * columns
        whole = values[start..<start + columns].lazy.filter { $0.isFinite }.reduce(0, +)
      }
      return whole > 0 ? min(max(values[index] / whole, 0), 1) : 0
    }
  }

  private func colour(_ shade: Double, _ theme: Theme) -> Colour {
    // The root sets small shares apart from none.
    theme.background.mixed(with: theme.palette.colour(0).mixed(with: .black, 0.25), shade.squareRoot())
  }

  private func drawSquares(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let texts = values.map { $0.isFinite ? Self.number($0, decimals: decimals) : "" }
    let font = layout.numberFont(widest: { canvas.widest(texts, font: $0) }, theme: theme)
    let colours = shades().map { $0.map { colour($0, theme) } }
    canvas.fillCells(colours, columns: columnNames.count, in: layout.table)
    for (index, colour) in colours.enumerated() {
      guard let font, let colour, values[index] != 0 else { continue }
      let square = layout.square(row: index / columnNames.count, column: index % columnNames.count)
      canvas.draw(
        texts[index], at: Point(square.midX, square.midY), font: font,
        colour: colour.luminance > 0.35 ? theme.text : theme.background, horizontal: .middle, vertical: .middle)
    }
    canvas.stroke(layout.table, colour: theme.frame, width: theme.frameWidth)
  }

  private static func number(_ value: Double, decimals: Int) -> String {
    let scale = power(10, decimals)
    guard abs(value) * scale < 1e15 else { return "∞" }
    let digits = String(Int((abs(value) * scale).rounded()))
    if decimals == 0 { return digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  // MARK: - Names

  private func drawNames(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let font = layout.nameFont
    for (row, lines) in layout.rowNames.enumerated() {
      canvas.draw(
        lines: lines, at: Point(layout.table.minX - theme.gap / 2, layout.square(row: row, column: 0).midY), font: font,
        colour: theme.text, horizontal: .end, vertical: .middle)
    }
    for (column, lines) in layout.columnNames.enumerated() {
      let place = Point(layout.square(row: 0, column: column).midX, layout.table.maxY + theme.gap / 2)
      canvas.draw(
        lines: lines, at: place, font: font, colour: theme.text,
        horizontal: layout.namesAreTurned ? .end : .middle, vertical: layout.namesAreTurned ? .middle : .start,
        isTurned: layout.namesAreTurned)
    }
    let rowText = canvas.elided(rowLabel, font: theme.labelFont, width: layout.table.height)
    canvas.draw(
      rowText, at: Point(layout.rowLabelX, layout.table.midY), font: theme.labelFont, colour: theme.text,
      horizontal: .middle, isTurned: true)
    let columnText = canvas.elided(columnLabel, font: theme.labelFont, width: layout.table.width)
    canvas.draw(
      columnText, at: Point(layout.table.midX, layout.columnLabelY), font: theme.labelFont, colour: theme.text,
      horizontal: .middle)
  }

  /// The bar that tells what the shades stand for.
  private func drawScale(_ layout: Layout, on canvas: Canvas, theme: Theme) {
    let bar = layout.scaleBar
    let steps = 256
    canvas.fillCells((1...steps).map { colour((Double(steps - $0) + 0.5) / Double(steps), theme) }, columns: 1, in: bar)
    canvas.stroke(bar, colour: theme.frame, width: theme.frameWidth)
    for (fraction, label) in zip([0, 0.5, 1], scaleLabels()) {
      canvas.draw(
        label, at: Point(bar.maxX + theme.gap / 2, bar.maxY - fraction * bar.height), font: theme.tickFont,
        colour: theme.text, vertical: .middle)
    }
  }

  /// What the scale's start, middle and end stand for.
  fileprivate func scaleLabels() -> [String] {
    switch shading {
    case .shareOfRow: return ["0 %", "50 %", "100 %"]
    case .value:
      let largest = values.lazy.filter { $0.isFinite }.max() ?? 0
      // The middle of a whole number may need a digit.
      let middle = decimals == 0 && largest.truncatingRemainder(dividingBy: 2) != 0 ? 1 : decimals
      return [
        "0", Self.number(largest / 2, decimals: middle), Self.number(largest, decimals: decimals),
      ]
    }
  }
}

extension MatrixFigure {
  /// Where the squares and names lie: squares on whole pixels, as large as the figure allows.
  private struct Layout {
    /// Of the whole figure.
    let size: Size
    let side: Double
    let table: Rect
    let nameFont: Font
    /// In lines, each.
    let rowNames: [[String]]
    let columnNames: [[String]]
    let namesAreTurned: Bool
    let rowLabelX: Double
    let columnLabelY: Double
    let scaleBar: Rect

    init(_ figure: MatrixFigure, theme: Theme, on canvas: Canvas) {
      let heading = figure.heading(theme)
      // The label at the upper end of the scale reaches half above it.
      let overhang = theme.legend == .off ? 0 : canvas.lineHeight(theme.tickFont) / 2
      let top = theme.margin + max(heading.height(on: canvas), overhang)
      let largest = figure.largestSize ?? Size(width: theme.figureSize.width, height: theme.heightLimit)
      let labelHeight = canvas.lineHeight(theme.labelFont)
      let rowLabelSpace = figure.rowLabel.isEmpty ? 0 : labelHeight + theme.gap / 2
      let columnLabelSpace = figure.columnLabel.isEmpty ? 0 : labelHeight + theme.gap / 4
      let scaleWidth = theme.legend == .off ? 0 : 1.2 * theme.tickSize
      let scaleSpace =
        theme.legend == .off
        ? 0 : theme.gap + scaleWidth + theme.gap / 2 + canvas.widest(figure.scaleLabels(), font: theme.tickFont)
      let rows = Double(max(figure.rowNames.count, 1))
      let columns = Double(max(figure.columnNames.count, 1))
      let freeWidth = largest.width - 2 * theme.margin - rowLabelSpace - theme.gap / 2 - scaleSpace
      // As high as other figures, unless squares would then be too small for their numbers.
      var freeHeight =
        min(largest.height, theme.figureSize.height) - top - theme.margin - columnLabelSpace - theme.gap / 2

      /// Names in a font, and the side that they leave to squares.
      func names(in font: Font) -> (rows: [[String]], columns: [[String]], areTurned: Bool, side: Double, fit: Bool) {
        let lineHeight = canvas.lineHeight(font)
        func broken(_ names: [String], _ share: Double) -> [[String]] {
          // Long names in lines of like length.
          let widest = canvas.widest(names, font: font)
          let width = widest <= share ? widest : min(share, max(0.5 * widest, 0.5 * share))
          return names.map { canvas.wrapped($0, font: font, width: width) }
        }
        func extent(_ names: [[String]]) -> Double { canvas.widest(names.joined(), font: font) }
        func thickness(_ names: [[String]]) -> Double { Double(names.map(\.count).max() ?? 0) * lineHeight }
        let rowNames = broken(figure.rowNames, 0.3 * largest.width)
        let width = (freeWidth - extent(rowNames)) / columns
        let flat = min(width, (freeHeight - lineHeight) / rows)
        let areTurned = canvas.widest(figure.columnNames, font: font) > flat - 2
        let columnNames = areTurned ? broken(figure.columnNames, 0.3 * largest.height) : figure.columnNames.map { [$0] }
        let side = min(width, (freeHeight - (areTurned ? extent(columnNames) : lineHeight)) / rows)
        // Lines of neighbours come as near as lines of one.
        let fit = thickness(rowNames) <= 1.02 * side && (!areTurned || thickness(columnNames) <= 1.02 * side)
        return (rowNames, columnNames, areTurned, side, fit)
      }
      var font = theme.tickFont
      var found = names(in: font)
      if !found.fit || found.side < 2.4 * theme.tickSize {
        freeHeight = largest.height - top - theme.margin - columnLabelSpace - theme.gap / 2
        found = names(in: font)
      }
      while !found.fit, font.size > Font.leastSize {
        font.size = max(0.94 * font.size, Font.leastSize)
        found = names(in: font)
      }
      if !found.fit, rows * columns > 0,
        let longest = (figure.rowNames + figure.columnNames).max(by: { $0.count < $1.count })
      {
        canvas.refuse(.noRoom(.tooLong(longest), size: largest))
      }
      (nameFont, rowNames, columnNames, namesAreTurned) = (font, found.rows, found.columns, found.areTurned)
      side = max((found.side * canvas.scale).rounded(.down) / canvas.scale, 0)
      let namesHeight =
        namesAreTurned ? canvas.widest(columnNames.joined(), font: font) : canvas.lineHeight(font)
      let widestRow = canvas.widest(rowNames.joined(), font: font)
      let left = canvas.snapped(theme.margin + rowLabelSpace + widestRow + theme.gap / 2)
      let upper = canvas.snapped(top)
      table = Rect(x: left, y: upper, width: columns * side, height: rows * side)
      rowLabelX = theme.margin
      columnLabelY = table.maxY + theme.gap / 2 + namesHeight + theme.gap / 4
      scaleBar = Rect(
        x: canvas.snapped(table.maxX + theme.gap), y: table.minY, width: scaleWidth, height: table.height)
      // A title wider than the rest may widen the figure as far as it may go.
      let headingWidth = heading.width(on: canvas) + 2 * theme.margin
      let contentWidth = max(scaleBar.minX + scaleSpace - theme.gap, table.maxX) + theme.margin
      size = Size(
        width: min(max(headingWidth, contentWidth), largest.width),
        height: table.maxY + theme.gap / 2 + namesHeight + columnLabelSpace + theme.margin)
    }

    func square(row: Int, column: Int) -> Rect {
      Rect(
        x: table.minX + Double(column) * side, y: table.minY + Double(row) * side, width: side, height: side)
    }

    /// The font in which the widest number fits a square; nil if it would be too small to read.
    func numberFont(widest: (Font) -> Double, theme: Theme) -> Font? {
      var font = theme.tickFont
      let width = widest(font)
      let factor = min(1, 0.85 * side / max(width, 1), 0.6 * side / font.size)
      font.size *= factor
      return font.size >= max(0.5 * theme.tickSize, Font.leastSize) ? font : nil
    }
  }
}
