import CommandLanguage
import Datasets
import Evaluation
import Figures

/// `plot confusion`
struct PlotConfusionCommand: DrawingCommand {
  var split = Split.all
  var isNormalised = false
  var output = PictureOptions("confusion.png")

  static let declaration = CommandDeclaration<PlotConfusionCommand>(
    "plot confusion", summary: "Draw how many images of each class each cluster holds",
    discussion: """
      A row a cluster, in the order of the classes that clusters are matched to, so that what is right lies on the \
      diagonal; a column a class. Squares are shaded by their share of the row.
      """,
    parameters: [
      .option("split", \.split, .choice(), help: "which of the loaded images"),
      .option("normalise", \.isNormalised, .toggle, help: "percents of each cluster instead of counts"),
    ] + pictureParameters,
    results: ["clusters", "counts"],
    examples: [CommandExample("plot confusion normalise=on", "writes confusion.png")],
    seeAlso: ["evaluate", "images"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let noLabels = SessionError.noLabels(action: "plot confusion", instead: "images by=cluster to look at the clusters")
    guard try session.dataset(for: "plot confusion").labels != nil else { throw noLabels }
    let evaluation = try ClusterEvaluation(split, of: session, for: "plot confusion", environment)
    guard let score = evaluation.score else { throw noLabels }
    let counts = score.contingency
    let clusters = evaluation.clustersByClass
    let sizes = counts.clusterSizes
    let values = clusters.flatMap { cluster in
      (0..<counts.classCount).map { label in
        let count = Double(counts[cluster, label])
        return isNormalised ? 100 * count / Double(max(sizes[cluster], 1)) : count
      }
    }
    var figure = MatrixFigure(
      values: values, rowNames: clusters.map(String.init), columnNames: evaluation.classNames)
    figure.title = "Clusters and classes of \(session.dataset?.name ?? "")"
    figure.subtitle =
      "n = \(evaluation.imageCount), accuracy \(NumberText.fixed(score.accuracy, 3))"
      + (isNormalised ? ", percent of each cluster" : "")
    (figure.rowLabel, figure.columnLabel) = ("cluster", "class")
    if isNormalised { figure.decimals = 1 }
    return Drawing(
      figure: figure,
      results: [
        "clusters": .array(clusters.map { .integer($0) }),
        "counts": .array(
          clusters.map { cluster in
            .array((0..<counts.classCount).map { .integer(counts[cluster, $0]) })
          }),
      ])
  }
}
