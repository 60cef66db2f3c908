import ClusteringMethods
import CommandLanguage
import Datasets

/// `estep`
struct EStepCommand: ChangingCommand, SharedCommand {
  static let declaration = CommandDeclaration<EStepCommand>(
    "estep", summary: "Encode all images and fit the mixture to their latents",
    discussion: """
      The second half of a round of train, for models with a network: it finds the clusters of what the network makes of \
      the images, and leaves the network as it is. The first fit starts from k-means++, restarts= times, those after it \
      from the last mixture.
      """,
    results: ["logLikelihood", "iterations", "converged", "occupancy"],
    examples: [CommandExample("estep", "half of a round")],
    seeAlso: ["mstep", "train", "evaluate"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.alternation, for: "estep")
    let report = try MethodWork("E-step", environment).run { try model.expectationStep(on: dataset.images, watch: $0) }
    session.model = model
    let clusterCount = model.clusterCount
    session.training.score(report.assignments, clusterCount: clusterCount, dataset.labels)
    let occupancy = TrainingDisplay.occupancy(report.assignments, clusterCount: clusterCount)
    environment.print(
      "log-likelihood \(NumberText.fixed(report.fit.logLikelihood, 4)) after "
        + NumberText.counted(report.fit.iterationCount, "iteration")
        + (report.fit.converged ? "" : ", not yet converged"))
    if let found = model.foundClusters { environment.print(found) }
    environment.print(occupancy.text)
    if let assumption = model.assumption { environment.print(assumption) }
    return CommandOutcome(results: [
      "logLikelihood": .number(report.fit.logLikelihood), "iterations": .integer(report.fit.iterationCount),
      "converged": .bool(report.fit.converged), "occupancy": occupancy.json,
    ])
  }
}
