extension CurvesFigure.Series {
  /// What its panel's axis must reach.
  fileprivate var covered: [Double] {
    ys + (band ?? []).flatMap { $0.map { [$0.lowerBound, $0.upperBound] } ?? [] }
  }
}

/// Where the panels of a figure of curves lie, and the axes they show.
struct CurvesLayout {
  struct PlacedPanel {
    let frame: Rect
    let y: Axis
    let yLabel: [String]
    let legend: Legend?
    let legendTop: Double
    /// Names beside the ends of their curves, where that is wanted.
    let endLabels: [EndLabel]
  }

  struct EndLabel {
    let text: String
    let colour: Colour
    /// The middle of its left side.
    let anchor: Point
  }

  struct EventLabel {
    let text: String
    /// The label's upper corner at the side of its line, which reaches up to here.
    let anchor: Point
    let alignment: TextAlignment
  }

  let x: Axis
  let panels: [PlacedPanel]
  /// Those inside the x axis, from left to right.
  let visibleEvents: [CurvesFigure.Event]
  let eventLabels: [EventLabel]
  let xLabel: [String]
  /// Smaller than that of other labels where panels are low.
  let yLabelFont: Font
  /// One for all panels, beside or below them, with its upper left corner.
  let sharedLegend: (columns: Legend.Columns?, lines: Legend?, corner: Point)?
  /// Where the panels should begin and end for their tick labels to fit.
  private let fitting: (left: Double, right: Double)

  init(_ figure: CurvesFigure, theme: Theme, on canvas: Canvas) {
    let width = figure.size(theme).width
    // The panels' sides depend on the tick labels, those on the panels' size, and that on the lines of the legends,
    // which depend on the panels' sides: it settles in a round or two.
    var layout = CurvesLayout(
      figure, theme: theme, on: canvas, left: theme.margin + 5 * theme.tickSize, right: width - theme.margin)
    for _ in 0..<3 {
      let (left, right) = layout.fitting
      layout = CurvesLayout(figure, theme: theme, on: canvas, left: left, right: right)
      if layout.fitting == (left, right) { break }
    }
    self = layout
  }

  private init(_ figure: CurvesFigure, theme: Theme, on canvas: Canvas, left: Double, right: Double) {
    let size = figure.size(theme)
    let width = max(right - left, 1)
    let tickHeight = canvas.lineHeight(theme.tickFont)
    let labelHeight = canvas.lineHeight(theme.labelFont)
    let x = Self.xAxis(figure, theme: theme, on: canvas, width: width)
    let events = figure.events.filter { (0...1).contains(x.fraction($0.x)) }.sorted { $0.x < $1.x }
    let (labels, eventSpace) = Self.place(
      figure.panels.isEmpty ? [] : events, x, left: left, right: right, theme: theme, on: canvas)
    let legends = theme.legend == nil ? Self.legends(figure, theme: theme) : figure.panels.map { _ in nil }
    let shared = Self.sharedLegend(figure, theme: theme)
    let legendHeights = legends.map { legend in
      legend.map { $0.height(on: canvas, width: width) + theme.gap / 2 } ?? 0
    }

    let heading = FigureHeading(title: figure.title, subtitle: figure.subtitle, theme: theme).height(on: canvas)
    // Tick labels reach half a line beyond a panel's edge: into the margin, or between panels.
    let top = theme.margin + max(heading, tickHeight / 2 - theme.margin)
    let panelGap = max(theme.gap, 1.2 * tickHeight)
    let xLabel = Self.axisLabel(figure.xLabel, x.ticks, on: canvas, font: theme.labelFont, width: width)
    let xLabelSpace = xLabel.isEmpty ? 0 : Double(xLabel.count) * labelHeight + theme.gap / 4
    let whole = size.width - 2 * theme.margin
    let belowSpace =
      theme.legend == .below ? shared.map { $0.height(on: canvas, width: whole) + theme.gap / 2 } ?? 0 : 0
    let bottom = size.height - theme.margin - belowSpace - xLabelSpace - tickHeight - theme.gap / 2
    let free =
      bottom - top - eventSpace - legendHeights.reduce(0, +) - panelGap * Double(figure.panels.count - 1)
    let weights = figure.panels.reduce(0) { $0 + $1.weight }

    // Labels stand in the margin, where they may reach half-way to the next panel's.
    let heights = figure.panels.indices.map { index in
      let above = index == 0 ? eventSpace + legendHeights[0] : panelGap + legendHeights[index]
      let below = index == figure.panels.count - 1 ? tickHeight : panelGap + legendHeights[index + 1]
      return max(free * figure.panels[index].weight / weights, 0) + max(panelGap / 2, min(above, below) - theme.gap / 2)
    }
    let yLabelFont = Self.yLabelFont(figure, heights: heights, theme: theme, on: canvas)

    var y = top
    var panels: [PlacedPanel] = []
    for (index, panel) in figure.panels.enumerated() {
      let legendTop = y
      y += legendHeights[index] + (index == 0 ? eventSpace : 0)
      let height = free * panel.weight / weights
      let axis = Axis.covering(
        panel.series.flatMap(\.covered), scale: panel.yScale, limits: panel.yLimits,
        maximumCount: min(max(Int(height / (1.6 * tickHeight)) + 1, 3), 8))
      let frame = Rect(minX: left, minY: y, maxX: right, maxY: y + height)
      panels.append(
        PlacedPanel(
          frame: frame, y: axis,
          yLabel: Self.axisLabel(
            panel.yLabel, axis.ticks, on: canvas, font: yLabelFont, width: heights[index]),
          legend: legends[index], legendTop: legendTop,
          endLabels: theme.legend == .direct
            ? Self.endLabels(panel, figure, in: frame, x: x, y: axis, theme: theme, on: canvas) : []))
      y += height + panelGap
    }

    var rightSpace = 0.0
    switch theme.legend {
    case .right:
      let columns = shared?.columns(
        on: canvas, height: max(bottom - top, 1), maximumWidth: 0.4 * size.width)
      rightSpace = columns.map { $0.width + theme.gap } ?? 0
      sharedLegend = columns.map { ($0, nil, Point(size.width - theme.margin - $0.width, top + eventSpace)) }
    case .below:
      sharedLegend = shared.map {
        (nil, $0, Point(theme.margin, size.height - theme.margin - belowSpace + theme.gap / 2))
      }
    case .direct:
      rightSpace = canvas.widest(panels.flatMap { $0.endLabels.map(\.text) }, font: theme.tickFont) + theme.gap / 2
      sharedLegend = nil
    case .off, nil: sharedLegend = nil
    }
    (self.xLabel, self.yLabelFont) = (xLabel, yLabelFont)
    self.x = x
    self.panels = panels
    visibleEvents = events
    let eventTop = (panels.first?.frame.minY ?? 0) - eventSpace
    eventLabels = labels.map {
      EventLabel(text: $0.text, anchor: Point($0.anchor.x, $0.anchor.y + eventTop), alignment: $0.alignment)
    }
    let widest = panels.reduce(0) { max($0, canvas.widest($1.y.ticks.labels, font: theme.tickFont)) }
    let yLabelLines = Double(panels.map(\.yLabel.count).max() ?? 0)
    let yLabelSpace = yLabelLines > 0 ? yLabelLines * labelHeight + theme.gap / 2 : 0
    // The last x label may reach beyond its tick, and its tick lie at the edge.
    let overhang = x.ticks.values.last.map { last in
      canvas.width(of: x.ticks.labels.last ?? "", font: theme.tickFont) / 2 - (1 - x.fraction(last)) * width
    }
    fitting = (
      left: theme.margin + yLabelSpace + widest + theme.gap / 2,
      right: size.width - max(theme.margin + rightSpace, (overhang ?? 0) + 2)
    )
  }

