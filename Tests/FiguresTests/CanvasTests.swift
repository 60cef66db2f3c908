import Figures
import Images
import Testing

/// The decoded pixels of a rendered PNG figure.
struct Picture {
  let image: PNGImage

  private let colours: [UInt32]

  init(_ bytes: [UInt8]) throws {
    image = try PNGImage(decoding: bytes)
    let pixels = image.pixels
    colours = stride(from: 0, to: pixels.count, by: 3).map {
      UInt32(pixels[$0]) << 16 | UInt32(pixels[$0 + 1]) << 8 | UInt32(pixels[$0 + 2])
    }
  }

  init(_ figure: any Figure, theme: Theme = Theme()) throws {
    try self.init(FigureFile.render(figure, theme: theme))
  }

  /// The colour of a pixel as 0xRRGGBB.
  subscript(x: Int, y: Int) -> UInt32 { colours[y * image.width + x] }

  func count(of colour: UInt32) -> Int { colours.count { $0 == colour } }

  /// The number of pixels of a colour, give or take the rounding of its components.
  func count(of colour: Colour) -> Int {
    colours.count { pixel in
      let found = Colour(pixel)
      return max(abs(found.red - colour.red), abs(found.green - colour.green), abs(found.blue - colour.blue)) < 1.01
        / 255
    }
  }

  /// Whether no pixel less than `depth` from the edge shows anything but `background`.
  func hasBlankEdge(depth: Int, background: UInt32 = 0xFFFFFF) -> Bool {
    for y in 0..<image.height {
      for x in 0..<image.width
      where min(x, y, image.width - 1 - x, image.height - 1 - y) < depth && self[x, y] != background {
        return false
      }
    }
    return true
  }
}

@Suite("Canvas")
struct CanvasTests {
  private func canvas(_ width: Double = 20, _ height: Double = 10, scale: Double = 2) throws -> Canvas {
    let canvas = try Canvas(size: Size(width: width, height: height), scale: scale)
    canvas.fill(Colour.white)
    return canvas
  }

  @Test("rectangles fill exactly their pixels at the canvas's scale; the resolution says so")
  func fill() throws {
    let canvas = try canvas()
    canvas.fill(Rect(x: 3, y: 2, width: 5, height: 4), colour: Colour(0x123456))
    let picture = try Picture(FigureFile.file(of: canvas))
    #expect(picture.image.width == 40 && picture.image.height == 20)
    #expect(picture.count(of: 0x123456) == 10 * 8)
    #expect(picture[6, 4] == 0x123456 && picture[15, 11] == 0x123456 && picture[5, 4] == 0xFFFFFF)
    #expect(picture.image.pixelsPerMetre == 5669)
  }

  @Test("a page that covers its last pixels only in part is filled whole", arguments: [600.0 / 72, 300.0 / 72, 1.37])
  func partialPixels(scale: Double) throws {
    let picture = try Picture(FigureFile.file(of: canvas(19.3, 11.7, scale: scale)))
    #expect(picture.count(of: 0xFFFFFF) == picture.image.width * picture.image.height)
  }

  @Test("clipping ends with its closure")
  func clipping() throws {
    let canvas = try canvas()
    let page = Rect(x: 0, y: 0, width: 20, height: 10)
    canvas.clipped(to: Rect(x: 0, y: 0, width: 10, height: 10)) { canvas.fill(page, colour: Colour(0xFF0000)) }
    canvas.fill(Rect(x: 15, y: 0, width: 5, height: 10), colour: Colour(0x0000FF))
    let picture = try Picture(FigureFile.file(of: canvas))
    #expect(picture.count(of: 0xFF0000) == 20 * 20)
    #expect(picture.count(of: 0x0000FF) == 10 * 20)
  }

