import CommandLanguage
import Figures
import Images
import Session
import TestSupport
import Testing

/// What commands, the session and style files say of figures.
@Suite struct FigureSettingsTests {
  private func session() throws -> TestSession { try TestSession(from: Stage.loaded.state) }

  private func image(_ session: TestSession, _ name: String) throws -> PNGImage {
    try PNGImage(decoding: session.folder.bytes(name))
  }

  @Test(
    "lengths have units",
    arguments: [("2in", 144.0), ("2.54cm", 72), ("25.4mm", 72), ("72pt", 72), ("100px", 50), ("1e2pt", 100)])
  func lengths(text: String, points: Double) throws {
    let length = try #require(FigureLength.kind.parse(text))
    #expect(abs(length.points(2) - points) < 1e-9)
    #expect(FigureLength.kind.parse(FigureLength.kind.print(length)) == length)
  }

  @Test("what is no length is refused", arguments: ["2", "in", "-2in", "0cm", "2 in", "2inch", "nanin", "1e9in", ""])
  func noLengths(text: String) { #expect(FigureLength.kind.parse(text) == nil) }

  @Test("width and height are those of the file")
  func size() throws {
    let session = try session()
    for (options, width, height) in [
      ("width=3in height=2in dpi=100", 300, 200), ("width=400px height=300px", 400, 300),
      ("width=5in square=on dpi=100", 500, 500), ("height=12.7cm square=on dpi=100", 500, 500),
    ] {
      #expect(
        session.run("images count=3 \(options) out=\"\(session.folder.path)/a.png\"") == .succeeded, "\(session.errors)"
      )
      let image = try image(session, "a.png")
      #expect(image.width == width && image.height == height, "\(options): \(image.width)×\(image.height)")
    }
  }

