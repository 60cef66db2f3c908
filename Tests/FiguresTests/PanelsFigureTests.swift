import Figures
import Images
import Testing

private func scatter(_ groups: Int, title: String = "") -> ScatterFigure {
  var figure = ScatterFigure(
    coordinates: (0..<200).map { Float(($0 * 37) % 101) }, groups: (0..<100).map { $0 % groups },
    groupNames: (0..<groups).map { "g\($0)" })
  (figure.title, figure.legendTitle) = (title, "class")
  return figure
}

@Suite("Panels") struct PanelsFigureTests {
  @Test("up to three stand in a row, four in two; the width is the theme's", arguments: FigureStyle.allCases)
  func arrangement(style: FigureStyle) throws {
    let theme = style.theme
    func height(_ count: Int, columns: Int? = nil) -> Double {
      let figure = PanelsFigure((0..<count).map { _ in scatter(3, title: "a") }, columnCount: columns)
      #expect(figure.size(theme).width == theme.figureSize.width)
      return figure.size(theme).height
    }
    #expect(height(4) > 1.5 * height(4, columns: 4))
    #expect(height(2) > height(3))
    #expect(height(4) == height(4, columns: 2))
    // More columns than panels are as many as panels.
    #expect(height(2, columns: 9) == height(2))
  }

  /// Swatches of a colour without opacity are those of legends.
  @Test("a legend that panels share is drawn once")
  func sharedLegend() throws {
    func swatches(_ figure: PanelsFigure) throws -> Int {
      try Picture(figure).count(of: Palette.standard.colour(0))
    }
    let one = try swatches(PanelsFigure([scatter(3), scatter(4)]))
    let shared = try swatches(PanelsFigure([scatter(3), scatter(3)]))
    #expect(shared > 20)
    // Two legends of their own have two swatches.
    #expect(one > shared * 3 / 2)
    var none = scatter(3)
    none.showsLegend = false
    #expect(try swatches(PanelsFigure([none, none])) == 0)
  }

  @Test("each panel has its letter, from the 27th on two")
  func letters() throws {
    let theme = Theme()
    var with = PanelsFigure([scatter(2), scatter(2)])
    with.showsLetters = false
    let without = with.size(theme).height
    with.showsLetters = true
    // A letter stands where a title would.
    let titled = try Picture(with)
    with.showsLetters = false
    #expect(try titled.image != Picture(with).image)
    #expect(with.size(theme).height == without)
  }

  @Test("figures of any kind are panels, and nothing touches the edge", arguments: FigureStyle.allCases)
  func anyKind(style: FigureStyle) throws {
    let long = "a title that is far too long for the half of a figure, and for the whole of it as well as it goes on"
    let images = ImageSet(count: 4, height: 5, width: 4, channelCount: 1, pixels: (0..<80).map { UInt8($0 * 2) })
    var grid = ImageGridFigure(images, columnCount: 2)
    grid.title = long
    var curves = CurvesFigure(panels: [.init(yLabel: "loss", series: [.init("a", [3, 2, 1]), .init("b", [1, 5, 2])])])
    (curves.title, curves.xLabel) = (long, "round")
    var matrix = MatrixFigure(values: [9, 1, 0, 7], rowNames: ["a", "b"], columnNames: ["0", "1"])
    matrix.title = long
    var figure = PanelsFigure([scatter(3, title: long), curves, grid, matrix, scatter(3)])
    (figure.title, figure.subtitle) = (long, long)
    for format in FigureFormat.allCases {
      #expect(try FigureFile.render(figure, as: format, theme: style.theme).count > 1000)
    }
    #expect(try Picture(figure, theme: style.theme).hasBlankEdge(depth: Int(style.theme.scale)))
  }

  @Test func everyKindHasItsLetter() throws {
    let figures = SampleFigures.usual.map(\.figure).filter { !($0 is PanelsFigure) }
    for figure in figures {
      // Wide enough for any.
      var theme = Theme()
      theme.figureSize.width *= 3
      let texts = try FigureFile.texts(of: PanelsFigure([scatter(2), figure]), theme: theme).texts
      #expect(texts.contains { $0.text.hasPrefix("(b)") }, "\(type(of: figure))")
    }
  }

  /// Of three figures of curves, each of several panels, none has room in a third of a column.
  @Test(
    "what has no room side by side is stacked, unless it was said how many stand in a row",
    arguments: [FigureStyle.column, .icml, .neurips])
  func stacked(style: FigureStyle) throws {
    var curves = SampleFigures.curves()
    curves.panels[0].yLabel = "reconstruction loss"
    let three = PanelsFigure([curves, curves, curves])
    let (texts, size) = try FigureFile.texts(of: three, theme: style.theme)
    let letters = ["(a)", "(b)", "(c)"].compactMap { letter in texts.first { $0.text.hasPrefix(letter) } }
    #expect(
      letters.count == 3 && size.height <= max(style.theme.greatestHeight ?? 0, style.theme.figureSize.height) + 0.5)
    #expect(!letters.contains { $0.size < Font.leastSize })
    // No word is broken.
    #expect(!texts.contains { $0.text.contains("reconstr") && !$0.text.contains("reconstruction") })
    guard style == .column else { return }
    #expect(Set(letters.map { $0.ink.minX.rounded() }).count == 1)
    let error = #expect(throws: FigureError.self) {
      try FigureFile.texts(of: PanelsFigure([curves, curves, curves], columnCount: 3), theme: style.theme)
    }
    guard case .noRoom(_, let found, let enough?) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found.width == style.theme.figureSize.width && enough.width > found.width)
    #expect("\(error!)".contains("points are enough"))
    // That is true.
    var larger = style.theme
    larger.figureSize.height *= enough.width / larger.figureSize.width
    larger.greatestHeight = larger.greatestHeight.map { $0 * enough.width / found.width }
    larger.figureSize.width = enough.width
    _ = try FigureFile.texts(of: PanelsFigure([curves, curves, curves], columnCount: 3), theme: larger)
  }
}
