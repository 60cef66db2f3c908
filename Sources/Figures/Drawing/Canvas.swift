import CCairo
import Images
import Interruptions

/// A page that figures draw on, in points from its upper left corner; what it ends up as is its format's business.
///
/// Every call after an error does nothing; `written()` and `image()` report the error. Raw Cairo pointers live in this file only.
public final class Canvas {
  /// In points.
  public let size: Size
  /// Pixels a point: of the file for PNG, of embedded images' placement for vector formats.
  public let scale: Double

  let format: FigureFormat
  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let stream = ByteStream()

  /// - Parameter creator: who made it, as a PDF says.
  /// - Throws: `FigureError.tooLarge` if a PNG's side would exceed Cairo's limit.
  public init(
    size: Size, format: FigureFormat = .png, scale: Double = 2, creator: String = ""
  ) throws(FigureError) {
    precondition(scale > 0, "a canvas needs a positive scale, not \(scale)")
    let pixelWidth = max((size.width * scale).rounded(.up), 1)
    let pixelHeight = max((size.height * scale).rounded(.up), 1)
    guard format != .png || max(pixelWidth, pixelHeight) <= Double(Self.maximumDimension) else {
      throw .tooLarge(width: pixelWidth, height: pixelHeight, limit: Self.maximumDimension)
    }
    self.size = size
    self.scale = scale
    self.format = format
    switch format {
    case .png:
      surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(pixelWidth), Int32(pixelHeight))
    case .pdf:
      surface = cairo_pdf_surface_create_for_stream(ByteStream.append, stream.opaque, size.width, size.height)
      // Cairo would put the present time.
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z")
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, creator)
    case .svg:
      surface = cairo_svg_surface_create_for_stream(ByteStream.append, stream.opaque, size.width, size.height)
      cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PT)
    }
    context = cairo_create(surface)
    if format == .png { cairo_scale(context, scale, scale) }
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    // Hinting would fit glyphs to this density's pixels, and so lay out text differently at another.
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_set_font_options(context, options)
    cairo_font_options_destroy(options)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  private static let maximumDimension = 32_767
}

// MARK: - Shapes

extension Canvas {
  /// Fills the whole page, to the last pixel that it only covers in part.
  public func fill(_ colour: Colour) {
    setSource(colour)
    cairo_paint(context)
  }

  public func fill(_ rect: Rect, colour: Colour) {
    setSource(colour)
    cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
    cairo_fill(context)
  }

  public func fill(polygon corners: [Point], colour: Colour) {
    setSource(colour)
    trace(corners)
    cairo_close_path(context)
    cairo_fill(context)
  }

  public func fillCircle(at centre: Point, radius: Double, colour: Colour) {
    setSource(colour)
    cairo_new_sub_path(context)
    cairo_arc(context, centre.x, centre.y, radius, 0, 2 * .pi)
    cairo_fill(context)
  }

  public func stroke(_ rect: Rect, colour: Colour, width: Double) {
    setStroke(colour, width: width, dashes: [])
    cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
    cairo_stroke(context)
  }

  /// Strokes straight lines through `points`; `dashes` are lengths in points, alternately on and off.
  public func stroke(_ points: [Point], colour: Colour, width: Double, dashes: [Double] = []) {
    guard points.count > 1 else { return }
    setStroke(colour, width: width, dashes: dashes)
    trace(points)
    cairo_stroke(context)
  }

  /// Draws with everything outside `rect` cut away.
  public func clipped(to rect: Rect, _ draw: () -> Void) {
    cairo_save(context)
    cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
    cairo_clip(context)
    draw()
    cairo_restore(context)
  }

  /// Draws with the origin at `corner`, moved to the grid of pixels, so that a figure can be a part of another.
  func shifted(to corner: Point, _ draw: () -> Void) {
    cairo_save(context)
    cairo_translate(context, snapped(corner.x), snapped(corner.y))
    draw()
    cairo_restore(context)
  }

