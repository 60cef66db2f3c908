import Images
import Interruptions

/// A page that figures draw on, in points from its upper left corner; what it ends up as is its format's business.
///
/// It notes where every text lies, so that it can be told whether one leaves the page or meets another. Every call after an
/// error does nothing; `written()` and `image()` report the error.
public final class Canvas {
  /// In points.
  public let size: Size
  /// Pixels a point: of the file for PNG, of embedded images' placement for vector formats.
  public let scale: Double
  /// Pixels a point of pictures within a vector file.
  private let rasterScale: Double
  /// Every text that was drawn, in order.
  public private(set) var texts: [PlacedText] = []
  /// The first thing that went wrong, or that had no room.
  public private(set) var problem: FigureError?
  /// Whether a word that was longer than its line was broken.
  var hasBrokenWords = false

  let format: FigureFormat
  /// Nil on a canvas that is only there to measure on.
  private let painter: (any Painter)?
  private let shaper = TextShaper()
  /// Where the origin lies now.
  private var origin = Point(0, 0)

  /// - Parameters:
  ///   - rasterScale: pixels a point of pictures within a vector file; nil for 200 an inch or more.
  ///   - isTransparent: whether what nothing is drawn on lets shine through what is below.
  ///   - provenance: what made it, as the file says.
  /// - Throws: `FigureError.tooLarge` if a PNG's side would exceed Cairo's limit.
  public init(
    size: Size, format: FigureFormat = .png, scale: Double = 2, rasterScale: Double? = nil,
    isTransparent: Bool = false, provenance: Provenance = Provenance()
  ) throws(FigureError) {
    precondition(scale > 0, "a canvas needs a positive scale, not \(scale)")
    (self.size, self.scale, self.format) = (size, scale, format)
    self.rasterScale = rasterScale ?? max(scale, Self.leastRasterScale)
    painter =
      switch format {
      case .png, .pdf:
        try CairoPainter(
          size: size, format: format, scale: scale, isTransparent: isTransparent, provenance: provenance)
      case .svg: SVGPainter(size: size, provenance: provenance)
      }
  }

  /// A canvas to measure text on, for layouts that must know it before there is a page, and to try drawings out on.
  private init(measuring size: Size, scale: Double) {
    (self.size, self.scale, rasterScale, format, painter) = (size, scale, scale, .png, nil)
  }

  package static func forMeasuring(_ size: Size = Size(width: 1, height: 1), scale: Double) -> Canvas {
    Canvas(measuring: size, scale: scale)
  }

  /// Whether nothing is drawn but text noted, so that shapes need not be made.
  var isForMeasuring: Bool { painter == nil }

  /// Notes that something has no room; the first is what the file's maker throws.
  func refuse(_ error: FigureError) { problem = problem ?? error }

  /// What Cairo wrote, of a canvas for a vector format. The canvas is used up.
  ///
  /// - Throws: `FigureError` with the first error that drawing met.
  func written() throws(FigureError) -> [UInt8] {
    precondition(format != .png, "a picture of pixels is not written but read")
    if let problem { throw problem }
    return try painter?.written() ?? []
  }

  /// The pixels drawn so far, of a canvas for PNG.
  ///
  /// - Throws: `FigureError` if something could not be drawn.
  package func image() throws(FigureError) -> PNGImage {
    if let problem { throw problem }
    guard let painter = painter as? CairoPainter else { preconditionFailure("no pixels were drawn") }
    return try painter.image()
  }
}

// MARK: - Shapes

extension Canvas {
  /// Fills the whole page, to the last pixel that it only covers in part.
  public func fill(_ colour: Colour) { painter?.fill(.page, colour) }

  public func fill(_ rect: Rect, colour: Colour) { painter?.fill(.polygon(rect.corners), colour) }

  public func fill(polygon corners: [Point], colour: Colour) { painter?.fill(.polygon(corners), colour) }

  public func fillCircle(at centre: Point, radius: Double, colour: Colour) {
    painter?.fill(.circle(centre, radius: radius), colour)
  }

  public func stroke(_ rect: Rect, colour: Colour, width: Double) {
    painter?.stroke(.polygon(rect.corners), colour, width: width, dashes: [])
  }

  func stroke(polygon: [Point], colour: Colour, width: Double) {
    painter?.stroke(.polygon(polygon), colour, width: width, dashes: [])
  }

  /// Strokes straight lines through `points`; `dashes` are lengths in points, alternately on and off.
  public func stroke(_ points: [Point], colour: Colour, width: Double, dashes: [Double] = []) {
    guard points.count > 1 else { return }
    painter?.stroke(.line(points), colour, width: width, dashes: dashes)
  }

  /// Draws with everything outside `rect` cut away.
  public func clipped(to rect: Rect, _ draw: () -> Void) {
    painter?.beginClip(rect)
    draw()
    painter?.end()
  }

  /// Draws with the origin at `corner`, moved to the grid of pixels, so that a figure can be a part of another.
  package func shifted(to corner: Point, _ draw: () -> Void) {
    let by = Point(snapped(corner.x), snapped(corner.y))
    origin = Point(origin.x + by.x, origin.y + by.y)
    painter?.beginShift(by)
    draw()
    painter?.end()
    origin = Point(origin.x - by.x, origin.y - by.y)
  }

