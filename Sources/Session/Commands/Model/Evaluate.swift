import CommandLanguage
import Datasets

/// `evaluate`
struct EvaluateCommand: ReadingCommand, ScoringCommand {
  var split = Split.all
  var format = TableFormat.text

  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<EvaluateCommand>(
    "evaluate", summary: "Compare the clusters with the labels: accuracy, NMI, ARI",
    discussion: """
      Accuracy is the best one-to-one matching of clusters to classes, NMI uses the arithmetic mean. A row a cluster: the \
      class that it is matched to, its purity (the share of that class in it), and what else it holds. Nothing that \
      trains or selects sees what comes out. The column images is a cluster's share of the images looked at, which need \
      not be its weight in the mixture. The scores are kept in the store of runs.
      """,
    parameters: [
      .option("split", \.split, .choice(), help: "which of the loaded images"),
      .option("format", \.format, .choice(), help: "how the table of clusters is written"),
    ],
    results: ["accuracy", "nmi", "ari", "images", "occupancy"],
    examples: [
      CommandExample("evaluate", "all loaded images"),
      CommandExample("evaluate format=latex", "the table for a paper"),
    ],
    seeAlso: ["plot confusion", "train", "plot tsne", "runs"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let evaluation = try ClusterEvaluation(split, of: session, for: "evaluate", environment)
    let score = evaluation.score
    if let score {
      environment.print(
        "accuracy \(NumberText.fixed(score.accuracy, 4))  nmi \(NumberText.fixed(score.nmi, 4))  "
          + "ari \(NumberText.fixed(score.ari, 4))  on \(NumberText.counted(evaluation.imageCount, "image"))")
    } else {
      environment.print(
        "no labels to compare with; each cluster's share of \(NumberText.counted(evaluation.imageCount, "image")):")
    }
    environment.print(evaluation.table, as: format)
    return CommandOutcome(results: [
      "accuracy": .optional(score?.accuracy), "nmi": .optional(score?.nmi), "ari": .optional(score?.ari),
      "images": .integer(evaluation.imageCount), "occupancy": .array(evaluation.occupancy.map { .number($0) }),
    ])
  }
}