  /// Draws what lies within `rect` as pixels, which a vector format then embeds: for so many shapes that a file of them
  /// would be large and slow. On a canvas for PNG it draws as ever.
  ///
  /// - Parameters:
  ///   - background: what is under the shapes; what the canvas has there does not show.
  ///   - draw: draws on the canvas that it is given, whose coordinates are those of this one.
  func rasterised(_ rect: Rect, background: Colour, _ draw: (Canvas) -> Void) {
    let size = Size(width: rect.width, height: rect.height)
    guard format != .png, let pixels = try? Canvas(size: size, scale: max(scale, Self.leastRasterScale)) else {
      return clipped(to: rect) { draw(self) }
    }
    pixels.fill(background)
    cairo_translate(pixels.context, -rect.minX, -rect.minY)
    draw(pixels)
    cairo_surface_flush(pixels.surface)
    cairo_save(context)
    cairo_translate(context, rect.minX, rect.minY)
    cairo_rectangle(context, 0, 0, rect.width, rect.height)
    cairo_clip(context)
    cairo_scale(context, 1 / pixels.scale, 1 / pixels.scale)
    cairo_set_source_surface(context, pixels.surface, 0, 0)
    cairo_paint(context)
    cairo_restore(context)
  }

  /// Pixels a point of a picture in a vector file: 200 an inch.
  private static let leastRasterScale = 200.0 / 72

  /// The nearest place on the grid of pixels, along either axis.
  public func snapped(_ coordinate: Double) -> Double { (coordinate * scale).rounded() / scale }

  private func trace(_ points: [Point]) {
    guard let first = points.first else { return }
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
  }

  private func setSource(_ colour: Colour) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
  }

  private func setStroke(_ colour: Colour, width: Double, dashes: [Double]) {
    setSource(colour)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dashes, Int32(dashes.count), 0)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
  }
}

// MARK: - Text

/// Where a text lies relative to its anchor, along the text and across it.
public enum TextAlignment: Sendable {
  case start, middle, end
}

