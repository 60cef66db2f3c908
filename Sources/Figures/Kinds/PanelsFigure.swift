/// Figures side by side in one, each under a letter: (a), (b), …
///
/// Each is drawn as it draws itself, in a smaller size. Their legends stand below, one that several share once, so that the
/// panels themselves are alike in size.
public struct PanelsFigure: Figure {
  public var panels: [any Figure]
  /// Panels in a row; nil for up to three in one row, else about as many rows as columns, and fewer where those have no
  /// room.
  public var columnCount: Int?
  /// Fewer than usual.
  private var columnsInUse: Int?
  public var showsLetters = true
  public var title = ""
  public var subtitle = ""

  public init(_ panels: [any Figure], columnCount: Int? = nil) {
    precondition(!panels.isEmpty, "a figure of panels needs a panel")
    precondition(columnCount.map { $0 > 0 } ?? true, "panels need a column")
    (self.panels, self.columnCount) = (panels, columnCount)
  }

  /// In points: as wide as the theme's figures, and as high as the panels then are.
  public func size(_ theme: Theme) -> Size {
    Layout(self, theme: theme, on: .forMeasuring(theme.figureSize, scale: theme.scale)).size
  }

  /// With a panel fewer in a row, unless it was said how many.
  public var roomier: (any Figure)? {
    guard columnCount == nil else { return nil }
    let columns = (columnsInUse ?? Layout.columnCount(for: panels.count)) - 1
    guard columns > 0 else { return nil }
    var figure = self
    figure.columnsInUse = columns
    return figure
  }

  public func draw(on canvas: Canvas, theme: Theme) {
    let layout = Layout(self, theme: theme, on: canvas)
    layout.heading.draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: layout.size.width - 2 * theme.margin)
    for (panel, corner) in zip(layout.panels, layout.corners) {
      canvas.shifted(to: corner) { panel.draw(on: canvas, theme: layout.panelTheme) }
    }
    for (legend, y) in layout.legends {
      legend.drawLines(on: canvas, at: Point(theme.margin, y), width: layout.size.width - 2 * theme.margin)
    }
  }

  /// "(a)", "(b)", …, and from the 27th on "(aa)", "(ab)", ….
  static func letter(_ index: Int) -> String {
    var (rest, text) = (index, "")
    repeat {
      text = String(UnicodeScalar(UInt8(ascii: "a") + UInt8(rest % 26))) + text
      rest = rest / 26 - 1
    } while rest >= 0
    return "(\(text))"
  }
}

/// A figure with a legend beside it that can stand elsewhere, as that of several.
protocol LegendBearing: Figure {
  var showsLegend: Bool { get set }
  /// Without what is of this figure alone, such as counts; empty if there is nothing to tell apart.
  func sharedLegend(_ theme: Theme) -> [Legend.Entry]
}

extension ScatterFigure: LegendBearing {
  func sharedLegend(_ theme: Theme) -> [Legend.Entry] {
    let entries = legendEntries(theme)
    guard showsLegend, !entries.isEmpty else { return [] }
    let title =
      legendTitle.isEmpty || groupNames.count < 2 ? [] : [Legend.Entry(name: "", detail: legendTitle, swatch: nil)]
    return title + entries.map { Legend.Entry(name: $0.name, detail: "", swatch: $0.swatch) }
  }
}

extension PanelsFigure {
  /// Where the panels lie, and what they are like then.
  private struct Layout {
    let size: Size
    let heading: FigureHeading
    let panelTheme: Theme
    /// As they are drawn: with letters, and without the legends that are shared.
    let panels: [any Figure]
    let corners: [Point]
    let legends: [(legend: Legend, y: Double)]

