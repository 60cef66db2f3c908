import ClusteringMethods
import CommandLanguage
import Figures

/// `plot loss`
struct PlotLossCommand: DrawingCommand {
  var output = PictureOptions("loss.png")

  static let declaration = CommandDeclaration<PlotLossCommand>(
    "plot loss", summary: "Draw loss and accuracy over epochs and rounds",
    parameters: pictureParameters,
    results: ["epochs", "rounds"],
    examples: [CommandExample("plot loss", "writes loss.png")],
    seeAlso: ["train", "evaluate"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let log = session.training
    guard !log.isEmpty else { throw SessionError.noTraining }
    let epochCount = log.epochs.count
    let epochs = (0..<epochCount).map { Double($0 + 1) }
    let rounds = log.rounds.indices.map { Double(epochCount + $0 + 1) }

    // A panel a label: the prior's part is a few units beside some hundreds, and would lie flat in one.
    var panels: [CurvesFigure.Panel] = []
    for (place, metric) in log.metrics.enumerated() {
      guard let curve = metric.curve else { continue }
      let pretraining = log.epochs.map { $0.metrics[place] }
      let training = log.rounds.map { $0.metrics[place] }
      // What is another quantity in pretraining makes two curves that do not join.
      let candidates =
        curve.name == curve.pretrainingName
        ? [CurvesFigure.Series(curve.name, xs: epochs + rounds, ys: pretraining + training)]
        : [
          curve.pretrainingName.map { CurvesFigure.Series($0, xs: epochs, ys: pretraining) },
          CurvesFigure.Series(curve.name, xs: rounds, ys: training),
        ].compactMap(\.self)
      let series = candidates.filter { !$0.xs.isEmpty }
      if series.isEmpty { continue }
      if let same = panels.firstIndex(where: { $0.yLabel == curve.label }) {
        panels[same].series += series
      } else {
        panels.append(CurvesFigure.Panel(yLabel: curve.label, series: series))
      }
    }
    if log.rounds.contains(where: { $0.accuracy != nil }) {
      let scores = CurvesFigure.Panel(
        yLabel: "score",
        series: [
          CurvesFigure.Series("accuracy", xs: rounds, ys: log.rounds.map { $0.accuracy ?? .nan }),
          CurvesFigure.Series("NMI", xs: rounds, ys: log.rounds.map { $0.nmi ?? .nan }),
        ])
      panels.append(scores)
    }
    var figure = CurvesFigure(panels: panels)
    figure.title = "Training on \(session.dataset?.name ?? "a data set no longer loaded")"
    figure.xLabel =
      epochCount > 0 && !log.rounds.isEmpty
      ? "epochs of pretraining, then rounds" : log.rounds.isEmpty ? "epoch" : "round"
    figure.xIsWhole = true
    if epochCount > 0 && !log.rounds.isEmpty {
      let label = session.model is any AlternatingMethod ? "EM" : "rounds"
      figure.events.append(CurvesFigure.Event(x: Double(epochCount) + 0.5, label: label))
    }
    figure.events += log.merges.map { CurvesFigure.Event(x: Double(epochCount + $0) + 0.5, label: "merge") }
    return Drawing(
      figure: figure, results: ["epochs": .integer(epochCount), "rounds": .integer(log.rounds.count)])
  }
}
