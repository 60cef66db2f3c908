import CommandLanguage
import Datasets
import JSONValues

/// `evaluate`
struct EvaluateCommand: ReadingCommand, ScoringCommand, SharedCommand {
  var split = Split.all
  var tellsMore = false
  var sampleSize = 2000
  var format = TableFormat.text

  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<EvaluateCommand>(
    "evaluate", summary: "Compare the clusters with the labels: accuracy, NMI, ARI",
    discussion: """
      Accuracy is the best one-to-one matching of clusters to classes, NMI uses the arithmetic mean. A row a cluster: the \
      class that it is matched to, its purity (the share of that class in it), and what else it holds. Nothing that \
      trains or selects sees what comes out. The column images is a cluster's share of the images looked at, which need \
      not be its weight in the mixture. The scores are kept in the store of runs.

      With more=on: homogeneity, completeness and V-measure (the NMI under another name); the calibration error, by how \
      much the probability of an image's cluster is off on average; the silhouette of the latents, which needs no labels; \
      where there is a mixture the mean log-likelihood of the latents, the BIC (less is better; compare it for several \
      clusters= on the same latents) and the overlap of the two clusters most alike (as the merge criterion demp has it); \
      and a row a class. All of that is always among the results.
      """,
    parameters: [
      .option("split", \.split, .choice(), help: "which of the loaded images"),
      .option("more", \.tellsMore, .toggle, help: "whether to tell all that was found"),
      .option(
        "sample", \.sampleSize, .integer(in: 10...20_000),
        help: "images for silhouette and overlap, drawn by the session's seed where there are more"),
      .option("format", \.format, .choice(), help: "how the table of clusters is written"),
    ],
    results: ["accuracy", "nmi", "ari", "images", "split", "occupancy"]
      + EvaluationDetails.resultNames.map { .value($0) },
    examples: [
      CommandExample("evaluate", "all loaded images"),
      CommandExample("evaluate more=on", "with silhouette, calibration, likelihood, and a row a class"),
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
    guard let clustered = evaluation.clustered else { preconditionFailure("evaluate has no images") }
    let details = try EvaluationDetails(
      of: evaluation, clustered, sampleSize: sampleSize, random: session.randomSource)
    if tellsMore {
      for line in details.lines(beside: score) { environment.print(line) }
      if score != nil { environment.print(evaluation.classTable, as: format) }
    } else if score == nil, let line = details.mixtureLine {
      environment.print(line)
    }
    return CommandOutcome(
      results: JSONObject(
        [
          ("accuracy", .optional(score?.accuracy)), ("nmi", .optional(score?.nmi)), ("ari", .optional(score?.ari)),
          ("images", .integer(evaluation.imageCount)), ("split", .string(split.rawValue)),
          ("occupancy", .array(evaluation.occupancy.map { .number($0) })),
        ] + details.results(beside: score)))
  }
}