  @Test("a length without a unit and a font that is not there say what is expected")
  func errors() throws {
    let session = try session()
    for (line, words) in [
      ("images width=3", "width needs a length above 0 with its unit, in, cm, mm, pt or px: 3.25in, not '3'"),
      ("images font=\"DejaVu Sanz\"", "expected a font that is installed, found 'DejaVu Sanz'; there is"),
      ("images style=x.style", "x.style"),
      ("images width=5mm", "make it larger with width="),
      ("set figure.font=\"No Such Font\"", "expected a font that is installed, found 'No Such Font'"),
      ("set figure.widht=3in", "set has no option 'figure.widht' (did you mean 'figure.width'?)"),
      ("replot", "no figure has been drawn in this session yet"),
    ] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(session.errors.contains(words), "\(line): \(session.errors)")
    }
    // One letter off: the family that was meant.
    #expect(FontFamilies.named("dejavu sans") == "DejaVu Sans" || FontFamilies.named("dejavu sans") == nil)
  }

  @Test("set figure.… holds for the session, is recorded, undone, saved and restored; commands go before it")
  func ofSession() throws {
    let session = try session()
    let path = session.folder.path
    #expect(session.run("set figure.width=3in figure.dpi=100 figure.title=off") == .succeeded, "\(session.errors)")
    #expect(session.commands.last == "set figure.title=off figure.width=3in figure.dpi=100")
    #expect(session.run("images count=3 out=\"\(path)/a.png\"") == .succeeded)
    #expect(try image(session, "a.png").width == 300)
    #expect(session.run("images count=3 width=4in out=\"\(path)/b.png\"") == .succeeded)
    #expect(try image(session, "b.png").width == 400)
    session.output = ""
    #expect(session.run("set") == .succeeded)
    #expect(session.output.hasSuffix("figure.title=off\nfigure.width=3in\nfigure.dpi=100\n"), "\(session.output)")

    #expect(session.run("save \"\(path)/s.safetensors\"") == .succeeded, "\(session.errors)")
    let other = try TestSession()
    #expect(other.run("restore \"\(path)/s.safetensors\" data=none") == .succeeded, "\(other.errors)")
    #expect(other.state.settings.figures == session.state.settings.figures)

    #expect(session.run("undo") == .succeeded)
    #expect(session.state.settings.figures == FigureSettings())
    #expect(session.run("redo; set figure=default figure.alpha=0.5") == .succeeded)
    #expect(session.state.settings.figures.words == ["alpha=0.5"])
  }

  @Test("a style file sets what it names, over a built-in style")
  func styleFiles() throws {
    let file = try StyleFile(
      """
      # ours
      style=column
      width = 84mm   # of a column

      font="monospace"
      fontsize=6.5pt
      title='a # title'
      legend=below\r
      """, path: "x.style")
    #expect(file.base == .column)
    #expect(
      file.settings.words
        == ["title=\"a # title\"", "width=84mm", "font=monospace", "fontsize=6.5", "legend=below"])
    let session = try session()
    let path = session.folder.write("my.style", "style=slides\nwidth=2in\nheight=2in\ndpi=100\n")
    #expect(
      session.run("images count=2 style=\"\(path)\" title=off out=\"\(session.folder.path)/a.png\"") == .succeeded)
    #expect(try image(session, "a.png").width == 200)
  }

  @Test("what is wrong with a style file is told with its line")
  func wrongStyleFiles() {
    let cases: [(String, Int, String)] = [
      ("style=column\nwidth", 2, "expected name=value, found 'width'"),
      ("\n\nwidht=3in", 3, "there is no 'widht': did you mean 'width'?"),
      ("width=3in\nwidth=4in", 2, "'width' is there twice"),
      ("title='a", 1, "the quotes of 'title' are not closed"),
      ("legend=left", 1, "'legend' needs one of auto, right, below, direct, off, found 'left'"),
      ("width=3", 1, "'width' needs a length above 0 with its unit"),
      ("style=other.style", 1, "style= names the built-in style"),
      ("sidecar=on", 1, "there is no 'sidecar'"),
    ]
    for (text, line, words) in cases {
      let error = #expect(throws: StyleFileError.self) { try StyleFile(text, path: "x.style") }
      #expect(error?.line == line)
      #expect("\(error!)".contains("x.style, line \(line): ") && "\(error!)".contains(words), "\(error!)")
    }
  }

  @Test("replot draws the same figure again in another format, and computes nothing")
  func replot() throws {
    let session = try session()
    let path = session.folder.path
    #expect(session.run("images count=3 out=\"\(path)/a.png\"") == .succeeded)
    let before = session.state.fingerprint
    #expect(session.run("replot out=\"\(path)/b.png\"") == .succeeded, "\(session.errors)")
    #expect(try image(session, "a.png") == image(session, "b.png"))
    // Its line in the journal is all that is new.
    #expect(session.state.fingerprint.count == before.count + 1)
    // The figure stays what it was, whatever is loaded since.
    #expect(session.run("load strokes count=60; replot out=\"\(path)/c.pdf\" style=icml") == .succeeded)
    #expect(session.folder.bytes("c.pdf").starts(with: Array("%PDF".utf8)))
    #expect(try session.records().last?["results"]["command"].string?.hasPrefix("images count=3") == true)
    #expect(session.commands.last?.hasPrefix("replot") == true)
  }

  @Test("a picture says what made it, but not where it lies; a sidecar says more")
  func provenance() throws {
    let session = try session()
    let path = session.folder.path
    #expect(session.run("seed 7; images count=3 out=\"\(path)/a.png\" sidecar=on") == .succeeded, "\(session.errors)")
    let texts = PNGImage.texts(inFirst: session.folder.bytes("a.png"))
    #expect(texts.map(\.keyword) == ["Software", "Version", "Command", "Seed"])
    #expect(texts[0].text == "ddpm-repl" && texts[1].text == productVersion && texts[3].text == "7")
    #expect(texts[2].text.hasPrefix("images count=3") && !texts[2].text.contains(path))
    let json = try #require(try JSON.lines(session.folder.text("a.png.json").replacing("\n", with: " ")).first)
    let artifacts = try #require(try session.records().last)["artifacts"].array
    #expect(json["sha256"].string == artifacts[0]["sha256"].string && artifacts.count == 2)
    #expect(json["results"]["images"].number == 30)
    #expect(json["script"].array.contains { $0.string?.hasPrefix("load strokes") == true })
    #expect(json["data"]["sha256"].string == session.state.dataset?.sha256)
    // It is known as ours, and so may be replaced; another's is not.
    #expect(session.run("images count=4 out=\"\(path)/a.png\" sidecar=on") == .succeeded, "\(session.errors)")
    session.folder.write("b.png.json", "{}")
    #expect(session.run("images count=4 out=\"\(path)/b.png\" sidecar=on") == .failed)
    #expect(session.folder.text("b.png.json") == "{}" && session.folder.bytes("b.png").isEmpty)
  }

  @Test("a transparent picture is so in its file, and on white in the terminal")
  func transparency() throws {
    let session = try session()
    #expect(
      session.run("images count=3 transparent=on out=\"\(session.folder.path)/a.png\"") == .succeeded,
      "\(session.errors)")
    let bytes = session.folder.bytes("a.png")
    let (black, white) = try (PNGImage(decoding: bytes, over: .black), PNGImage(decoding: bytes, over: .white))
    #expect(black.pixels[0..<3] == [0, 0, 0] && white.pixels[0..<3] == [255, 255, 255])
    #expect(black != white)
  }
}