extension Canvas {
  /// Draws one line of text; where the font is missing, with whichever Cairo finds in its place.
  ///
  /// - Parameters:
  ///   - horizontal: the part of the text, along its direction, that lies at the anchor.
  ///   - vertical: `start` puts the top of the line at the anchor, `middle` the middle of capitals, `end` the bottom.
  ///   - isTurned: the text reads upwards.
  public func draw(
    _ text: String, at anchor: Point, font: Font, colour: Colour, horizontal: TextAlignment = .start,
    vertical: TextAlignment = .start, isTurned: Bool = false
  ) {
    select(font)
    let printable = Self.printable(text)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, printable, &extents)
    let x: Double
    switch horizontal {
    case .start: x = 0
    case .middle: x = -extents.x_advance / 2
    case .end: x = -extents.x_advance
    }
    let line = lineExtents()
    let y: Double
    switch vertical {
    case .start: y = line.ascent
    // Capitals and digits reach about 0.72 of the size above the base line.
    case .middle: y = font.size * 0.36
    case .end: y = -line.descent
    }
    cairo_save(context)
    cairo_translate(context, anchor.x, anchor.y)
    if isTurned { cairo_rotate(context, -.pi / 2) }
    setSource(colour)
    cairo_move_to(context, x, y)
    cairo_show_text(context, printable)
    cairo_restore(context)
    cairo_new_path(context)
  }

  /// The width of one line of text, in points.
  public func width(of text: String, font: Font) -> Double {
    select(font)
    var extents = cairo_text_extents_t()
    cairo_text_extents(context, Self.printable(text), &extents)
    return extents.x_advance
  }

  /// The height from the top of a line of text to its bottom, in points.
  public func lineHeight(_ font: Font) -> Double {
    select(font)
    let line = lineExtents()
    return line.ascent + line.descent
  }

  private func select(_ font: Font) {
    cairo_select_font_face(
      context, font.family, CAIRO_FONT_SLANT_NORMAL, font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
    cairo_set_font_size(context, font.size)
  }

  private func lineExtents() -> (ascent: Double, descent: Double) {
    var extents = cairo_font_extents_t()
    cairo_font_extents(context, &extents)
    return (extents.ascent, extents.descent)
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

// MARK: - Images

extension Canvas {
  /// Draws a gray (1 channel) or RGB (3 channels) image over `rect`, each of its pixels a rectangle of one colour.
  public func draw(
    pixels: ArraySlice<UInt8>, width: Int, height: Int, channelCount: Int, in rect: Rect
  ) {
    precondition(
      (channelCount == 1 || channelCount == 3) && pixels.count == width * height * channelCount,
      "\(pixels.count) bytes are not a gray or RGB image of \(width)×\(height)×\(channelCount)")
    guard width > 0, height > 0, let image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    else { return }
    defer { cairo_surface_destroy(image) }
    guard let bytes = cairo_image_surface_get_data(image) else { return }
    let stride = Int(cairo_image_surface_get_stride(image))
    var index = pixels.startIndex
    for row in 0..<height {
      let line = UnsafeMutableRawPointer(bytes + row * stride)
      for column in 0..<width {
        let red = UInt32(pixels[index])
        let green = UInt32(pixels[index + (channelCount == 3 ? 1 : 0)])
        let blue = UInt32(pixels[index + (channelCount == 3 ? 2 : 0)])
        line.storeBytes(of: red << 16 | green << 8 | blue, toByteOffset: 4 * column, as: UInt32.self)
        index += channelCount
      }
    }
    cairo_surface_mark_dirty(image)
    cairo_save(context)
    cairo_translate(context, rect.minX, rect.minY)
    cairo_scale(context, rect.width / Double(width), rect.height / Double(height))
    cairo_set_source_surface(context, image, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, 0, 0, Double(width), Double(height))
    cairo_fill(context)
    cairo_restore(context)
  }
}

// MARK: - The result

extension Canvas {
  /// What Cairo wrote, of a canvas for a vector format. The canvas is used up.
  ///
  /// - Throws: `FigureError.drawingFailed` with the first error that drawing met.
  func written() throws(FigureError) -> [UInt8] {
    precondition(format != .png, "a picture of pixels is not written but read")
    try flush()
    cairo_surface_finish(surface)
    try check(cairo_surface_status(surface))
    return stream.bytes
  }

  private func check(_ status: cairo_status_t) throws(FigureError) {
    guard status == CAIRO_STATUS_SUCCESS else {
      throw .drawingFailed(detail: String(cString: cairo_status_to_string(status)))
    }
  }

  private func flush() throws(FigureError) {
    cairo_surface_flush(surface)
    try check(cairo_status(context))
    try check(cairo_surface_status(surface))
  }

  /// The pixels drawn so far, of a canvas for PNG.
  ///
  /// - Throws: `FigureError` if something could not be drawn.
  func image() throws(FigureError) -> PNGImage {
    try flush()
    let width = Int(cairo_image_surface_get_width(surface))
    let height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let bytes = UnsafeRawPointer(cairo_image_surface_get_data(surface)!)
    let pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
      var index = 0
      for row in 0..<height {
        if row % 64 == 0, Interruption.isWanted { break }
        for column in 0..<width {
          let pixel = bytes.load(fromByteOffset: row * stride + 4 * column, as: UInt32.self)
          buffer[index] = UInt8(truncatingIfNeeded: pixel >> 16)
          buffer[index + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
          buffer[index + 2] = UInt8(truncatingIfNeeded: pixel)
          index += 3
        }
      }
      count = 3 * width * height
    }
    if Interruption.isWanted { throw .interrupted }
    let pixelsPerMetre = (scale * 72 / 0.0254).rounded()
    return PNGImage(
      width: width, height: height, channelCount: 3, pixels: pixels, pixelsPerMetre: Int(pixelsPerMetre))
  }
}

/// Collects what Cairo writes.
private final class ByteStream {
  var bytes: [UInt8] = []

  /// Unretained: the canvas keeps its stream until the surface is gone.
  var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let append: cairo_write_func_t = { stream, bytes, count in
    guard let stream, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<ByteStream>.fromOpaque(stream).takeUnretainedValue()
      .bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