  /// Draws what lies within `rect` as pixels, which a vector format then embeds: for so many shapes that a file of them
  /// would be large and slow. On a canvas for PNG it draws as ever.
  ///
  /// - Parameters:
  ///   - background: what is under the shapes; what the canvas has there does not show, unless it is transparent.
  ///   - draw: draws on the canvas that it is given, whose coordinates are those of this one.
  func rasterised(_ rect: Rect, background: Colour, _ draw: (Canvas) -> Void) {
    let size = Size(width: rect.width, height: rect.height)
    let isTransparent = background.opacity < 1
    guard let painter, format != .png,
      let pixels = try? Canvas(size: size, scale: rasterScale, isTransparent: isTransparent)
    else { return clipped(to: rect) { draw(self) } }
    if !isTransparent { pixels.fill(background) }
    pixels.painter?.beginShift(Point(-rect.minX, -rect.minY))
    draw(pixels)
    pixels.painter?.end()
    guard let image = try? pixels.image() else { return }
    // The last pixels may reach a little beyond.
    let covered = Rect(
      x: rect.minX, y: rect.minY, width: Double(image.width) / pixels.scale, height: Double(image.height) / pixels.scale
    )
    painter.beginClip(rect)
    painter.draw(image, in: covered)
    painter.end()
  }

  /// Pixels a point of a picture in a vector file: 200 an inch.
  private static let leastRasterScale = 200.0 / 72

  /// The nearest place on the grid of pixels, along either axis.
  public func snapped(_ coordinate: Double) -> Double { (coordinate * scale).rounded() / scale }

  /// Draws a gray (1 channel) or RGB (3 channels) image over `rect`, each of its pixels a rectangle of one colour.
  public func draw(
    pixels: ArraySlice<UInt8>, width: Int, height: Int, channelCount: Int, in rect: Rect
  ) {
    precondition(
      (channelCount == 1 || channelCount == 3) && pixels.count == width * height * channelCount,
      "\(pixels.count) bytes are not a gray or RGB image of \(width)×\(height)×\(channelCount)")
    guard let painter, width > 0, height > 0 else { return }
    painter.draw(
      PNGImage(width: width, height: height, channelCount: channelCount, pixels: Array(pixels)), in: rect)
  }

  /// Fills `rect` with equal cells, row by row: nil leaves one as it is.
  ///
  /// They are one picture at about the resolution of the file: shapes side by side would show seams where edges fall
  /// between the pixels of a screen, and a picture of a pixel a cell is smoothed by some viewers.
  func fillCells(_ colours: [Colour?], columns: Int, in rect: Rect) {
    precondition(columns > 0 && colours.count % columns == 0, "\(colours.count) cells are no rows of \(columns)")
    let rows = colours.count / columns
    guard let painter, rows > 0 else { return }
    func pixels(_ length: Double, _ count: Int) -> Int { max(1, Int((length * scale / Double(count)).rounded())) }
    let (across, down) = (pixels(rect.width, columns), pixels(rect.height, rows))
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * colours.count * across * down)
    for row in 0..<rows {
      let line = colours[row * columns..<(row + 1) * columns].flatMap { colour in
        Array(repeatElement(colour?.bytes ?? [0, 0, 0, 0], count: across).joined())
      }
      for _ in 0..<down { bytes += line }
    }
    painter.draw(PNGImage(width: columns * across, height: rows * down, channelCount: 4, pixels: bytes), in: rect)
  }
}

// MARK: - Text

/// Where a text lies relative to its anchor, along the text and across it.
public enum TextAlignment: Sendable {
  case start, middle, end
}

/// A text as it was drawn.
public struct PlacedText: Sendable, Equatable {
  public let text: String
  /// What ink covers on the page; empty for blanks.
  public let ink: Rect
  /// Of the font, in points.
  public let size: Double
  /// Whether boxes stand for some of its signs, which no installed font has.
  public let lacksGlyphs: Bool
}

extension Canvas {
  /// Draws one line of text. Signs that the font lacks come from another that is installed; what is written from right to
  /// left is laid so.
  ///
  /// - Parameters:
  ///   - horizontal: the part of the text, along its direction, that lies at the anchor.
  ///   - vertical: `start` puts the top of the line at the anchor, `middle` the middle of capitals, `end` the bottom.
  ///   - isTurned: the text reads upwards.
  public func draw(
    _ text: String, at anchor: Point, font: Font, colour: Colour, horizontal: TextAlignment = .start,
    vertical: TextAlignment = .start, isTurned: Bool = false
  ) {
    let printable = Self.printable(text)
    guard !printable.isEmpty else { return }
    let line = shaper.line(printable, font)
    let x: Double
    switch horizontal {
    case .start: x = 0
    case .middle: x = -line.width / 2
    case .end: x = -line.width
    }
    let metrics = shaper.metrics(font)
    let y: Double
    switch vertical {
    case .start: y = metrics.ascent
    // Capitals and digits reach about 0.72 of the size above the base line.
    case .middle: y = font.size * 0.36
    case .end: y = -metrics.descent
    }
    let base = isTurned ? Point(anchor.x + y, anchor.y - x) : Point(anchor.x + x, anchor.y + y)
    let ink = line.ink(at: Point(origin.x + base.x, origin.y + base.y), isTurned: isTurned)
    texts.append(PlacedText(text: printable, ink: ink, size: font.size, lacksGlyphs: line.lacksGlyphs))
    painter?.draw(line, at: base, colour: colour, isTurned: isTurned)
  }

  /// The width of one line of text, in points.
  public func width(of text: String, font: Font) -> Double { shaper.width(of: Self.printable(text), font) }

  /// The height from the top of a line of text to its bottom, in points.
  public func lineHeight(_ font: Font) -> Double {
    let metrics = shaper.metrics(font)
    return metrics.ascent + metrics.descent
  }

  /// Names come from files: line ends, tabs, other controls and what turns text around become spaces.
  private static func printable(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { scalar in
          switch scalar.value {
          case 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: " "
          default: scalar.properties.generalCategory == .control ? " " : scalar
          }
        }))
  }
}
