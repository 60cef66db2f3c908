import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets

/// `merge`
struct MergeCommand: ChangingCommand {
  var criterion = MergeCriterion.consensus

  static let declaration = CommandDeclaration<MergeCommand>(
    "merge", summary: "Merge the mixture's components down to the number of clusters, without labels",
    discussion: """
      For a model that was built with components= above clusters=, after some rounds. The two most alike groups of \
      components are joined again and again until there are as many as clusters; each group becomes one component, and \
      train goes on with those. Before it, which components make a cluster is judged anew after each round, the same way.

      by says which groups count as alike: neighbours, those with many edges between them in the graph of nearest \
      neighbours; neighbourDensity, those with many for their sizes; ward, those whose means lie close; demp, those whose \
      images are easily mistaken for each other's; consensus, whichever of these agrees best with the rest. Agreement runs \
      from 0 to 1: below about 0.8 it is a sign of trouble, and more rounds before merging may help.
      """,
    parameters: [.option("by", \.criterion, .choice(), help: "which groups of components count as alike")],
    examples: [
      CommandExample("merge by=neighbours", "by the graph of nearest neighbours"),
      CommandExample("merge", "by the criterion that agrees best with the others"),
    ],
    seeAlso: ["model", "train"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.merging, for: "merge")
    let before = model.mixture?.componentCount ?? 0
    let report = try model.mergeComponents(
      by: criterion, on: dataset.images, watch: MethodWork("merge", environment).watch)
    session.model = model
    session.training.merges.append(session.training.rounds.count)
    let clusters = model.clusterCount
    for cluster in 0..<clusters {
      let members = report.groups.indices.filter { report.groups[$0] == cluster }
      environment.print(
        TrainingDisplay.share(model.weight(ofCluster: cluster), ofCluster: cluster, of: clusters) + " of the weight  "
          + (members.count == 1 ? "component " : "components ") + members.map { "\($0)" }.joined(separator: " "))
    }
    environment.print(
      "by \(report.criterion.rawValue), agreement with the other criteria \(NumberText.fixed(report.agreement, 3))"
    )
    return CommandOutcome(results: [
      "criterion": .string(report.criterion.rawValue), "components": .integer(before), "clusters": .integer(clusters),
      "groups": .array(report.groups.map { .integer($0) }), "agreement": .number(report.agreement),
    ])
  }
}
