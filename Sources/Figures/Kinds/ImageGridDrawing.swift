import Interruptions

extension ImageGridFigure: Figure {
  /// In points; follows from the contents.
  public func size(_ theme: Theme) -> Size { ImageGridLayout(self, theme: theme).size }

  public func draw(on canvas: Canvas, theme: Theme) {
    let layout = ImageGridLayout(self, theme: theme, on: canvas)
    heading(theme).draw(
      on: canvas, at: Point(theme.margin, theme.margin), width: layout.size.width - 2 * theme.margin)
    guard !cells.isEmpty else {
      canvas.draw(
        "no images", at: Point(theme.margin, layout.size.height - theme.margin), font: theme.labelFont,
        colour: theme.mutedText, vertical: .end)
      return
    }
    for (index, cell) in cells.enumerated() {
      if Interruption.isWanted { return }
      let rect = layout.cell(row: index / columnCount, column: index % columnCount)
      if let cell, images.imageSize > 0 {
        canvas.draw(
          pixels: images[cell], width: images.width, height: images.height, channelCount: images.channelCount,
          in: rect)
      }
      if index < captions.count {
        canvas.draw(
          lines: layout.captions[index], at: Point(rect.midX, rect.maxY), font: layout.captionFont, colour: theme.text,
          horizontal: .middle)
      }
    }
    for (row, lines) in layout.labels.enumerated() {
      let rect = layout.cell(row: row, column: 0)
      canvas.draw(
        lines: lines, at: Point(theme.margin, rect.midY), font: layout.labelFont, colour: theme.text, vertical: .middle)
    }
    for (row, detail) in rowDetails.prefix(rowCount).enumerated() {
      let rect = layout.cell(row: row, column: 0)
      canvas.draw(
        detail, at: Point(rect.minX - theme.gap, rect.midY), font: layout.labelFont, colour: theme.mutedText,
        horizontal: .end, vertical: .middle)
    }
    for (column, lines) in layout.headers.enumerated() {
      let rect = layout.cell(row: 0, column: column)
      let turned = layout.headersAreTurned
      canvas.draw(
        lines: lines, at: Point(rect.midX, rect.minY - theme.gap / 2), font: layout.headerFont, colour: theme.text,
        horizontal: turned ? .start : .middle, vertical: turned ? .middle : .end, isTurned: turned)
    }
  }
}