  // MARK: - Parts

  /// The label's lines with the power of ten that the ticks leave out.
  private static func axisLabel(
    _ label: String, _ ticks: Ticks, on canvas: Canvas, font: Font, width: Double
  ) -> [String] {
    let factor = ticks.factor.isEmpty || label.isEmpty ? ticks.factor : " (\(ticks.factor))"
    return canvas.wrapped(label + factor, font: font, width: width, most: 3)
  }

  /// The largest font in which no word of the panels' labels is longer than its panel is high.
  private static func yLabelFont(
    _ figure: CurvesFigure, heights: [Double], theme: Theme, on canvas: Canvas
  ) -> Font {
    theme.labelFont.shrunk { font in
      zip(figure.panels, heights).allSatisfy { panel, height in
        canvas.widest(panel.yLabel.split(separator: " ").map(String.init), font: font) <= height
      }
    }
  }

  /// What a legend for all panels tells apart; nil if there is a single curve.
  private static func sharedLegend(_ figure: CurvesFigure, theme: Theme) -> Legend? {
    var entries: [Legend.Entry] = []
    for panel in figure.panels { entries += Self.entries(panel, figure, theme).filter { !entries.contains($0) } }
    return entries.count > 1 ? Legend(entries: entries, title: "", theme: theme) : nil
  }

  private static func entries(_ panel: CurvesFigure.Panel, _ figure: CurvesFigure, _ theme: Theme) -> [Legend.Entry] {
    var entries: [Legend.Entry] = []
    for series in panel.series where !series.isFaint && !series.name.isEmpty {
      if entries.contains(where: { $0.name == series.name }) { continue }
      let swatch = Legend.Swatch.line(
        theme.palette.colour(figure.colourIndex(series.name)), width: theme.curveWidth,
        dashes: figure.dashes(series, theme), marker: figure.marker(series))
      entries.append(Legend.Entry(name: series.name, detail: "", swatch: swatch))
    }
    return entries
  }

