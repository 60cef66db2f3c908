import ClusterDDPM
import CommandLanguage
import Datasets
import Evaluation

/// `evaluate`
struct EvaluateCommand: ReadingCommand {
  var split = Split.all

  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<EvaluateCommand>(
    "evaluate", summary: "Compare the clusters with the labels: accuracy, NMI, ARI",
    discussion: """
      Accuracy is the best one-to-one matching of clusters to classes, NMI uses the arithmetic mean. Nothing that \
      trains or selects sees what comes out.
      """,
    parameters: [.option("split", \.split, .choice(), help: "which of the loaded images")],
    examples: [CommandExample("evaluate", "all loaded images")],
    seeAlso: ["train", "plot tsne"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let (dataset, model) = try session.datasetAndModel(for: "evaluate")
    guard model.mixture != nil else { throw ModelError.noMixture(action: "evaluate") }
    let indices =
      switch split {
      case .all: 0..<dataset.count
      case .train: dataset.trainIndices
      case .test: dataset.testIndices
      }
    guard !indices.isEmpty else { throw SessionError.emptySplit(split.rawValue).about("split") }
    let images = indices.count == dataset.count ? dataset.images : dataset.images.selecting(indices)
    let latents = try model.latents(
      of: images, afterBatch: EStep.encoding(images.count, environment, "evaluate"))
    let assignments = try model.assignments(ofLatents: latents)
    let clusterCount = model.configuration.clusterCount
    let occupancy = TrainingLog.occupancy(assignments, clusterCount: clusterCount)
    let score = dataset.labels.map { labels in
      ClusteringScore(
        assignments: assignments, labels: indices.count == dataset.count ? labels : labels.selecting(indices),
        clusterCount: clusterCount)
    }
    if let score, let labels = dataset.labels {
      environment.print(
        "accuracy \(TrainingDisplay.fixed(score.accuracy, 4))  nmi \(TrainingDisplay.fixed(score.nmi, 4))  "
          + "ari \(TrainingDisplay.fixed(score.ari, 4))  on \(images.count) images")
      for cluster in 0..<clusterCount {
        let name =
          occupancy[cluster] == 0
          ? "empty" : score.matching[cluster].map { "matched to \(labels.names[$0])" } ?? "matched to no class"
        environment.print(
          TrainingDisplay.share(occupancy[cluster], ofCluster: cluster, of: clusterCount) + "  \(name)")
      }
    } else {
      environment.print("no labels to compare with; shares of \(images.count) images:")
      for cluster in 0..<clusterCount {
        environment.print(TrainingDisplay.share(occupancy[cluster], ofCluster: cluster, of: clusterCount))
      }
    }
    return CommandOutcome(results: [
      "accuracy": .optional(score?.accuracy), "nmi": .optional(score?.nmi), "ari": .optional(score?.ari),
      "images": .integer(images.count), "occupancy": .array(occupancy.map { .number($0) }),
    ])
  }
}
