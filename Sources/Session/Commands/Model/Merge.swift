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
      For a model with more components than clusters, after some rounds. The most alike pair is joined again and \
      again; each cluster's components become one. The agreement with other criteria is a sign of trouble where it is \
      low (below about 0.8): train some more rounds before merging.
      """,
    parameters: [.option("by", \.criterion, .choice(), help: "which pairs count as alike")],
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
        TrainingDisplay.share(model.weight(ofCluster: cluster), ofCluster: cluster, of: clusters) + "  components "
          + members.map { "\($0)" }.joined(separator: " "))
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
