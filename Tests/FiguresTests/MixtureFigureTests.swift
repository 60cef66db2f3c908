import Figures
import Testing

/// Components on a line: those beside each other are near, and join in the order of their numbers.
private func mixture(_ count: Int, clusters: Int, name: String = "c") -> MixtureFigure {
  MixtureFigure(
    weights: (0..<count).map { Double($0 + 1) / Double(count * (count + 1) / 2) },
    clusters: (0..<count).map { $0 * clusters / count }, clusterNames: (0..<clusters).map { "\(name) \($0)" },
    distances: (0..<count * count).map { Double(abs($0 / count - $0 % count)) },
    joins: (0..<max(count - 1, 0)).map {
      MixtureFigure.Join($0 == 0 ? 0 : $0 + 1, $0 == 0 ? 1 : count + $0 - 1, height: Double($0 + 1))
    })
}

@Suite("Mixture figures") struct MixtureFigureTests {
  @Test("components of a join lie beside each other")
  func order() {
    #expect(mixture(5, clusters: 2).order.sorted() == Array(0..<5))
    let figure = MixtureFigure(
      weights: [0.25, 0.25, 0.25, 0.25], clusters: [0, 1, 0, 1], clusterNames: ["a", "b"],
      distances: [Double](repeating: 1, count: 16),
      joins: [.init(0, 2, height: 1), .init(1, 3, height: 2), .init(4, 5, height: 9)])
    #expect(figure.order == [0, 2, 1, 3])
  }

  @Test("few components and many, in every style", arguments: FigureStyle.allCases, [1, 2, 10, 100, 300])
  func counts(style: FigureStyle, count: Int) throws {
    var figure = mixture(count, clusters: min(count, 10), name: "cluster of a class with a long name")
    figure.title = "a mixture whose title is long enough to reach beyond the figure, whatever its style may be"
    figure.subtitle = "many components, more than that, in some dimensions, of a data set"
    let theme = style.theme
    let picture = try Picture(figure, theme: theme)
    #expect(picture.hasBlankEdge(depth: Int(theme.scale)))
    #expect(figure.size(theme).width == theme.figureSize.width)
    #expect(figure.size(theme).height <= theme.figureSize.height + 1)
    // A cluster's colour is that of its bars.
    #expect(picture.count(of: Palette.standard.colour(0)) > 10)
  }

  @Test("no name stands where the weight is another cluster's")
  func names() throws {
    let count = 80
    var figure = mixture(count, clusters: 1)
    figure.clusterNames = ["many", "slight", "heavy"]
    (figure.clusters[40], figure.clusters[41], figure.clusters[42]) = (1, 2, 2)
    figure.weights[40] = 1e-6
    let slight = try FigureFile.texts(of: figure).texts.map(\.text)
    #expect(slight.contains("many") && !slight.contains("slight"), "\(slight)")
    figure.weights[40] = 0.1
    let heavy = try FigureFile.texts(of: figure).texts.map(\.text)
    #expect(heavy.contains("many") && heavy.contains("slight"), "\(heavy)")
  }

  @Test("distances that are all nothing, or not finite, are drawn")
  func odd() throws {
    var figure = mixture(4, clusters: 2)
    figure.distances = [Double](repeating: 0, count: 16)
    figure.joins = figure.joins.map { MixtureFigure.Join($0.first, $0.second, height: 0) }
    _ = try Picture(figure)
    figure.distances[3] = .infinity
    figure.distances[5] = .nan
    _ = try Picture(figure)
    figure.paletteIndices = [7, 8]
    #expect(try Picture(figure).count(of: Palette.standard.colour(7)) > 100)
  }
}
