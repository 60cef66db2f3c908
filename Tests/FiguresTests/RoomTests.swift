import Figures
import Images
import Testing

/// Text leaves no page and lies over no other text.
@Suite("Room for text")
struct RoomTests {
  /// Whether all text of a figure has room, as looked at pair by pair.
  private func check(_ figure: any Figure, _ theme: Theme, _ name: String) throws {
    let (texts, size) = try FigureFile.texts(of: figure, theme: theme)
    let inks = texts.filter { $0.ink.width > 0 && $0.ink.height > 0 }
    let page = Rect(x: 0, y: 0, width: size.width, height: size.height).inset(by: -0.11)
    for (index, text) in inks.enumerated() {
      let ink = text.ink
      #expect(
        ink.minX >= page.minX && ink.maxX <= page.maxX && ink.minY >= page.minY && ink.maxY <= page.maxY,
        "\(name): '\(text.text)' leaves the page")
      #expect(text.size >= Font.leastSize - 1e-9, "\(name): '\(text.text)' is of \(text.size) points")
      for other in inks[..<index] where other.ink.inset(by: 0.06).intersects(ink.inset(by: 0.06)) {
        Issue.record("\(name): '\(text.text)' lies over '\(other.text)'")
      }
    }
    #expect(!texts.contains { $0.text.contains("…") }, "\(name): something is left out")
  }

  @Test("every usual figure has room in every style, wherever its legend is", arguments: FigureStyle.allCases)
  func usual(style: FigureStyle) throws {
    for (name, figure) in SampleFigures.usual {
      for legend in [nil] + LegendPlace.allCases {
        var theme = style.theme
        theme.legend = legend
        (theme.title, theme.showsSubtitle) = (.own, true)
        try check(figure, theme, "\(style.rawValue) \(name) \(legend?.rawValue ?? "")")
      }
    }
  }

  @Test("odd contents have room in every style, or it is said that they have none", arguments: FigureStyle.allCases)
  func odd(style: FigureStyle) throws {
    for (name, figure) in SampleFigures.odd { try check(figure, style.theme, "\(style.rawValue) \(name)") }
  }

  @Test("what is drawn is what was tried out, in every format", arguments: FigureFormat.allCases)
  func formats(format: FigureFormat) throws {
    let theme = FigureStyle.column.theme
    for (name, figure) in SampleFigures.usual {
      let size = try FigureFile.texts(of: figure, theme: theme).size
      let bytes = try FigureFile.render(figure, as: format, theme: theme)
      if format == .png {
        let image = try PNGImage(decoding: bytes)
        #expect(abs(Double(image.width) - size.width * theme.scale) <= 1, "\(name)")
      } else if format == .svg {
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("viewBox=\"0 0 \(SVGPainter.number(size.width)) \(SVGPainter.number(size.height))\""))
      } else {
        #expect(bytes.count > 1000)
      }
    }
  }

  @Test("a picture that is too small is refused with what has no room")
  func tooSmall() throws {
    for (name, figure) in SampleFigures.usual {
      var theme = Theme()
      theme.figureSize = Size(width: 40, height: 30)
      (theme.isExactlyWide, theme.isExactlyHigh) = (true, true)
      let error = #expect(throws: FigureError.self, "\(name)") { try FigureFile.render(figure, theme: theme) }
      guard case .noRoom = error else {
        Issue.record("\(name): \(String(describing: error))")
        continue
      }
      #expect("\(error!)".contains("40×30"))
    }
  }

  @Test("texts that meet are found, upright and turned; those that only touch are not")
  func conflicts() {
    let canvas = Canvas.forMeasuring(Size(width: 100, height: 100), scale: 2)
    let font = Font(size: 10)
    canvas.draw("one", at: Point(10, 10), font: font, colour: .black)
    canvas.draw("two", at: Point(10, 10 + canvas.lineHeight(font)), font: font, colour: .black)
    #expect(canvas.conflict == nil)
    canvas.draw("turned", at: Point(12, 40), font: font, colour: .black, isTurned: true)
    #expect([.overlap("one", "turned"), .overlap("two", "turned")].contains(canvas.conflict))
    let edge = Canvas.forMeasuring(Size(width: 20, height: 20), scale: 2)
    edge.draw("beyond", at: Point(5, 5), font: font, colour: .black)
    #expect(edge.conflict == .beyondEdge("beyond"))
    let shifted = Canvas.forMeasuring(Size(width: 100, height: 20), scale: 2)
    shifted.shifted(to: Point(40, 0)) { shifted.draw("a", at: Point(0, 2), font: font, colour: .black) }
    #expect(shifted.texts[0].ink.minX > 40 && shifted.conflict == nil)
  }

  @Test("text shrinks only where it must, and never below the least size")
  func shrinking() throws {
    let roomy = try FigureFile.texts(of: SampleFigures.scatter(SampleFigures.digits)).texts
    #expect(roomy.map(\.size).min() == Theme().tickSize)
    let tight = try FigureFile.texts(
      of: SampleFigures.scatter((0..<40).map { "class \($0)" }), theme: FigureStyle.column.theme
    ).texts
    let least = try #require(tight.map(\.size).min())
    #expect(least < FigureStyle.column.theme.tickSize && least >= Font.leastSize)
  }

  @Test("grids fit the page's height", arguments: FigureStyle.allCases)
  func height(style: FigureStyle) throws {
    for (rows, columns) in [(10, 5), (10, 10), (20, 4), (40, 10), (3, 1)] {
      let size = try FigureFile.texts(of: SampleFigures.grid(rows: rows, columns: columns), theme: style.theme).size
      let limit = max(style.theme.greatestHeight ?? 0, style.theme.figureSize.height)
      #expect(size.height <= limit + 0.5 && size.width <= style.theme.figureSize.width + 0.5, "\(rows)×\(columns)")
    }
  }

  @Test("wrapped text is whole and fits")
  func wrapping() {
    let canvas = Canvas.forMeasuring(scale: 2)
    let font = Font(size: 10)
    for text in SampleFigures.longNames + SampleFigures.scripts + ["Donaudampfschifffahrtsgesellschaft", "a-b/c_d"] {
      for width in stride(from: 12.0, through: 300, by: 13) {
        let lines = canvas.wrapped(text, font: font, width: width)
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        for line in lines { #expect(canvas.width(of: line, font: font) <= width + 1e-3 || line.count == 1, "\(line)") }
      }
    }
    #expect(canvas.wrapped("", font: font, width: 10) == [])
  }
}
