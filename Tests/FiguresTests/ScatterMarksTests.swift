import Figures
import Images
import Testing

private let shades = ImageSet(
  count: 400, height: 4, width: 4, channelCount: 3,
  pixels: (0..<400).flatMap { _ in (0..<16).flatMap { _ in [1, 200, 3] } })

private func grid() -> ScatterFigure {
  var figure = ScatterFigure(
    coordinates: (0..<400).flatMap { [Float($0 % 20), Float($0 / 20)] }, groups: (0..<400).map { $0 < 390 ? 0 : 1 },
    groupNames: ["right", "wrong"])
  figure.colours = [Colour(0xA9B5C2), Colour(0xD0021B)]
  figure.showsLegend = false
  return figure
}

@Suite("What stands for points") struct ScatterMarksTests {
  private let image: UInt32 = 0x01C803

  @Test("callouts are beside the points, one beside the other", arguments: FigureStyle.allCases)
  func callouts(style: FigureStyle) throws {
    var figure = grid()
    figure.title = "errors"
    let plain = try Picture(figure, theme: style.theme)
    #expect(plain.count(of: image) == 0)
    func shown(_ count: Int) throws -> Picture {
      figure.callouts = (0..<count).map {
        ScatterCallout(
          point: 390 + $0 % 10, image: shades.selecting([0]), lines: ["GT a long name of a class", "found 9"])
      }
      return try Picture(figure, theme: style.theme)
    }
    let (four, eight) = (try shown(4), try shown(8))
    #expect(four.hasBlankEdge(depth: Int(style.theme.scale)) && eight.hasBlankEdge(depth: Int(style.theme.scale)))
    #expect(four.count(of: image) > 100)
    // Eight smaller ones are no less than six of them, had some lain over others.
    func sides(_ picture: Picture) -> Int {
      var runs = 0
      for y in 0..<picture.image.height {
        for x in 1..<picture.image.width where picture[x, y] == image && picture[x - 1, y] != image { runs += 1 }
      }
      return runs
    }
    #expect(sides(eight) > 0 && sides(four) > 0)
    // More than have room are left out.
    #expect(try shown(300).hasBlankEdge(depth: Int(style.theme.scale)))
  }

  @Test("a point that is not finite has no callout, and a single one stands on one side")
  func oddCallouts() throws {
    var figure = grid()
    figure.callouts = [ScatterCallout(point: 5, image: shades.selecting([0]), lines: ["GT 1"])]
    #expect(try Picture(figure).count(of: image) > 100)
    figure.coordinates[10] = .nan
    #expect(try Picture(figure).count(of: image) == 0)
  }

  @Test("images lie on a grid, none over another, framed in their groups' colours", arguments: FigureStyle.allCases)
  func images(style: FigureStyle) throws {
    var figure = grid()
    figure.images = shades
    // Not every point is shown.
    figure.groups = (0..<400).map { $0 / 200 }
    let theme = style.theme
    let picture = try Picture(figure, theme: theme)
    #expect(picture.hasBlankEdge(depth: Int(theme.scale)))
    #expect(picture.count(of: image) > 1000)
    #expect(picture.count(of: Colour(0xD0021B)) > 20 && picture.count(of: Colour(0xA9B5C2)) > 20)
    for format in FigureFormat.allCases {
      #expect(
        try FigureFile.render(figure, as: format, theme: theme) == FigureFile.render(figure, as: format, theme: theme))
    }
  }

  @Test("several are drawn to one scale")
  func limits() throws {
    var figure = ScatterFigure(coordinates: [0, 0, 1, 1], groups: [0, 0], groupNames: ["a"])
    figure.markerRadius = 4
    let alone = try Picture(figure)
    figure.limits = ScatterLimits(of: [0, 0, 1, 1])
    #expect(try Picture(figure).image == alone.image)
    figure.limits = ScatterLimits(of: [-9, -9, 10, 10, .nan, 1])
    #expect(try Picture(figure).image != alone.image)
    let (animation, first) = try FigureFile.animation(of: [figure, grid()], delay: 100)
    #expect(try PNGImage(decoding: animation) == first)
    #expect(FigureFormat.png.mark.isCarried(by: animation))
  }

  @Test("points that were added lie over the others, larger, with an edge and a word in the legend")
  func additions() throws {
    var figure = ScatterFigure(
      coordinates: (0..<400).flatMap { [Float($0 % 20), Float($0 / 20)] }, groups: (0..<400).map { $0 / 200 },
      groupNames: ["a", "b"])
    let plain = try FigureFile.render(figure, as: .svg)
    figure.addition = ScatterFigure.Addition(coordinates: [5, 5, 30, 5, .nan, 1], groups: [1, nil, 0], name: "new")
    let text = String(decoding: try FigureFile.render(figure, as: .svg), as: UTF8.self)
    #expect(text.contains(">new") && text.contains("(3)") && !String(decoding: plain, as: UTF8.self).contains(">new"))
    // An edge each, but for the one without a place, and one in the legend.
    let edges = text.lowercased().split(separator: "\n").filter { line in
      ["<circle", "<path"].contains { line.hasPrefix($0) } && line.contains("=\"#1a1a1a\"")
    }
    #expect(edges.count == 3, "\(edges)")
    // One group needs no legend, what was added does.
    (figure.groupNames, figure.groups) = (["a"], figure.groups.map { _ in 0 })
    figure.addition?.groups = [0, nil, 0]
    let one = try FigureFile.texts(of: figure).texts.map(\.text)
    #expect(one.contains("new") && !one.contains("a"))
    for place in LegendPlace.allCases {
      var theme = Theme()
      theme.legend = place
      #expect(try FigureFile.texts(of: figure, theme: theme).texts.contains { $0.text == "new" } == (place != .off))
    }
    // Many are drawn as pixels, and what is below stays.
    var places: [Float] = []
    for index in 0..<6000 { places += [Float(index % 60) / 3, Float(index / 60) / 5] }
    figure.addition = ScatterFigure.Addition(
      coordinates: places, groups: [Int?](repeating: 0, count: 6000), name: "new")
    for format in FigureFormat.allCases { #expect(try FigureFile.render(figure, as: format).count > 1000) }
  }
}
