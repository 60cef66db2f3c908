import CPangoCairo
import Images
import Interruptions

/// Draws pixels and PDF with Cairo, whose raw pointers live here and in `TextShaper`.
final class CairoPainter: Painter {
  private let surface: OpaquePointer
  private let context: OpaquePointer
  private let stream = ByteStream()
  private let isTransparent: Bool
  private let scale: Double

  init(
    size: Size, format: FigureFormat, scale: Double, isTransparent: Bool, provenance: Provenance
  ) throws(FigureError) {
    (self.isTransparent, self.scale) = (isTransparent, scale)
    if format == .png {
      let width = max((size.width * scale).rounded(.up), 1)
      let height = max((size.height * scale).rounded(.up), 1)
      guard max(width, height) <= Double(Self.maximumDimension) else {
        throw .tooLarge(width: width, height: height, limit: Self.maximumDimension)
      }
      surface = cairo_image_surface_create(
        isTransparent ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    } else {
      surface = cairo_pdf_surface_create_for_stream(ByteStream.append, stream.opaque, size.width, size.height)
      // Cairo would put the present time.
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "1970-01-01T00:00:00Z")
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, provenance.program)
      if !provenance.command.isEmpty {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, provenance.command)
      }
      if !provenance.seed.isEmpty {
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS, "seed \(provenance.seed)")
      }
    }
    context = cairo_create(surface)
    if format == .png { cairo_scale(context, scale, scale) }
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  private static let maximumDimension = 32_767

  // MARK: - Shapes

  func fill(_ shape: Shape, _ colour: Colour) {
    setSource(colour)
    if case .page = shape { return cairo_paint(context) }
    trace(shape)
    cairo_fill(context)
  }

  func stroke(_ shape: Shape, _ colour: Colour, width: Double, dashes: [Double]) {
    setSource(colour)
    cairo_set_line_width(context, width)
    cairo_set_dash(context, dashes, Int32(dashes.count), 0)
    cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
    trace(shape)
    cairo_stroke(context)
  }

  private func trace(_ shape: Shape) {
    switch shape {
    case .page: break
    case .polygon(let corners):
      trace(corners)
      cairo_close_path(context)
    case .line(let points): trace(points)
    case .circle(let centre, let radius):
      cairo_new_sub_path(context)
      cairo_arc(context, centre.x, centre.y, radius, 0, 2 * .pi)
    }
  }

  private func trace(_ points: [Point]) {
    guard let first = points.first else { return }
    cairo_move_to(context, first.x, first.y)
    for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
  }

  private func setSource(_ colour: Colour) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.opacity)
  }

  func beginClip(_ rect: Rect) {
    cairo_save(context)
    cairo_rectangle(context, rect.minX, rect.minY, rect.width, rect.height)
    cairo_clip(context)
  }

  func beginShift(_ by: Point) {
    cairo_save(context)
    cairo_translate(context, by.x, by.y)
  }

  func end() { cairo_restore(context) }

  // MARK: - Text and images

  func draw(_ line: TextLine, at base: Point, colour: Colour, isTurned: Bool) {
    cairo_save(context)
    cairo_translate(context, base.x, base.y)
    if isTurned { cairo_rotate(context, -.pi / 2) }
    setSource(colour)
    cairo_move_to(context, 0, 0)
    line.show(on: context)
    cairo_restore(context)
    cairo_new_path(context)
  }

  func draw(_ image: PNGImage, in rect: Rect) {
    let format = image.channelCount == 4 ? CAIRO_FORMAT_ARGB32 : CAIRO_FORMAT_RGB24
    guard let pixels = cairo_image_surface_create(format, Int32(image.width), Int32(image.height)) else { return }
    defer { cairo_surface_destroy(pixels) }
    guard let bytes = cairo_image_surface_get_data(pixels) else { return }
    let stride = Int(cairo_image_surface_get_stride(pixels))
    let channels = image.channelCount
    var index = 0
    for row in 0..<image.height {
      let line = UnsafeMutableRawPointer(bytes + row * stride)
      for column in 0..<image.width {
        let alpha = channels == 4 ? UInt32(image.pixels[index + 3]) : 255
        func value(_ channel: Int) -> UInt32 {
          // Cairo's colours are multiplied by their opacity.
          (UInt32(image.pixels[index + (channels == 1 ? 0 : channel)]) * alpha + 127) / 255
        }
        line.storeBytes(
          of: alpha << 24 | value(0) << 16 | value(1) << 8 | value(2), toByteOffset: 4 * column, as: UInt32.self)
        index += channels
      }
    }
    cairo_surface_mark_dirty(pixels)
    cairo_save(context)
    cairo_translate(context, rect.minX, rect.minY)
    cairo_scale(context, rect.width / Double(image.width), rect.height / Double(image.height))
    cairo_set_source_surface(context, pixels, 0, 0)
    // What is made smaller is averaged; what is made larger keeps its edges.
    let isSmaller = rect.width * scale < Double(image.width) - 0.5
    cairo_pattern_set_filter(cairo_get_source(context), isSmaller ? CAIRO_FILTER_GOOD : CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, 0, 0, Double(image.width), Double(image.height))
    cairo_fill(context)
    cairo_restore(context)
  }

  // MARK: - The result

  func written() throws(FigureError) -> [UInt8] {
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

  /// The pixels drawn so far, of a surface of pixels: RGB, or RGBA where it is transparent.
  func image() throws(FigureError) -> PNGImage {
    try flush()
    let width = Int(cairo_image_surface_get_width(surface))
    let height = Int(cairo_image_surface_get_height(surface))
    let stride = Int(cairo_image_surface_get_stride(surface))
    let bytes = UnsafeRawPointer(cairo_image_surface_get_data(surface)!)
    let channels = isTransparent ? 4 : 3
    let pixels = [UInt8](unsafeUninitializedCapacity: channels * width * height) { buffer, count in
      var index = 0
      for row in 0..<height {
        if row % 64 == 0, Interruption.isWanted { break }
        for column in 0..<width {
          let pixel = bytes.load(fromByteOffset: row * stride + 4 * column, as: UInt32.self)
          let alpha = isTransparent ? pixel >> 24 : 255
          func store(_ offset: Int, _ value: UInt32) {
            // PNG's colours are not multiplied by their opacity.
            let whole = alpha == 255 ? value : alpha == 0 ? 0 : min((value * 255 + alpha / 2) / alpha, 255)
            buffer[index + offset] = UInt8(truncatingIfNeeded: whole)
          }
          store(0, pixel >> 16 & 255)
          store(1, pixel >> 8 & 255)
          store(2, pixel & 255)
          if isTransparent { buffer[index + 3] = UInt8(alpha) }
          index += channels
        }
      }
      count = channels * width * height
    }
    if Interruption.isWanted { throw .interrupted }
    let pixelsPerMetre = (scale * 72 / 0.0254).rounded()
    return PNGImage(
      width: width, height: height, channelCount: channels, pixels: pixels, pixelsPerMetre: Int(pixelsPerMetre))
  }
}

/// Collects what Cairo writes.
private final class ByteStream {
  var bytes: [UInt8] = []

  /// Unretained: the painter keeps its stream until the surface is gone.
  var opaque: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  static let append: cairo_write_func_t = { stream, bytes, count in
    guard let stream, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
    Unmanaged<ByteStream>.fromOpaque(stream).takeUnretainedValue()
      .bytes.append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