    init(_ figure: PanelsFigure, theme: Theme, on canvas: Canvas) {
      let count = figure.panels.count
      let columns = figure.columnCount.map { min($0, count) } ?? figure.columnsInUse ?? Self.columnCount(for: count)
      let width = theme.figureSize.width
      let gap = 1.5 * theme.gap
      let cellWidth = (width - 2 * theme.margin - Double(columns - 1) * gap) / Double(columns)
      heading = FigureHeading(
        title: figure.title, subtitle: figure.subtitle, theme: theme, width: width - 2 * theme.margin)

      var panelTheme = theme
      // Another title is that of the whole, and letters stay.
      panelTheme.title = .own
      panelTheme.titleSize = Self.titleSize(figure, theme, columns: columns, width: cellWidth, on: canvas)
      panelTheme.margin = 0
      (panelTheme.isExactlyWide, panelTheme.isExactlyHigh) = (false, false)
      let legends = Self.legends(figure, panelTheme).map { Legend(entries: $0, title: "", theme: theme) }
      let legendHeights = legends.map { $0.height(on: canvas, width: width - 2 * theme.margin) }
      // About square, for what lies in the plane, under its heading; lower where the page has no room for that.
      let usual =
        columns > 1
        ? 0.85 * cellWidth + 3 * canvas.lineHeight(theme.tickFont)
        : theme.figureSize.height * cellWidth / theme.figureSize.width
      let limit = theme.isExactlyHigh ? theme.figureSize.height : theme.greatestHeight ?? .infinity
      let rowCount = Double((count + columns - 1) / columns)
      let room =
        limit - 2 * theme.margin - heading.height(on: canvas) - legendHeights.reduce(0) { $0 + $1 + theme.gap }
        - (rowCount - 1) * gap
      panelTheme.figureSize = Size(width: cellWidth, height: max(min(usual, room / rowCount), 1))
      // Several curves above each other, and grids, may be higher.
      panelTheme.greatestHeight = min(1.6 * usual, room / rowCount)
      self.panelTheme = panelTheme

      panels = figure.panels.enumerated().map { index, panel in
        var panel = panel
        if var bearing = panel as? any LegendBearing {
          bearing.showsLegend = false
          panel = bearing
        }
        if figure.showsLetters { panel.title = figure.title(panel, index, theme) }
        return panel
      }
      var y = theme.margin + heading.height(on: canvas)
      var corners: [Point] = []
      for start in stride(from: 0, to: count, by: columns) {
        let row = panels[start..<min(start + columns, count)]
        for column in row.indices {
          corners.append(Point(theme.margin + Double(column - start) * (cellWidth + gap), y))
        }
        y += row.reduce(0) { max($0, $1.size(panelTheme).height) } + gap
      }
      y -= gap
      self.corners = corners
      self.legends = zip(legends, legendHeights).map { legend, height in
        y += theme.gap
        defer { y += height }
        return (legend, y)
      }
      size = Size(width: width, height: y + theme.margin)
    }

    static func columnCount(for count: Int) -> Int {
      if count <= 3 { return count }
      var columns = 2
      while columns * columns < count { columns += 1 }
      return columns
    }

    /// Each legend once, in the order of the first panel that has it; where there are several, behind the letters of its
    /// panels.
    private static func legends(_ figure: PanelsFigure, _ theme: Theme) -> [[Legend.Entry]] {
      // Names stand beside what they name, or nowhere.
      if theme.legend == .direct || theme.legend == .off { return [] }
      var found: [(entries: [Legend.Entry], panels: [Int])] = []
      for (index, panel) in figure.panels.enumerated() {
        guard let entries = (panel as? any LegendBearing)?.sharedLegend(theme), !entries.isEmpty else { continue }
        if let place = found.firstIndex(where: { $0.entries == entries }) {
          found[place].panels.append(index)
        } else {
          found.append((entries, [index]))
        }
      }
      guard found.count > 1, figure.showsLetters else { return found.map(\.entries) }
      return found.map { legend in
        let letters = legend.panels.map(letter).joined(separator: " ")
        return [Legend.Entry(name: letters, detail: "", swatch: nil)] + legend.entries
      }
    }

    /// As large as labels, or a little smaller where the longest title then has room in one line.
    private static func titleSize(
      _ figure: PanelsFigure, _ theme: Theme, columns: Int, width: Double, on canvas: Canvas
    ) -> Double {
      guard columns > 1 else { return theme.titleSize }
      let titles = figure.panels.enumerated().map { figure.title($1, $0, theme) }
      let widest = canvas.widest(titles, font: Font(family: theme.fontFamily, size: theme.labelSize, isBold: true))
      let factor = min(1, width / max(widest, 1))
      return factor < 0.75 ? theme.labelSize : max(theme.labelSize * factor, min(theme.labelSize, Font.leastSize))
    }
  }

  /// A panel's title behind its letter; the letter alone where titles are off.
  private func title(_ panel: any Figure, _ index: Int, _ theme: Theme) -> String {
    let letter = showsLetters ? Self.letter(index) : ""
    return [letter, theme.title == .off ? "" : panel.title].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