  @Test("images are enlarged to rectangles of one colour", arguments: [1, 3], [1, 2, 5, 9])
  func images(channelCount: Int, magnification: Int) throws {
    let pixels = (0..<7 * 6 * channelCount).map { UInt8($0 * 255 / (42 * channelCount)) }
    let canvas = try canvas(80, 80, scale: 1)
    canvas.draw(
      pixels: pixels[...], width: 7, height: 6, channelCount: channelCount,
      in: Rect(x: 3, y: 4, width: Double(7 * magnification), height: Double(6 * magnification)))
    let picture = try Picture(FigureFile.file(of: canvas))
    var wrong = 0
    for y in 0..<6 * magnification {
      for x in 0..<7 * magnification {
        let start = (y / magnification * 7 + x / magnification) * channelCount
        let components = (0..<3).map { UInt32(pixels[start + (channelCount == 3 ? $0 : 0)]) }
        let expected = components[0] << 16 | components[1] << 8 | components[2]
        if picture[3 + x, 4 + y] != expected { wrong += 1 }
      }
    }
    #expect(wrong == 0)
  }

  @Test("text keeps to its side of the anchor", arguments: [TextAlignment.start, .middle, .end])
  func text(alignment: TextAlignment) throws {
    let canvas = try canvas(100, 40)
    let font = Font(size: 12)
    canvas.draw("Hub", at: Point(50, 20), font: font, colour: .black, horizontal: alignment)
    let width = canvas.width(of: "Hub", font: font)
    #expect(width > 12 && width < 40)
    let start = 50 - [TextAlignment.start: 0, .middle: width / 2, .end: width][alignment]!
    let picture = try Picture(FigureFile.file(of: canvas))
    let columns = (0..<200).filter { x in (0..<80).contains { picture[x, $0] != 0xFFFFFF } }
    let rows = (0..<80).filter { y in (0..<200).contains { picture[$0, y] != 0xFFFFFF } }
    #expect(columns.min()! >= Int(2 * start) && columns.max()! <= Int(2 * (start + width)) + 1)
    #expect(rows.min()! >= 40 && rows.max()! < 40 + 2 * 15)
  }

  @Test("long texts end in an ellipsis and fit; some keep their ends")
  func elision() throws {
    let canvas = try canvas()
    let font = Font(size: 10)
    let text = "a rather long name of cluster 12"
    for width in stride(from: 0.0, through: 250, by: 7) {
      let end = canvas.elided(text, font: font, width: width)
      let middle = canvas.elided(text, font: font, width: width, keepsEnd: true)
      for elided in [end, middle] {
        #expect(canvas.width(of: elided, font: font) <= width + 1e-3)
        #expect(elided == text || elided.contains("…") || elided.isEmpty)
      }
    }
    #expect(canvas.elided(text, font: font, width: 60, keepsEnd: true).hasSuffix("12"))
    #expect(canvas.elided("", font: font, width: 0) == "")
  }

  @Test("control characters and unknown fonts do no harm")
  func oddText() throws {
    let canvas = try canvas()
    canvas.draw("a\0b\n\u{7F}\t🦆é", at: Point(2, 2), font: Font(family: "No Such Font", size: 6), colour: .black)
    canvas.draw("", at: Point(2, 2), font: Font(family: "", size: 6), colour: .black)
    _ = try FigureFile.file(of: canvas)
  }

  @Test("names break no line and turn no text around")
  func namesAreText() throws {
    func drawn(_ text: String) throws -> [UInt8] {
      let canvas = try canvas()
      canvas.draw(text, at: Point(2, 2), font: Font(family: "sans", size: 6), colour: .black)
      return try FigureFile.file(of: canvas)
    }
    #expect(try drawn("a\nb\u{1B}c\u{202E}d\u{2028}e") == drawn("a b c d e"))
    #expect(try drawn("a b c d e") != drawn("abcde"))
  }

  @Test("a picture beyond the limit is refused before it is made")
  func tooLarge() {
    #expect(throws: FigureError.tooLarge(width: 80_000, height: 20, limit: 32_767)) {
      try Canvas(size: Size(width: 40_000, height: 10))
    }
  }

  @Test("a drawing error is reported at the end")
  func drawingError() throws {
    let canvas = try canvas()
    canvas.stroke([Point(0, 0), Point(9, 9)], colour: .black, width: 1, dashes: [-1])
    #expect(throws: FigureError.self) { try FigureFile.file(of: canvas) }
  }
}
