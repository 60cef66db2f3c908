import CommandLanguage
import Figures
import RunStore

/// `plot runs x=NAME y=NAME`
struct PlotRunsCommand: DrawingCommand, RunSelectingCommand {
  var selection = RunSelection()
  var x = "rounds"
  var y = ["accuracy"]
  var by: String?
  var band = Band.off
  var xScale = Scale.auto
  var yScale = Scale.linear
  var output = PictureOptions("runs.png")

  /// What stands around the line of means.
  enum Band: String, CaseIterable, Sendable {
    case off
    case deviation
    case range
  }

  enum Scale: String, CaseIterable, Sendable {
    case auto
    case linear
    case log
  }

  /// What the store holds is not the session's: a replay would draw another picture.
  var isJournalled: Bool { false }

  static let declaration = CommandDeclaration<PlotRunsCommand>(
    "plot runs", summary: "Draw results of runs over a setting",
    discussion: """
      x and y are names of results, settings and columns of runs. A bold line goes through the means over seeds, faint ones \
      through each seed, or in their place a band: the standard deviation to both sides (n − 1), or from the least to the \
      greatest. by= draws a line for every value of another name. Left to itself a scale is logarithmic where its values \
      spread over more than a factor of 50.

      x=round draws what each round of a run's training came to, in place of what its score was: y=loss, accuracy and what \
      else train tells, from the runs that evaluate kept.
      """,
    parameters: [
      .option("x", \.x, .text("a name", valueForm: "NAME"), help: "what goes to the right"),
      .option("y", \.y, .text("names", valueForm: "NAME"), count: 1...6, help: "what goes up, a panel each"),
      .option("by", \.by, .text("a name", valueForm: "NAME"), help: "what tells the lines apart"),
      .option("band", \.band, .choice(), help: "around the means over seeds, in place of a line for each"),
      .option("xscale", \.xScale, .choice(), help: "how x is laid out"),
      .option("yscale", \.yScale, .choice(), help: "how y is laid out"),
    ] + selectionParameters + pictureParameters,
    results: ["runs"],
    examples: [
      CommandExample("plot runs x=lambda y=accuracy band=deviation", "accuracy over λ, writes runs.png"),
      CommandExample("plot runs x=round y=accuracy,loss by=lambda", "how trainings went"),
      CommandExample("plot runs x=rounds y=accuracy,nmi by=method", "curves of methods"),
    ],
    seeAlso: ["runs", "table", "sweep", "plot loss"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let all = try selection.runs(environment)
    guard !all.isEmpty else { throw RunError.nothing }
    if let by { try environment.requireKnown([by], of: all, parameter: "by") }
    let isOverRounds = x == RunCurves.name
    if isOverRounds {
      let known = all.flatMap(\.curves.names)
      for (place, name) in y.enumerated() where !known.contains(name) {
        throw RunError.noCurve(name, known: known.uniqued).about("y", item: place)
      }
    } else {
      try environment.requireKnown([x], of: all, parameter: "x")
      try environment.requireKnown(y, of: all, parameter: "y")
      for (place, name) in y.enumerated() where all.statistics(name) == nil {
        throw RunError.noNumbers(name).about("y", item: place)
      }
    }
    // Scores after each round are points of one curve; else the last of a seed that has the number is its score.
    let shown = y.map { name in
      all.filter { !points(of: $0, name).isEmpty }.lastOfEachSeed(by: [x] + [by].compactMap(\.self))
    }
    let numbers = Set(shown.joined().map(\.number))
    let runs = all.filter { numbers.contains($0.number) }
    guard !runs.isEmpty else { throw RunError.noNumbers(x).about("x") }
    let panels = zip(y, shown).map { name, runs in
      CurvesFigure.Panel(
        yLabel: ScoreNames.label(name),
        series: lines(of: runs, name).flatMap { series($0.runs, name, called: $0.name) },
        yScale: yScale.axis(runs.flatMap { points(of: $0, name).map(\.y) }))
    }
    var figure = CurvesFigure(panels: panels)
    let differences = zip(y, shown).flatMap { name, runs in
      lines(of: runs, name).flatMap { line in
        let places = Dictionary(grouping: line.runs) { isOverRounds ? nil : $0.text(x) }
        return places.values.flatMap(\.differencesWithinSeeds)
      }
    }.uniqued.sorted()
    if !differences.isEmpty {
      environment.print(
        "some points are means over runs of one seed, which differ in \(differences.joined(separator: ", ")): by= tells "
          + "them apart by one, or choose some with dataset=, method=, split= and the like")
    }
    if runs.distinct("seed").count > 1 { figure.subtitle = band.words(over: ["seeds"] + differences) }
    figure.xLabel = ScoreNames.label(x)
    figure.title = "\(y.map(ScoreNames.label).joined(separator: ", ")) over \(figure.xLabel)"
    let xs = runs.flatMap { run in y.flatMap { points(of: run, $0).map(\.x) } }
    figure.xScale = xScale.axis(xs)
    figure.xIsWhole = figure.xScale == .linear && xs.allSatisfy { $0 == $0.rounded() }
    return Drawing(figure: figure, results: ["runs": .integer(runs.count)])
  }

  /// What a run adds to the line of a result.
  private func points(of run: StoredRun, _ y: String) -> [(x: Double, y: Double)] {
    if x == RunCurves.name { return run.curves[y].map { (Double($0.round), $0.value) } }
    guard let place = run.number(x), let value = run.number(y), place.isFinite, value.isFinite else { return [] }
    return [(place, value)]
  }

  /// The runs of each line, with what it is called.
  private func lines(of runs: [StoredRun], _ y: String) -> [(name: String, runs: [StoredRun])] {
    guard let by else { return [(ScoreNames.label(y), runs)] }
    return runs.distinct(by).map { value in
      // A number alone says nothing.
      (Double(value) == nil ? value : "\(ScoreNames.label(by)) \(value)", runs.filter { $0.text(by) == value })
    }
  }

  /// The line of the means with its band, or behind it those of the seeds where there are several.
  private func series(_ runs: [StoredRun], _ y: String, called name: String) -> [CurvesFigure.Series] {
    func line(_ runs: [StoredRun]) -> (series: CurvesFigure.Series, statistics: [SeedStatistics]) {
      let points = runs.flatMap { self.points(of: $0, y) }
      let places = Set(points.map(\.x)).sorted()
      let statistics = places.map { place in
        SeedStatistics(values: points.filter { $0.x == place }.map(\.y))
      }
      return (CurvesFigure.Series(name, xs: places, ys: statistics.map(\.mean)), statistics)
    }
    let seeds = runs.distinct("seed")
    let (means, statistics) = line(runs)
    guard seeds.count > 1 else { return [means] }
    guard band == .off else {
      var banded = means
      banded.band = statistics.map(band.range)
      return [banded]
    }
    return [means]
      + seeds.map { seed in
        var faint = line(runs.filter { $0.seed == seed }).series
        faint.isFaint = true
        return faint
      }
  }
}

extension PlotRunsCommand.Band {
  /// - Parameter names: what the means are over.
  fileprivate func words(over names: [String]) -> String {
    let means = "means over \(names.joined(separator: ", "))"
    switch self {
    case .off: return "\(means); a faint line a seed"
    case .deviation: return "\(means), and a standard deviation to both sides"
    case .range: return "\(means), and from the least to the greatest"
    }
  }

  /// A single value is its own range.
  fileprivate func range(_ statistics: SeedStatistics) -> ClosedRange<Double>? {
    guard statistics.values.count > 1 else { return statistics.mean...statistics.mean }
    switch self {
    case .off: return nil
    case .deviation:
      let deviation = statistics.deviation ?? 0
      return (statistics.mean - deviation)...(statistics.mean + deviation)
    case .range: return (statistics.values.min() ?? 0)...(statistics.values.max() ?? 0)
    }
  }
}

extension PlotRunsCommand.Scale {
  /// For these values.
  fileprivate func axis(_ values: [Double]) -> AxisScale {
    switch self {
    case .linear: return .linear
    case .log: return .logarithmic
    case .auto:
      guard let least = values.min(), let most = values.max(), least > 0, most / least > 50 else { return .linear }
      return .logarithmic
    }
  }
}
