/// Where the parts of an image grid lie: images on whole pixels of a PNG file, the rest around them.
public struct ImageGridLayout {
  /// Of the whole figure, in points.
  public let size: Size
  /// Pixels of a PNG file for a pixel of an image.
  public let magnification: Int

  let labelFont: Font
  let headerFont: Font
  let captionFont: Font
  let labelWidth: Double
  let detailWidth: Double
  let headerHeight: Double
  let headersAreTurned: Bool

  private let scale: Double
  private let rowsPerBand: Int
  // All in pixels.
  private let left: Int
  private let top: Int
  private let cellWidth: Int
  private let cellHeight: Int
  private let gap: Int
  /// From one row to the next inside a band.
  private let pitch: Int
  /// What is added between bands.
  private let bandGap: Int
  /// What is added before some of the columns, which ascend.
  private let columnGap: Int
  private let columnBreaks: [Int]

  public init(_ figure: ImageGridFigure, theme: Theme) {
    self.init(figure, theme: theme, on: .forMeasuring(scale: theme.scale))
  }

  init(_ figure: ImageGridFigure, theme: Theme, on canvas: Canvas) {
    let scale = theme.scale
    func pixels(_ points: Double) -> Int { Int((points * scale).rounded(.up)) }
    let columns = figure.columnCount
    let rows = figure.rowCount
    let labels = figure.rowLabels.prefix(rows)
    let details = figure.rowDetails.prefix(rows)
    let headers = figure.columnHeaders.prefix(columns)
    gap = max(1, Int(scale.rounded()))
    rowsPerBand = max(figure.rowsPerBand, 1)
    bandGap = rowsPerBand > 1 ? pixels(theme.gap) : 0

    columnBreaks = figure.columnBreaks.filter { (1..<columns).contains($0) }.sorted()
    columnGap = pixels(theme.gap)
    let breaksWidth = columnBreaks.count * columnGap

    // Labels and details take at most two fifths of the width that figures have.
    labelWidth = min(canvas.widest(labels, font: theme.labelFont), 0.25 * theme.figureSize.width)
    detailWidth = min(canvas.widest(details, font: theme.labelFont), 0.15 * theme.figureSize.width)
    left = pixels(
      theme.margin + (labels.isEmpty ? 0 : labelWidth + theme.gap) + (details.isEmpty ? 0 : detailWidth + theme.gap))

    let room = pixels(theme.figureSize.width - theme.margin) - left - (columns - 1) * gap - breaksWidth
    // Few images are not blown up beyond an inch and a half.
    let largest = min(room / columns, pixels(108))
    magnification = figure.magnification ?? max(1, largest / max(figure.images.width, figure.images.height, 1))
    precondition(magnification > 0, "a grid magnifies by at least 1, not \(magnification)")
    cellWidth = figure.images.width * magnification
    cellHeight = figure.images.height * magnification
    let cellSize = Size(width: Double(cellWidth) / scale, height: Double(cellHeight) / scale)

    // Rows lower than a line of text get smaller text.
    labelFont = theme.labelFont.shrunk(toHeight: cellSize.height)
    captionFont = theme.tickFont
    pitch = cellHeight + gap + (figure.captions.isEmpty ? 0 : pixels(canvas.lineHeight(captionFont)))

    let widestHeader = canvas.widest(headers, font: theme.labelFont)
    headersAreTurned = widestHeader > cellSize.width
    headerFont = headersAreTurned ? theme.labelFont.shrunk(toHeight: cellSize.width) : theme.labelFont
    if headers.isEmpty {
      headerHeight = 0
    } else if headersAreTurned {
      headerHeight = min(canvas.widest(headers, font: headerFont), 0.2 * theme.figureSize.width)
    } else {
      headerHeight = canvas.lineHeight(headerFont)
    }
    let heading = figure.heading(theme)
    top = pixels(
      theme.margin + heading.height(on: canvas) + (headers.isEmpty ? 0 : headerHeight + theme.gap / 2))

    self.scale = scale
    let margin = pixels(theme.margin)
    let gridWidth = columns * cellWidth + (columns - 1) * gap + breaksWidth
    let gridHeight =
      rows == 0
      ? pixels(canvas.lineHeight(theme.labelFont))
      : (rows - 1) / rowsPerBand * bandGap + rows * pitch - gap
    // A title wider than the images may widen the figure, up to the width that figures have.
    let headingWidth = min(heading.width(on: canvas), theme.figureSize.width - 2 * theme.margin)
    size = Size(
      width: Double(max(left + gridWidth, margin + pixels(headingWidth)) + margin) / scale,
      height: Double(top + gridHeight + margin) / scale)
  }

  /// The rectangle of an image, in points; times the scale, whole pixels.
  public func cell(row: Int, column: Int) -> Rect {
    let x = left + column * (cellWidth + gap) + columnBreaks.count { $0 <= column } * columnGap
    let y = top + row * pitch + row / rowsPerBand * bandGap
    return Rect(
      minX: Double(x) / scale, minY: Double(y) / scale, maxX: Double(x + cellWidth) / scale,
      maxY: Double(y + cellHeight) / scale)
  }
}
