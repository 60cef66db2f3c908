import Figures
import Glibc
import Images
import TestSupport
import Testing

/// What is in the files, beside what they show.
@Suite("Output")
struct OutputTests {
  /// What a program prints; nil where it is not installed.
  static func output(of command: String) -> String? {
    let name = command.prefix { $0 != " " }
    guard system("command -v \(name) >/dev/null 2>&1") == 0, let pipe = popen(command + " 2>/dev/null", "r") else {
      return nil
    }
    defer { pclose(pipe) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    "PDF embeds every font, none of Type 3, and its text can be read",
    arguments: [FigureStyle.column, .neurips, .nature])
  func pdfFonts(style: FigureStyle) throws {
    let folder = ScratchFolder()
    for (name, figure) in SampleFigures.usual + [("scripts", SampleFigures.scatter(SampleFigures.scripts))] {
      let path = folder.write("a.pdf", try FigureFile.render(figure, as: .pdf, theme: style.theme))
      guard let listed = Self.output(of: "pdffonts \(path)") else { return print("pdffonts is not installed") }
      let fonts = listed.split(separator: "\n").dropFirst(2)
      #expect(!fonts.isEmpty, "\(name)")
      for font in fonts {
        #expect(
          !font.contains("Type 3") && font.contains("TrueType") || font.contains("Type 1") || font.contains("Type 0C"))
        // The columns emb, sub, uni, and the object's two numbers.
        #expect(font.split(separator: " ").suffix(5).first == "yes", "\(font)")
      }
    }
    let path = folder.write("b.pdf", try FigureFile.render(SampleFigures.usual[0].figure, as: .pdf))
    if let text = Self.output(of: "pdftotext \(path) -") { #expect(text.contains("t-SNE of strokes latents")) }
  }

  @Test("SVG has text as text, which can be selected, with the width that it has room for")
  func svgText() throws {
    let svg = String(
      decoding: try FigureFile.render(SampleFigures.scatter(SampleFigures.scripts), as: .svg), as: UTF8.self)
    for text in ["t-SNE of strokes latents", "猫", "日本語のクラス名", "T-shirt/top"] {
      #expect(svg.contains(">\(text)</text>"), "\(text)")
    }
    #expect(svg.contains("direction=\"rtl\"") && svg.contains("textLength="))
    let odd = SampleFigures.scatter(["<b> & \"c\"", "'d'"])
    let escaped = String(decoding: try FigureFile.render(odd, as: .svg), as: UTF8.self)
    #expect(escaped.contains(">&lt;b&gt; &amp; &quot;c&quot;</text>"))
  }

  @Test(
    "numbers of SVG are short", arguments: [(0.0, "0"), (1.5, "1.5"), (-0.0004, "0"), (12.3456, "12.346"), (-2, "-2")])
  func numbers(value: Double, text: String) {
    #expect(SVGPainter.number(value).replacing("-0", with: "0") == text)
  }

  @Test(
    "base64 as others write it",
    arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
  func base64(plain: String, coded: String) { #expect(Base64.text(of: Array(plain.utf8)) == coded) }

  @Test("every file says what made it, a PNG its resolution too")
  func provenance() throws {
    let made = Provenance(version: "9.8", command: "plot tsne title=\"é & <x>\"", seed: "41")
    let figure = SampleFigures.scatter(["a"])
    let png = try FigureFile.render(figure, as: .png, theme: FigureStyle.icml.theme, provenance: made)
    #expect(PNGImage.texts(inFirst: png).map(\.keyword) == ["Software", "Version", "Seed"])
    // Beyond ASCII it is an international text.
    #expect(String(decoding: png, as: UTF8.self).contains("plot tsne title=\"é & <x>\""))
    #expect(try PNGImage(decoding: png).pixelsPerMetre == 23_622)
    let svg = String(decoding: try FigureFile.render(figure, as: .svg, provenance: made), as: UTF8.self)
    #expect(svg.contains("<metadata>ddpm-repl 9.8\nplot tsne title=&quot;é &amp; &lt;x&gt;&quot;\nseed 41</metadata>"))
    let folder = ScratchFolder()
    let path = folder.write("a.pdf", try FigureFile.render(figure, as: .pdf, provenance: made))
    if let info = Self.output(of: "pdfinfo \(path)") {
      #expect(info.contains("ddpm-repl 9.8") && info.contains("plot tsne title=") && info.contains("seed 41"))
    }
  }

  @Test("signs that a font lacks come from another, as far as one is installed")
  func fallback() {
    let canvas = Canvas.forMeasuring(scale: 2)
    let font = Font(size: 10)
    // A box for a missing sign is as wide for any.
    let (cat, dog) = (canvas.width(of: "猫", font: font), canvas.width(of: "犬", font: font))
    #expect(cat == dog && cat > 0)
    // Letters join: the word is narrower than its letters by themselves.
    let joined = canvas.width(of: "قطة", font: font)
    let apart = ["ق", "ط", "ة"].reduce(0) { $0 + canvas.width(of: $1, font: font) }
    #expect(joined < apart)
  }

  @Test("opacity is not multiplied into colours")
  func transparency() throws {
    let canvas = try Canvas(size: Size(width: 2, height: 1), scale: 1, isTransparent: true)
    canvas.fill(Rect(x: 0, y: 0, width: 1, height: 1), colour: Colour(0xFF8000).withOpacity(0.5))
    let image = try canvas.image()
    #expect(image.channelCount == 4)
    #expect(Array(image.pixels[0..<4]) == [255, 128, 0, 128] || Array(image.pixels[0..<4]) == [255, 127, 0, 128])
    #expect(Array(image.pixels[4..<8]) == [0, 0, 0, 0])
    #expect(image.opaque(over: .white).pixels[3...] == [255, 255, 255])
  }
}
