extension CurvesFigure: Figure {
  public func draw(on canvas: Canvas, theme: Theme) {
    let size = size(theme)
    FigureHeading(title: title, subtitle: subtitle, theme: theme).draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: size.width - 2 * theme.margin)
    let layout = CurvesLayout(self, theme: theme, on: canvas)
    guard layout.panels.allSatisfy({ $0.frame.width >= leastSide && $0.frame.height >= leastSide }) else {
      return canvas.refuse(.noRoom(.tooMany("the panels", least: leastSide), size: canvas.size))
    }
    let firstTop = layout.panels.first?.frame.minY ?? 0
    for label in layout.eventLabels {
      let aside = label.alignment == .start ? theme.gap / 4 : -theme.gap / 4
      canvas.draw(
        label.text, at: Point(label.anchor.x + aside, label.anchor.y), font: theme.tickFont, colour: theme.mutedText,
        horizontal: label.alignment)
      canvas.stroke(
        [label.anchor, Point(label.anchor.x, firstTop)], colour: theme.mutedText, width: theme.frameWidth)
    }
    for (panel, place) in zip(panels, layout.panels) {
      drawAxes(place, layout, on: canvas, theme: theme)
      drawVerticals(place.frame, layout, on: canvas, theme: theme)
      canvas.stroke(place.frame, colour: theme.frame, width: theme.frameWidth)
      // Lines along the edge keep their width, markers their roundness.
      canvas.clipped(to: place.frame.inset(by: -markerRadius(theme) - theme.curveWidth)) {
        for series in panel.series { drawBand(series, place, layout, on: canvas, theme: theme) }
        for series in panel.series where series.isFaint { draw(series, place, layout, on: canvas, theme: theme) }
        for series in panel.series where !series.isFaint { draw(series, place, layout, on: canvas, theme: theme) }
      }
      place.legend?.drawLines(
        on: canvas, at: Point(place.frame.minX, place.legendTop), width: place.frame.width)
      for label in place.endLabels {
        canvas.draw(label.text, at: label.anchor, font: theme.tickFont, colour: label.colour, vertical: .middle)
      }
    }
    if let (columns, lines, corner) = layout.sharedLegend {
      columns?.draw(on: canvas, at: corner)
      lines?.drawLines(on: canvas, at: corner, width: size.width - 2 * theme.margin)
    }
    drawXTicks(layout, on: canvas, theme: theme)
  }

  // MARK: - Curves

  /// Of a panel that says something, in points.
  private var leastSide: Double { 18 }

  private func markerRadius(_ theme: Theme) -> Double { theme.pointSize.map { $0 / 2 } ?? 1.6 * theme.curveWidth }

  /// The band around a curve, in pieces as the curve is.
  private func drawBand(
    _ series: Series, _ place: CurvesLayout.PlacedPanel, _ layout: CurvesLayout, on canvas: Canvas, theme: Theme
  ) {
    guard let band = series.band else { return }
    func points(_ end: (ClosedRange<Double>) -> Double) -> [Point] {
      zip(series.xs, band).map { x, range in
        Point(
          place.frame.minX + layout.x.fraction(x) * place.frame.width,
          range.map { place.frame.maxY - place.y.fraction(end($0)) * place.frame.height } ?? .nan)
      }
    }
    let (lower, upper) = (points(\.lowerBound), points(\.upperBound))
    // A bound without a place on a logarithmic axis ends the band on both sides.
    let isPlaced = zip(lower, upper).map { $0.x.isFinite && $0.y.isFinite && $1.y.isFinite }
    func open(_ points: [Point]) -> [Point] { zip(points, isPlaced).map { $1 ? $0 : Point(.nan, .nan) } }
    let colour = theme.palette.colour(colourIndex(series.name)).withOpacity(0.2)
    for (low, high) in zip(Polyline.pieces(open(lower)), Polyline.pieces(open(upper))) where low.count > 1 {
      canvas.fill(polygon: low + high.reversed(), colour: colour)
    }
  }

  private func draw(
    _ series: Series, _ place: CurvesLayout.PlacedPanel, _ layout: CurvesLayout, on canvas: Canvas, theme: Theme
  ) {
    let colour = theme.palette.colour(colourIndex(series.name)).withOpacity(
      (series.isFaint ? 0.3 : 1) * (theme.opacity ?? 1))
    let points = zip(series.xs, series.ys).map { x, y in
      Point(
        place.frame.minX + layout.x.fraction(x) * place.frame.width,
        place.frame.maxY - place.y.fraction(y) * place.frame.height)
    }
    let marker = marker(series)
    for piece in Polyline.pieces(points) {
      let line = Polyline.thinned(piece, columnWidth: 1 / canvas.scale)
      canvas.stroke(
        line, colour: colour, width: theme.curveWidth * (series.isFaint ? 0.6 : 1), dashes: dashes(series, theme))
      if let marker {
        for point in piece { canvas.fill(marker, at: point, radius: markerRadius(theme), colour: colour) }
      } else if piece.count == 1 {
        // A lone value between gaps has no line to show it.
        canvas.fillCircle(at: piece[0], radius: theme.curveWidth, colour: colour)
      }
    }
  }

  // MARK: - Axes

  private func drawAxes(
    _ place: CurvesLayout.PlacedPanel, _ layout: CurvesLayout, on canvas: Canvas, theme: Theme
  ) {
    let frame = place.frame
    let spacing = frame.height / Double(max(place.y.ticks.values.count - 1, 1))
    let every = max(1, Int((canvas.lineHeight(theme.tickFont) / spacing).rounded(.up)))
    for (index, value) in place.y.ticks.values.enumerated() {
      let y = frame.maxY - place.y.fraction(value) * frame.height
      canvas.stroke([Point(frame.minX, y), Point(frame.maxX, y)], colour: theme.grid, width: theme.gridWidth)
      guard index % every == 0 else { continue }
      canvas.draw(
        place.y.ticks.labels[index], at: Point(frame.minX - theme.gap / 2, y), font: theme.tickFont,
        colour: theme.text, horizontal: .end, vertical: .middle)
    }
    canvas.draw(
      lines: place.yLabel, at: Point(theme.margin, frame.midY), font: layout.yLabelFont, colour: theme.text,
      horizontal: .middle, isTurned: true)
  }

  private func drawVerticals(_ frame: Rect, _ layout: CurvesLayout, on canvas: Canvas, theme: Theme) {
    for value in layout.x.ticks.values {
      let x = frame.minX + layout.x.fraction(value) * frame.width
      canvas.stroke([Point(x, frame.minY), Point(x, frame.maxY)], colour: theme.grid, width: theme.gridWidth)
    }
    for event in layout.visibleEvents {
      let x = frame.minX + layout.x.fraction(event.x) * frame.width
      canvas.stroke(
        [Point(x, frame.minY), Point(x, frame.maxY)], colour: theme.mutedText, width: theme.frameWidth,
        dashes: [4 * theme.frameWidth, 3 * theme.frameWidth])
    }
  }

  private func drawXTicks(_ layout: CurvesLayout, on canvas: Canvas, theme: Theme) {
    guard let frame = layout.panels.last?.frame else { return }
    let ticks = layout.x.ticks
    let y = frame.maxY + theme.gap / 2
    for (value, label) in zip(ticks.values, ticks.labels) {
      canvas.draw(
        label, at: Point(frame.minX + layout.x.fraction(value) * frame.width, y), font: theme.tickFont,
        colour: theme.text, horizontal: .middle)
    }
    canvas.draw(
      lines: layout.xLabel, at: Point(frame.midX, y + canvas.lineHeight(theme.tickFont) + theme.gap / 4),
      font: theme.labelFont, colour: theme.text, horizontal: .middle)
  }
}
