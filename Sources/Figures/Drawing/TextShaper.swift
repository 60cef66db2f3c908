import CPangoCairo
import Synchronization

/// Lays out lines of text with Pango: glyphs from other fonts where one lacks them, from right to left where that is the
/// script's way, the same for every density of pixels.
///
/// Pango's own caches are for one thread at a time: whatever asks it holds `Pango.lock`.
final class TextShaper {
  private var widths: [Key: Double] = [:]
  private var heights: [Font: (ascent: Double, descent: Double)] = [:]

  private struct Key: Hashable {
    let text: String
    let font: Font
  }

  func width(of text: String, _ font: Font) -> Double {
    if text.isEmpty { return 0 }
    let key = Key(text: text, font: font)
    if let known = widths[key] { return known }
    let width = line(text, font).width
    widths[key] = width
    return width
  }

  func line(_ text: String, _ font: Font) -> TextLine { TextLine(text, font) }

  /// How far lines of a font reach above and below their base line, in points.
  func metrics(_ font: Font) -> (ascent: Double, descent: Double) {
    if let known = heights[font] { return known }
    let found = Pango.locked { library -> (ascent: Double, descent: Double) in
      let description = Pango.description(font)
      defer { pango_font_description_free(description) }
      let metrics = pango_context_get_metrics(library.context, description, library.language)
      defer { pango_font_metrics_unref(metrics) }
      return (
        Pango.points(pango_font_metrics_get_ascent(metrics)), Pango.points(pango_font_metrics_get_descent(metrics))
      )
    }
    heights[font] = found
    return found
  }
}

/// A line of text as it is laid out.
final class TextLine {
  let text: String
  let font: Font
  private let laidOut: cpango_line

  fileprivate init(_ text: String, _ font: Font) {
    (self.text, self.font) = (text, font)
    laidOut = Pango.locked { library in
      let description = Pango.description(font)
      defer { pango_font_description_free(description) }
      return cpango_lay_out(library, description, text)
    }
  }

  deinit {
    Pango.locked { _ in cpango_free(laidOut) }
  }

  /// How far off the next text would be, in points.
  var width: Double { Pango.points(laidOut.logical.width) }

  /// Whether some of its signs are in no installed font, and boxes stand for them.
  var lacksGlyphs: Bool { laidOut.missing > 0 }

  /// Whether the line as a whole is read from right to left.
  var isRightToLeft: Bool { laidOut.is_right_to_left != 0 }

  /// Draws at the current point, which is the beginning of the base line.
  func show(on context: OpaquePointer) {
    Pango.locked { _ in pango_cairo_show_layout_line(context, laidOut.line) }
  }

  /// What ink covers when the base line begins at `base`.
  func ink(at base: Point, isTurned: Bool) -> Rect {
    let ink = laidOut.ink
    let (x, y) = (Pango.points(ink.x), Pango.points(ink.y))
    let (width, height) = (Pango.points(ink.width), Pango.points(ink.height))
    return isTurned
      ? Rect(x: base.x + y, y: base.y - x - width, width: height, height: width)
      : Rect(x: base.x + x, y: base.y + y, width: width, height: height)
  }
}

/// The fonts that are installed, by family.
public enum FontFamilies {
  /// In the order of their names.
  public static let installed: [String] = {
    let names = Names()
    Pango.locked { library in
      cpango_families(
        library,
        { taker, name in
          guard let taker, let name else { return }
          Unmanaged<Names>.fromOpaque(taker).takeUnretainedValue().list.append(String(cString: name))
        }, Unmanaged.passUnretained(names).toOpaque())
    }
    return names.list.sorted()
  }()

  private final class Names {
    var list: [String] = []
  }

  /// The name of an installed family, spelled as it is called there; nil if there is none. The generic ones are there
  /// always.
  public static func named(_ name: String) -> String? {
    let wanted = name.lowercased()
    if let generic = generics.first(where: { $0 == wanted }) { return generic }
    return installed.first { $0.lowercased() == wanted }
  }

  /// Families that fontconfig stands for.
  public static let generics = ["sans-serif", "serif", "monospace"]
}

/// The door to Pango, which takes one thread at a time.
private enum Pango {
  private static let mutex = Mutex<Void>(())
  nonisolated(unsafe) private static let library = cpango_start()

  static func locked<Result>(_ body: (cpango_library) -> Result) -> Result {
    nonisolated(unsafe) var result: Result?
    mutex.withLock { _ in result = body(library) }
    return result!
  }

  static func points(_ units: Int32) -> Double { Double(units) / Double(PANGO_SCALE) }

  /// To be freed.
  static func description(_ font: Font) -> OpaquePointer {
    let description = pango_font_description_new()!
    pango_font_description_set_family(description, font.family)
    pango_font_description_set_absolute_size(description, font.size * Double(PANGO_SCALE))
    if font.isBold { pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD) }
    return description
  }
}
