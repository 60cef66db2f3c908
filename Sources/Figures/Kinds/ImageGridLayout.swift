/// Where the parts of an image grid lie: images on whole pixels of a PNG file, the rest around them.
public struct ImageGridLayout {
  /// Of the whole figure, in points.
  public let size: Size
  /// Pixels of a PNG file for a pixel of an image.
  ///
  /// Less than 1 where so many images have no other room.
  public let magnification: Double

  let labelFont: Font
  let headerFont: Font
  let captionFont: Font
  /// In lines, each.
  let labels: [[String]]
  let headers: [[String]]
  let captions: [[String]]
  let headerHeight: Double
  let headersAreTurned: Bool

  /// Of an image of which something can be seen, in points.
  private static let leastSide = 4.0

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
    self.init(figure, theme: theme, on: .forMeasuring(theme.figureSize, scale: theme.scale))
  }

  init(_ figure: ImageGridFigure, theme: Theme, on canvas: Canvas) {
    let scale = theme.scale
    func pixels(_ points: Double) -> Int { Int((points * scale).rounded(.up)) }
    let columns = figure.columnCount
    let rows = figure.rowCount
    let gap = max(1, Int(scale.rounded()))
    let rowsPerBand = max(figure.rowsPerBand, 1)
    let bandGap = rowsPerBand > 1 ? pixels(theme.gap) : 0

    let columnBreaks = figure.columnBreaks.filter { (1..<columns).contains($0) }.sorted()
    let columnGap = pixels(theme.gap)
    let breaksWidth = columnBreaks.count * columnGap
    let heading = figure.heading(theme)
    let headingHeight = heading.height(on: canvas)
    // Labels take at most three tenths of the width that figures have, and several lines where they are long.
    var font = theme.labelFont
    var cell = 0.0
    var found: (labels: [[String]], labelWidth: Double, headers: [[String]], headerHeight: Double, turned: Bool)
    var captionLines: [[String]] = []
    var captionFont = theme.tickFont
    let captionWords = Set(figure.captions.flatMap { $0.split(separator: " ").map(String.init) }).sorted()
    let widths = captionWords.map { canvas.width(of: $0, font: theme.tickFont) }
    let widestWord = zip(captionWords, widths).max { $0.1 < $1.1 }?.0 ?? ""
    let details = Array(figure.rowDetails.prefix(rows))
    let (imageWidth, imageHeight) = (Double(max(figure.images.width, 1)), Double(max(figure.images.height, 1)))
    let longer = max(imageWidth, imageHeight)
    var left = 0
    var pitch = 0
    var cellWidth = 0
    var cellHeight = 0
    var magnification = 0.0
    while true {
      let lineHeight = canvas.lineHeight(font)
      let widest = min(canvas.widest(figure.rowLabels.prefix(rows), font: font), 0.3 * theme.figureSize.width)
      let labels = figure.rowLabels.prefix(rows).map { canvas.wrapped($0, font: font, width: widest) }
      let labelWidth = canvas.widest(labels.joined(), font: font)
      let detailWidth = canvas.widest(details, font: font)
      left = pixels(
        theme.margin + (labels.isEmpty ? 0 : labelWidth + theme.gap) + (details.isEmpty ? 0 : detailWidth + theme.gap))
      let room = Double(pixels(theme.figureSize.width - theme.margin) - left - (columns - 1) * gap - breaksWidth)
      // Few images are not blown up beyond an inch and a half.
      let widestCell = min(room / Double(columns), 108 * scale)
      let bands = Double(max(0, (rows - 1) / rowsPerBand * bandGap))

      /// Captions and headers for images of a size in pixels, and the height of all, in points.
      func parts(_ cell: Double) -> (
        captions: [[String]], captionFont: Font, headers: [[String]], headerHeight: Double, turned: Bool, height: Double
      ) {
        let width = cell * imageWidth / longer / scale
        // Below small images captions are smaller: a word is whole as long as it can be read.
        let captionFont = theme.tickFont.shrunk { canvas.width(of: widestWord, font: $0) <= width - 0.25 * $0.size }
        let captions = figure.captions.map { canvas.wrapped($0, font: captionFont, width: max(width, 1)) }
        let captionHeight = Double(captions.map(\.count).max() ?? 0) * canvas.lineHeight(captionFont)
        // Side by side they are told apart by a blank's width at least.
        let widths = figure.columnHeaders.prefix(columns).map { canvas.width(of: $0, font: font) }
        let turned =
          widths.contains { $0 > width }
          || zip(widths, widths.dropFirst()).contains { min($0, $1) > 0 && ($0 + $1) / 2 > width - 0.3 * font.size }
        let most = turned ? 0.25 * theme.figureSize.width : width
        let headers = figure.columnHeaders.prefix(columns).map { canvas.wrapped($0, font: font, width: most) }
        let headerHeight =
          headers.isEmpty ? 0 : turned ? canvas.widest(headers.joined(), font: font) : lineHeight
        let images = Double(rows) * (cell * imageHeight / longer + Double(gap)) + bands
        let height =
          2 * theme.margin + headingHeight + (headers.isEmpty ? 0 : headerHeight + theme.gap / 2) + images / scale
          + Double(rows) * captionHeight
        return (captions, captionFont, headers, headerHeight, turned, height)
      }
      if let fixed = figure.magnification {
        precondition(fixed > 0, "a grid magnifies by at least 1, not \(fixed)")
        magnification = Double(fixed)
      } else {
        cell = widestCell
        // As high as the page allows: less height for each image also means narrower captions, so it takes a few steps.
        for _ in 0..<40 where rows > 0 {
          let beyond = parts(cell).height - theme.heightLimit
          if beyond <= 0 { break }
          cell = max(cell - max(beyond * scale / Double(rows) * longer / imageHeight, 0.25), 0.5)
        }
        magnification = cell / longer
        if magnification >= 1 { magnification = magnification.rounded(.down) }
      }
      cellWidth = max(1, Int(imageWidth * magnification))
      cellHeight = max(1, Int(imageHeight * magnification))
      let parts = parts(Double(max(cellWidth, cellHeight)))
      found = (labels, labelWidth, parts.headers, parts.headerHeight, parts.turned)
      (captionLines, captionFont) = (parts.captions, parts.captionFont)
      let captionHeight = Double(captionLines.map(\.count).max() ?? 0) * canvas.lineHeight(captionFont)
      pitch = cellHeight + gap + pixels(captionHeight)
      // Rows lower than their labels, and columns narrower than turned headers, get smaller text.
      let labelLines = Double(max(labels.map(\.count).max() ?? 0, details.isEmpty ? 0 : 1))
      let headerLines = parts.turned ? Double(parts.headers.map(\.count).max() ?? 0) : 0
      let fits =
        labelLines * lineHeight <= 1.02 * Double(pitch) / scale
        && headerLines * lineHeight <= 1.02 * Double(cellWidth + gap) / scale
      if fits || font.size <= Font.leastSize {
        if !fits {
          canvas.refuse(.noRoom(.tooMany("\(rows) rows with a label each", least: lineHeight), size: theme.figureSize))
        }
        break
      }
      font.size = max(0.94 * font.size, Font.leastSize)
    }
    if figure.magnification == nil, rows > 0, Double(max(cellWidth, cellHeight)) / scale < Self.leastSide {
      canvas.refuse(.noRoom(.tooMany("\(rows * columns) images", least: Self.leastSide), size: theme.figureSize))
    }
    (self.gap, self.rowsPerBand, self.bandGap) = (gap, rowsPerBand, bandGap)
    (self.columnGap, self.columnBreaks) = (columnGap, columnBreaks)
    (self.left, self.pitch, self.cellWidth, self.cellHeight, self.magnification) =
      (left, pitch, cellWidth, cellHeight, magnification)
    (labelFont, headerFont, self.captionFont) = (font, font, captionFont)
    (labels, headers, captions) = (found.labels, found.headers, captionLines)
    (headerHeight, headersAreTurned) = (found.headerHeight, found.turned)
    top = pixels(theme.margin + headingHeight + (headers.isEmpty ? 0 : headerHeight + theme.gap / 2))

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
