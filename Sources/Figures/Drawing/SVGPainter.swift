import Images

/// Writes SVG, with text as text, which Cairo would draw as shapes: it can be selected, searched and edited.
///
/// Numbers have at most three digits behind the point; the same drawing gives the same bytes.
package final class SVGPainter: Painter {
  private var body = ""
  private let size: Size
  private let provenance: Provenance
  private var clipCount = 0
  private var problem: FigureError?

  init(size: Size, provenance: Provenance) { (self.size, self.provenance) = (size, provenance) }

  // MARK: - Shapes

  func fill(_ shape: Shape, _ colour: Colour) {
    add(shape, paint("fill", colour))
  }

  func stroke(_ shape: Shape, _ colour: Colour, width: Double, dashes: [Double]) {
    if dashes.contains(where: { !($0 >= 0) }) {
      problem = problem ?? .drawingFailed(detail: "a dash has a length of \(dashes)")
    }
    let dashed = dashes.isEmpty ? "" : " stroke-dasharray=\"\(dashes.map(Self.number).joined(separator: " "))\""
    add(
      shape,
      " fill=\"none\"" + paint("stroke", colour) + " stroke-width=\"\(Self.number(width))\" stroke-linejoin=\"round\""
        + dashed)
  }

  private func add(_ shape: Shape, _ attributes: String) {
    switch shape {
    case .page: body += "<rect width=\"100%\" height=\"100%\"\(attributes)/>\n"
    case .circle(let centre, let radius):
      body +=
        "<circle cx=\"\(Self.number(centre.x))\" cy=\"\(Self.number(centre.y))\" r=\"\(Self.number(radius))\"\(attributes)/>\n"
    case .polygon(let points): body += "<path d=\"\(Self.path(points))Z\"\(attributes)/>\n"
    case .line(let points): body += "<path d=\"\(Self.path(points))\"\(attributes)/>\n"
    }
  }

  private static func path(_ points: [Point]) -> String {
    points.enumerated().map { "\($0 == 0 ? "M" : "L")\(number($1.x)) \(number($1.y))" }.joined()
  }

  private func paint(_ what: String, _ colour: Colour) -> String {
    let opacity = colour.opacity < 1 ? " \(what)-opacity=\"\(Self.number(colour.opacity))\"" : ""
    return " \(what)=\"\(colour.hexadecimal)\"" + opacity
  }

  func beginClip(_ rect: Rect) {
    clipCount += 1
    body +=
      "<clipPath id=\"clip\(clipCount)\"><path d=\"\(Self.path(rect.corners))Z\"/></clipPath>\n"
      + "<g clip-path=\"url(#clip\(clipCount))\">\n"
  }

  func beginShift(_ by: Point) {
    body += "<g transform=\"translate(\(Self.number(by.x)) \(Self.number(by.y)))\">\n"
  }

  func end() { body += "</g>\n" }

  // MARK: - Text and images

  /// Where the font is missing another takes its place, and is brought to the width for which there is room.
  func draw(_ line: TextLine, at base: Point, colour: Colour, isTurned: Bool) {
    // What is read from right to left begins at its right end.
    let offset = line.isRightToLeft ? line.width : 0
    let start = isTurned ? Point(base.x, base.y - offset) : Point(base.x + offset, base.y)
    let place =
      isTurned
      ? " transform=\"translate(\(Self.number(start.x)) \(Self.number(start.y))) rotate(-90)\""
      : " x=\"\(Self.number(start.x))\" y=\"\(Self.number(start.y))\""
    let families = line.font.family.split(separator: ",").map { family in
      let name = family.drop { $0 == " " }
      return FontFamilies.generics.contains(String(name)) ? String(name) : "'\(Self.escaped(String(name)))'"
    }
    body +=
      "<text\(place) font-family=\"\(families.joined(separator: ", "))\" font-size=\"\(Self.number(line.font.size))\""
      + (line.font.isBold ? " font-weight=\"bold\"" : "") + (line.isRightToLeft ? " direction=\"rtl\"" : "")
      + paint("fill", colour) + " textLength=\"\(Self.number(line.width))\" lengthAdjust=\"spacingAndGlyphs\""
      + " xml:space=\"preserve\">\(Self.escaped(line.text))</text>\n"
  }

  func draw(_ image: PNGImage, in rect: Rect) {
    do {
      let file = try image.encoded(texts: [])
      body +=
        "<image x=\"\(Self.number(rect.minX))\" y=\"\(Self.number(rect.minY))\" width=\"\(Self.number(rect.width))\""
        + " height=\"\(Self.number(rect.height))\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\""
        + " xlink:href=\"data:image/png;base64,\(Base64.text(of: file))\"/>\n"
    } catch {
      problem = problem ?? .png(error)
    }
  }

  // MARK: - The result

  func written() throws(FigureError) -> [UInt8] {
    if let problem { throw problem }
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    var text =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"\(width)pt\" height=\"\(height)pt\""
    text += " viewBox=\"0 0 \(width) \(height)\">\n"
    text += "<metadata>\(Self.escaped(provenance.program))"
    if !provenance.command.isEmpty { text += "\n\(Self.escaped(provenance.command))" }
    if !provenance.seed.isEmpty { text += "\nseed \(Self.escaped(provenance.seed))" }
    text += "</metadata>\n"
    return Array((text + body + "</svg>\n").utf8)
  }

  /// The shortest spelling of a number rounded to a thousandth.
  package static func number(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "0" }
    let thousandths = Int((value * 1000).rounded())
    let (whole, rest) = (abs(thousandths) / 1000, abs(thousandths) % 1000)
    var text = (thousandths < 0 ? "-" : "") + "\(whole)"
    if rest > 0 {
      text += "." + String(repeating: "0", count: 3 - "\(rest)".count) + "\(rest)"
      while text.last == "0" { text.removeLast() }
    }
    return text
  }

  /// Text as it stands in XML, which no control but spaces comes into.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default:
        let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
        result.unicodeScalars.append(isAllowed ? scalar : " ")
      }
    }
    return result
  }
}

/// Bytes as text of 64 signs.
package enum Base64 {
  private static let signs = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  package static func text(of bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    result.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let count = min(3, bytes.count - start)
      var group = 0
      for offset in 0..<3 { group = group << 8 | (offset < count ? Int(bytes[start + offset]) : 0) }
      for offset in 0..<4 {
        result.append(offset <= count ? signs[group >> (18 - 6 * offset) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
