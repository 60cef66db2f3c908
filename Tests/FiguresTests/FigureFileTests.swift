import Figures
import Images
import Testing

private let images = ImageSet(
  count: 6, height: 5, width: 4, channelCount: 1, pixels: (0..<120).map { UInt8($0 * 2) })

private let figures: [any Figure] = [
  ScatterFigure(
    coordinates: (0..<200).map { Float(($0 * 37) % 101) }, groups: (0..<100).map { $0 % 12 },
    groupNames: (0..<12).map { "group \($0)" }),
  CurvesFigure(panels: [.init(yLabel: "loss", series: [.init("a", [3, 2, 1]), .init("b", [1, .nan, 2])])]),
  ImageGridFigure(images, columnCount: 3),
  MatrixFigure(values: [9, 1, 0, 7], rowNames: ["a", "b"], columnNames: ["0", "1"]),
  MixtureFigure(
    weights: [0.5, 0.3, 0.2], clusters: [0, 0, 1], clusterNames: ["a", "b"], distances: [0, 1, 4, 1, 0, 5, 4, 5, 0],
    joins: [.init(0, 1, height: 1), .init(2, 3, height: 4.5)]),
  PanelsFigure([
    ScatterFigure(coordinates: [0, 0, 1, 1], groups: [0, 1], groupNames: ["a", "b"]),
    ImageGridFigure(images, columnCount: 3),
  ]),
]

@Suite("Figure files")
struct FigureFileTests {
  @Test("the same figure gives the same bytes with the tool's mark", arguments: FigureFormat.allCases, 0..<6)
  func determinism(format: FigureFormat, index: Int) throws {
    let bytes = try FigureFile.render(figures[index], as: format)
    #expect(try FigureFile.render(figures[index], as: format) == bytes)
    #expect(format.mark.isCarried(by: bytes))
    #expect(!format.mark.isCarried(by: Array(bytes.prefix(30))))
    #expect(!format.mark.isCarried(by: Array(bytes.dropFirst())))
  }

  @Test("many points are a picture inside vector files, whose text stays text")
  func manyPoints() throws {
    func scatter(_ count: Int) -> ScatterFigure {
      var figure = ScatterFigure(
        coordinates: (0..<2 * count).map { Float(($0 * 7919) % 10_007) + Float($0 % 2) },
        groups: (0..<count).map { $0 % 3 }, groupNames: ["a", "b", "c"])
      figure.title = "a title"
      return figure
    }
    func occurrences(_ text: String, in bytes: [UInt8]) -> Int {
      let text = Array(text.utf8)
      return bytes.indices.count { bytes[$0...].starts(with: text) }
    }
    let (few, many) = (scatter(5000), scatter(5001))
    let drawn = try FigureFile.render(many, as: .svg)
    #expect(occurrences("<image ", in: drawn) == 1)
    #expect(occurrences("<image ", in: try FigureFile.render(few, as: .svg)) == 0)
    // Title, legend and its markers.
    #expect(occurrences("<text ", in: drawn) >= 7 && occurrences("<path ", in: drawn) < 20)
    #expect(try FigureFile.render(many, as: .svg) == drawn)
    let pdf = try FigureFile.render(scatter(70_000), as: .pdf)
    #expect(occurrences("/Subtype /Image", in: pdf) == 1 && occurrences("/Font", in: pdf) >= 1)
    #expect(pdf.count < 3_000_000, "\(pdf.count) bytes")
    // A pixel of the picture is where a shape of the drawing would be.
    #expect(try FigureFile.image(of: many) == FigureFile.image(of: many))
  }

  @Test("formats follow from endings in any case")
  func formats() throws {
    #expect(try FigureFormat(fileName: "figures/a.b/x.png") == .png)
    #expect(try FigureFormat(fileName: "x.PDF") == .pdf)
    #expect(try FigureFormat(fileName: ".svg") == .svg)
    for name in ["x.jpg", "x", "", "png", "a.png/x", "x.png."] where name != "png" {
      #expect(throws: FigureError.unknownFormat(fileName: name, endings: ["png", "pdf", "svg"])) {
        try FigureFormat(fileName: name)
      }
    }
    #expect(
      "\(FigureError.unknownFormat(fileName: "x.jpg", endings: ["png", "pdf", "svg"]))"
        == "expected a file name ending in .png, .pdf, .svg, found 'x.jpg'")
  }

  @Test("sizes in pixels are sizes in points times the theme's scale", arguments: FigureStyle.allCases)
  func scales(style: FigureStyle) throws {
    let theme = style.theme
    for figure in figures {
      let picture = try Picture(figure, theme: theme)
      // Text that is made smaller makes what follows from it smaller, too.
      let size = try FigureFile.texts(of: figure, theme: theme).size
      #expect(abs(Double(picture.image.width) - size.width * theme.scale) <= 1)
      #expect(abs(Double(picture.image.height) - size.height * theme.scale) <= 1)
      #expect(abs(Double(picture.image.pixelsPerMetre!) * 0.0254 / 72 - theme.scale) < 0.001)
    }
  }

  @Test(
    "nothing touches the edge, however long the names, or they are said to be too long", arguments: FigureStyle.allCases
  )
  func edges(style: FigureStyle) throws {
    let theme = style.theme
    let long = "a name that is far too long to be shown in whole anywhere in a figure of any size, and then some"
    var scatter = ScatterFigure(
      coordinates: [0, 0, 1, 1, 2, 0], groups: [0, 1, 2], groupNames: [long, long + "!", "c"])
    scatter.title = long
    scatter.subtitle = long
    scatter.legendTitle = long
    scatter.namesGroupsInPlace = true
    var curves = CurvesFigure(
      panels: [
        .init(yLabel: long, series: [.init(long, [1e9, 2e9]), .init("b", [3e9, 1])]),
        .init(yLabel: "b", series: [.init("c", [1e-9, 2])], yScale: .logarithmic),
      ])
    curves.title = long
    curves.xLabel = long
    curves.events = [.init(x: 1, label: long), .init(x: 1.5, label: long), .init(x: 2, label: long)]
    var grid = ImageGridFigure(images, columnCount: 3)
    grid.title = long
    grid.rowLabels = [long, long]
    grid.rowDetails = [long, "1 %"]
    grid.columnHeaders = [long, "b", "c"]
    grid.captions = [long, "b", "c"]
    var matrix = MatrixFigure(
      values: [1e6, 2, 3, 4, 5, 6], rowNames: [long, "b"], columnNames: [long, "b", "c"])
    matrix.title = long
    matrix.rowLabel = long
    matrix.columnLabel = long
    for figure in [scatter, curves, grid, matrix] as [any Figure] {
      do {
        #expect(try Picture(figure, theme: theme).hasBlankEdge(depth: 1))
      } catch let error as FigureError {
        guard case .noRoom = error else { throw error }
        // On the screen there is room for all but names of curves' axes.
        #expect(style != .notebook || figure is CurvesFigure, "\(error)")
      }
    }
  }
}
