import Figures
import Testing

@Suite("Matrix figures")
struct MatrixFigureTests {
  @Test("shades are shares of rows, or of the largest value")
  func shades() {
    var figure = MatrixFigure(
      values: [3, 1, 0, .nan, 0, 0], rowNames: ["a", "b"], columnNames: ["0", "1", "2"])
    #expect(figure.shades() == [0.75, 0.25, 0, nil, 0, 0])
    figure.shading = .value
    #expect(figure.shades() == [1, 1.0 / 3, 0, nil, 0, 0])
  }

  @Test("a full share has the darkest colour, over most of its square; none has the background's")
  func colours() throws {
    let figure = MatrixFigure(values: [5, 0, 0, 5], rowNames: ["a", "b"], columnNames: ["0", "1"])
    let picture = try Picture(figure)
    let darkest = Palette.standard.colour(0).mixed(with: .black, 0.25)
    let side = Double(min(picture.image.width, picture.image.height)) / 2
    #expect(Double(picture.count(of: darkest)) > 2 * 0.6 * side * side)
  }

  @Test("the figure is as wide as its squares need, within what is allowed", arguments: FigureStyle.allCases)
  func size(style: FigureStyle) {
    let theme = style.theme
    let square = MatrixFigure(
      values: [Double](repeating: 1, count: 100), rowNames: (0..<10).map { "\($0)" },
      columnNames: (0..<10).map { "\($0)" })
    let size = square.size(theme)
    // One of the two is what limits the squares.
    let limit = max(theme.greatestHeight ?? 0, theme.figureSize.height)
    #expect(size.width <= theme.figureSize.width && size.height <= limit + 0.5)
    #expect(
      size.width > theme.figureSize.width - 12 || size.height > limit - 12
        || abs(size.height - theme.figureSize.height) < 14)
    let wide = MatrixFigure(
      values: [Double](repeating: 1, count: 40), rowNames: ["a", "b"], columnNames: (0..<20).map { "\($0)" })
    #expect(wide.size(theme).height < theme.figureSize.height / 2)
  }

  @Test("no rows, no columns, zeros, one number and what is not finite are drawn")
  func degenerate() throws {
    let tables: [MatrixFigure] = [
      MatrixFigure(values: [], rowNames: [], columnNames: []),
      MatrixFigure(values: [], rowNames: ["a"], columnNames: []),
      MatrixFigure(values: [], rowNames: [], columnNames: ["a"]),
      MatrixFigure(values: [0, 0], rowNames: ["a"], columnNames: ["0", "1"]),
      MatrixFigure(values: [7], rowNames: ["a"], columnNames: ["0"]),
      MatrixFigure(values: [.nan, .infinity, -1, 1e300], rowNames: ["a", "b"], columnNames: ["0", "1"]),
    ]
    for var figure in tables {
      for shading in [MatrixFigure.Shading.shareOfRow, .value] {
        figure.shading = shading
        _ = try Picture(figure)
        figure.largestSize = Size(width: 30, height: 30)
        if !figure.values.isEmpty { #expect(throws: FigureError.self) { try Picture(figure) } }
        figure.largestSize = nil
      }
    }
  }

  @Test("text is as large without a title as with one", arguments: [FigureStyle.icml, .nature, .ieeeWide])
  func textWithoutTitle(style: FigureStyle) throws {
    var figure = MatrixFigure(
      values: (0..<100).map { Double($0 % 11 == 0 ? 97 : $0 % 3) }, rowNames: (0..<10).map { "\($0): \($0)" },
      columnNames: (0..<10).map(String.init))
    (figure.rowLabel, figure.columnLabel) = ("cluster", "class")
    func size(of text: String, titled: Bool) throws -> Double {
      var theme = style.theme
      theme.title = titled ? .text("A title") : .off
      return try #require(try FigureFile.texts(of: figure, theme: theme).texts.first { $0.text == text }).size
    }
    for text in ["100 %", "class"] {
      #expect(try size(of: text, titled: true) == size(of: text, titled: false), "\(style), \(text)")
    }
  }
}
