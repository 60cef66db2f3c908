import CommandLanguage
import Figures
import RunStore

/// `plot runs x=NAME y=NAME`
struct PlotRunsCommand: DrawingCommand, RunSelectingCommand {
  var selection = RunSelection()
  var x = "rounds"
  var y = ["accuracy"]
  var by: String?
  var output = PictureOptions("runs.png")

  /// What the store holds is not the session's: a replay would draw another picture.
  var isJournalled: Bool { false }

  static let declaration = CommandDeclaration<PlotRunsCommand>(
    "plot runs", summary: "Draw results of runs over a setting",
    discussion: """
      x and y are names of results, settings and columns of runs. A bold line goes through the means over seeds, faint ones \
      through each seed; by= draws a line for every value of another name. x has a logarithmic scale where its values \
      spread over more than a factor of 50.
      """,
    parameters: [
      .option("x", \.x, .text("a name", valueForm: "NAME"), help: "what goes to the right"),
      .option("y", \.y, .text("names", valueForm: "NAME"), count: 1...6, help: "what goes up, a panel each"),
      .option("by", \.by, .text("a name", valueForm: "NAME"), help: "what tells the lines apart"),
    ] + selectionParameters + pictureParameters,
    results: ["runs"],
    examples: [
      CommandExample("plot runs x=lambda y=accuracy", "writes runs.png"),
      CommandExample("plot runs x=rounds y=accuracy,nmi by=method", "curves of methods"),
    ],
    seeAlso: ["runs", "table", "sweep", "plot loss"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let all = try selection.runs(environment)
    guard !all.isEmpty else { throw RunError.nothing }
    try environment.requireKnown([x], of: all, parameter: "x")
    try environment.requireKnown(y, of: all, parameter: "y")
    if let by { try environment.requireKnown([by], of: all, parameter: "by") }
    for (place, name) in y.enumerated() where all.statistics(name) == nil {
      throw RunError.noNumbers(name).about("y", item: place)
    }
    let runs = (x == "rounds" || x == "epochs" ? all : all.lastOfEachSeed).filter { $0.number(x)?.isFinite ?? false }
    guard !runs.isEmpty else { throw RunError.noNumbers(x).about("x") }
    let panels = y.map { name in
      CurvesFigure.Panel(
        yLabel: name, series: lines(of: runs, name).flatMap { Self.series($0.runs, x, name, called: $0.name) })
    }
    var figure = CurvesFigure(panels: panels)
    if runs.distinct("seed").count > 1 { figure.subtitle = "means over seeds; a faint line a seed" }
    figure.title = "\(y.joined(separator: ", ")) over \(x)"
    figure.xLabel = x
    let xs = runs.compactMap { $0.number(x) }
    if let least = xs.min(), let most = xs.max(), least > 0, most / least > 50 { figure.xScale = .logarithmic }
    figure.xIsWhole = figure.xScale == .linear && xs.allSatisfy { $0 == $0.rounded() }
    return Drawing(figure: figure, results: ["runs": .integer(runs.count)])
  }

  /// The runs of each line, with what it is called.
  private func lines(of runs: [StoredRun], _ y: String) -> [(name: String, runs: [StoredRun])] {
    guard let by else { return [(y, runs)] }
    return runs.distinct(by).map { value in
      // A number alone says nothing.
      (Double(value) == nil ? value : "\(by) \(value)", runs.filter { $0.text(by) == value })
    }
  }

  /// The line of the means, and behind it those of the seeds where there are several.
  private static func series(
    _ runs: [StoredRun], _ x: String, _ y: String, called name: String
  ) -> [CurvesFigure.Series] {
    func line(_ runs: [StoredRun]) -> CurvesFigure.Series {
      let places = runs.distinct(x).compactMap { Double($0) }
      let points = places.compactMap { place in
        runs.filter { $0.number(x) == place }.statistics(y).map { (place, $0.mean) }
      }
      return CurvesFigure.Series(name, xs: points.map(\.0), ys: points.map(\.1))
    }
    let seeds = runs.distinct("seed")
    guard seeds.count > 1 else { return [line(runs)] }
    return [line(runs)]
      + seeds.map { seed in
        var faint = line(runs.filter { $0.seed == seed })
        faint.isFaint = true
        return faint
      }
  }
}
