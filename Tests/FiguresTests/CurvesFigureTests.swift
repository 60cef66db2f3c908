import Figures
import Testing

private let first = Palette.standard.colour(0)
private let second = Palette.standard.colour(1)

private func panel(_ series: CurvesFigure.Series..., scale: AxisScale = .linear) -> CurvesFigure.Panel {
  CurvesFigure.Panel(yLabel: "y", series: series, yScale: scale)
}

@Suite("Curve figures")
struct CurvesFigureTests {
  @Test("every curve's colour occurs, the same for the same name in every panel")
  func colours() throws {
    let one = CurvesFigure(panels: [panel(.init("a", [1, 2, 3]), .init("b", [3, 1, 2]))])
    let picture = try Picture(one)
    #expect(picture.count(of: first) > 500 && picture.count(of: second) > 500)
    let two = CurvesFigure(panels: [panel(.init("a", [1, 2, 3])), panel(.init("a", [3, 2, 1]))])
    let same = try Picture(two)
    #expect(same.count(of: first) > 500 && same.count(of: second) == 0)
  }

  @Test("a gap leaves the curve open, and a value between gaps is a dot")
  func gaps() throws {
    let xs = (0..<100).map(Double.init)
    var ys = xs.map { _ in 1.0 }
    let whole = try Picture(CurvesFigure(panels: [panel(.init("a", xs: xs, ys: ys))])).count(of: first)
    for index in 25..<75 { ys[index] = .nan }
    let open = try Picture(CurvesFigure(panels: [panel(.init("a", xs: xs, ys: ys))])).count(of: first)
    #expect(abs(Double(open) / Double(whole) - 0.485) < 0.02)
    for index in ys.indices { ys[index] = index == 50 ? 1 : .nan }
    let lone = try Picture(CurvesFigure(panels: [panel(.init("a", xs: xs, ys: ys))])).count(of: first)
    #expect(lone > 5 && lone < 100)
  }

  @Test("a band is under its curve, covered by the axis, and ends where a bound has no place")
  func bands() throws {
    let tint = Colour.white.mixed(with: first, 0.2)
    var series = CurvesFigure.Series("a", [1, 2, 3])
    // A pixel at the curve's edge may have that shade.
    #expect(try Picture(CurvesFigure(panels: [panel(series)])).count(of: tint) < 50)
    series.band = [0.5...1.5, 1...3, -4...9]
    let whole = try Picture(CurvesFigure(panels: [panel(series)])).count(of: tint)
    #expect(whole > 1000)
    series.band = [0.5...1.5, 1...3, nil]
    let part = try Picture(CurvesFigure(panels: [panel(series)])).count(of: tint)
    #expect(part > 100 && part < whole)
    series.band = [0.5...1.5, 1...3, -4...9]
    // Nothing below 0 has a place on a logarithmic axis.
    #expect(try Picture(CurvesFigure(panels: [panel(series, scale: .logarithmic)])).count(of: tint) > 100)
  }

  @Test("infinities and, on a logarithmic axis, values that are not positive are gaps")
  func noPlace() throws {
    let series = CurvesFigure.Series("a", [0, -1, .infinity, 0.5, 1, -.infinity, 2])
    for scale in [AxisScale.linear, .logarithmic] {
      #expect(try Picture(CurvesFigure(panels: [panel(series, scale: scale)])).count(of: first) > 50)
    }
  }

  @Test("no panel, no series, no values, one value, one value again and again: all are drawn")
  func degenerate() throws {
    let cases: [[CurvesFigure.Panel]] = [
      [], [panel()], [panel(.init("a", []))], [panel(.init("a", [.nan, .nan]))], [panel(.init("a", [0.7]))],
      [panel(.init("a", [Double](repeating: 4, count: 9)))], [panel(.init("a", [0, 0, 0]), scale: .logarithmic)],
      [panel(.init("a", [1e300, -1e300]))], [panel(.init("a", xs: [5, 5, 5], ys: [1, 2, 3]))],
    ]
    for theme in [FigureStyle.notebook, .column].map(\.theme) {
      for panels in cases {
        var figure = CurvesFigure(panels: panels)
        figure.xIsWhole = true
        figure.events = [.init(x: 1, label: "event")]
        #expect(try Picture(figure, theme: theme).hasBlankEdge(depth: 2), "\(panels)")
      }
    }
  }

  @Test("a figure too small for its parts is refused, not broken")
  func tiny() throws {
    var figure = CurvesFigure(panels: [panel(.init("a", [1, 2])), panel(.init("b", [1, 2]))])
    for side in [1.0, 20, 50, 70] {
      figure.figureSize = Size(width: side, height: side)
      let error = #expect(throws: FigureError.self) { try Picture(figure) }
      guard case .noRoom = error else {
        Issue.record("\(side): \(String(describing: error))")
        continue
      }
    }
  }

  @Test("a curve of many points looks as before thinning, and is drawn fast")
  func manyPoints() throws {
    let xs = (0..<300_000).map(Double.init)
    let ys = xs.map { Double(Int($0) &* 7919 % 1000) }
    let picture = try Picture(CurvesFigure(panels: [panel(.init("a", xs: xs, ys: ys))]))
    // It covers its whole range: the panel between the ends of the x axis.
    #expect(picture.count(of: first) > 1_000_000)
  }
}
