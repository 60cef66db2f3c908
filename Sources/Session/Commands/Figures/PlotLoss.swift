import CommandLanguage
import Figures

/// `plot loss`
struct PlotLossCommand: DrawingCommand {
  var output = PictureOptions("loss.png")

  static let declaration = CommandDeclaration<PlotLossCommand>(
    "plot loss", summary: "Draw loss and accuracy over epochs and rounds",
    parameters: pictureParameters,
    examples: [CommandExample("plot loss", "writes loss.png")],
    seeAlso: ["train", "evaluate"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let log = session.training
    guard !log.isEmpty else { throw SessionError.noTraining }
    let epochCount = log.epochs.count
    let xs = (1...epochCount + log.rounds.count).map(Double.init)
    let losses = log.epochs.map(\.losses) + log.rounds.map(\.losses)

    // Two panels for the losses: the prior's part is a few units beside some hundreds, and would lie flat in one.
    let reconstruction = CurvesFigure.Panel(
      yLabel: "reconstruction loss",
      series: [CurvesFigure.Series("reconstruction", xs: xs, ys: losses.map(\.reconstructionLoss))])
    // Before EM the prior is another one, so the two parts of the curve do not join.
    let rounds = Array(xs.dropFirst(epochCount))
    let prior = CurvesFigure.Panel(
      yLabel: "prior loss",
      series: [
        CurvesFigure.Series("N(0, I)", xs: Array(xs.prefix(epochCount)), ys: log.epochs.map(\.losses.priorLoss)),
        CurvesFigure.Series("mixture", xs: rounds, ys: log.rounds.map(\.losses.priorLoss)),
      ].filter { !$0.xs.isEmpty })
    var panels = [reconstruction, prior]
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
      figure.events.append(CurvesFigure.Event(x: Double(epochCount) + 0.5, label: "EM"))
    }
    figure.events += log.merges.map { CurvesFigure.Event(x: Double(epochCount + $0) + 0.5, label: "merge") }
    return Drawing(
      figure: figure, results: ["epochs": .integer(epochCount), "rounds": .integer(log.rounds.count)])
  }
}