  /// Names beside the last values of their curves, moved apart where those are close.
  private static func endLabels(
    _ panel: CurvesFigure.Panel, _ figure: CurvesFigure, in frame: Rect, x: Axis, y: Axis, theme: Theme,
    on canvas: Canvas
  ) -> [EndLabel] {
    let height = canvas.lineHeight(theme.tickFont)
    var labels: [(text: String, colour: Colour, y: Double)] = []
    for series in panel.series where !series.isFaint && !series.name.isEmpty {
      guard let last = series.ys.last(where: { y.fraction($0).isFinite }) else { continue }
      let place = frame.maxY - y.fraction(last) * frame.height
      labels.append((series.name, theme.palette.colour(figure.colourIndex(series.name)), place))
    }
    guard labels.count > 1 || panel.yLabel.isEmpty else { return [] }
    labels.sort { ($0.y, $0.text) < ($1.y, $1.text) }
    if Double(labels.count) * height > frame.height + height {
      canvas.refuse(.noRoom(.tooLong("\(labels.count) names beside curves"), size: canvas.size))
    }
    // Downwards as far as each needs, then up again from the bottom.
    for index in labels.indices.dropFirst() { labels[index].y = max(labels[index].y, labels[index - 1].y + height) }
    var limit = frame.maxY
    for index in labels.indices.reversed() {
      labels[index].y = min(labels[index].y, limit)
      limit = labels[index].y - height
    }
    return labels.map { EndLabel(text: $0.text, colour: $0.colour, anchor: Point(frame.maxX + theme.gap / 2, $0.y)) }
  }

  /// The x axis with as many ticks as have room for their labels.
  private static func xAxis(_ figure: CurvesFigure, theme: Theme, on canvas: Canvas, width: Double) -> Axis {
    let values =
      figure.panels.flatMap(\.series).flatMap { zip($0.xs, $0.ys).filter { $1.isFinite }.map(\.0) }
      + figure.events.map(\.x)
    var count = 12
    while true {
      let axis = Axis.tight(values, scale: figure.xScale, whole: figure.xIsWhole, maximumCount: count)
      let widest = canvas.widest(axis.ticks.labels, font: theme.tickFont)
      let places = axis.ticks.values.map { axis.fraction($0) * width }
      let spacing = zip(places.dropFirst(), places).map { $0 - $1 }.min() ?? .infinity
      if count == 3 || spacing >= widest + theme.tickSize { return axis }
      count -= 1
    }
  }

  /// A legend for each panel that needs one; panels with the same curves share the first one's.
  private static func legends(_ figure: CurvesFigure, theme: Theme) -> [Legend?] {
    let names = figure.panels.map { panel in
      panel.series.map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    }
    return figure.panels.indices.map { index in
      let panel = figure.panels[index]
      if index > 0, names[index] == names[0] { return nil }
      let entries = Self.entries(panel, figure, theme)
      // A single curve is what the y label says.
      guard entries.count > 1 || (entries.count == 1 && panel.yLabel.isEmpty) else { return nil }
      return Legend(entries: entries, title: "", theme: theme)
    }
  }

  /// Lays the labels of events in rows above the first panel, right or left of their lines, none over another;
  /// a label for which three rows have no room, or that is very long, is left out. Returns them, from y = 0, and the height they take.
  private static func place(
    _ events: [CurvesFigure.Event], _ x: Axis, left: Double, right: Double, theme: Theme, on canvas: Canvas
  ) -> (labels: [EventLabel], height: Double) {
    let font = theme.tickFont
    let lineHeight = canvas.lineHeight(font)
    var taken: [Rect] = []
    var labels: [EventLabel] = []
    // From the right: a line that leads up past lower labels then only meets labels that start to its right.
    for event in events.reversed() where !event.label.isEmpty {
      let line = left + x.fraction(event.x) * (right - left)
      let text = event.label
      let width = canvas.width(of: text, font: font)
      // As one for which there is no room.
      guard width <= 0.4 * (right - left) else { continue }
      let sides: [(TextAlignment, Double)] = [(.start, line), (.end, line - width)]
      let candidates = (0..<3).flatMap { row in sides.map { (row, $0.0, $0.1) } }
      for (row, alignment, minX) in candidates {
        // Rows count from the panel upwards.
        let box = Rect(x: minX, y: -Double(row + 1) * lineHeight, width: width, height: lineHeight)
        var spaced = box
        spaced.minX -= theme.gap / 2
        spaced.maxX += theme.gap / 2
        let leader = Rect(minX: line - 1, minY: box.minY, maxX: line + 1, maxY: 0)
        guard box.minX >= left - 1, box.maxX <= right + 1,
          !taken.contains(where: { $0.intersects(spaced) || $0.intersects(leader) })
        else { continue }
        taken.append(leader)
        taken.append(box)
        labels.append(EventLabel(text: text, anchor: Point(line, box.minY), alignment: alignment))
        break
      }
    }
    let height = labels.reduce(0) { max($0, -$1.anchor.y) }
    let space = height > 0 ? height + theme.gap / 4 : 0
    return (
      labels.map {
        EventLabel(text: $0.text, anchor: Point($0.anchor.x, $0.anchor.y + height), alignment: $0.alignment)
      },
      space
    )
  }
}
