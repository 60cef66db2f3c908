import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets

/// `merge`
struct MergeCommand: ChangingCommand {
  /// Clusters to join by hand; nil to merge components by a criterion.
  var clusters: [Int]?
  /// Nil where it is not given.
  var criterion: MergeCriterion?

  static let declaration = CommandDeclaration<MergeCommand>(
    "merge", summary: "Join clusters by hand, or the mixture's components down to the clusters asked for",
    discussion: """
      With clusters, as 'evaluate' numbers them, it makes one of these. It has the smallest of their numbers, and those \
      above a number that is gone move down. Their components stay as they are, several a cluster, and so does what is \
      trained. Joining is of the clusters that there are now: with grouping=consensus or graph the next round's E-step \
      groups anew, without labels, into as many clusters as there are then; with grouping=none, and in gmm, what was \
      joined stays so.

      Without clusters, for a model that was built with components= above clusters=, after some rounds: the two most alike \
      groups of components are joined again and again, without labels, until there are as many as clusters; each group \
      becomes one component, and train goes on with those. Before it, which components make a cluster is judged anew after \
      each round, the same way.

      by says which groups count as alike: neighbours, those with many edges between them in the graph of nearest \
      neighbours; neighbourDensity, those with many for their sizes; ward, those whose means lie close; demp, those whose \
      images are easily mistaken for each other's; consensus, whichever of these agrees best with the rest. Agreement runs \
      from 0 to 1: below about 0.8 it is a sign of trouble, and more rounds before merging may help.
      """,
    parameters: [
      .positional(
        "clusters", \.clusters, .integer(in: 0...100_000), count: 2...Int.max,
        help: "which to join by hand; components are merged if none is named"),
      .option(
        "by", .choice(), help: "which groups of components count as alike, where no clusters are named",
        standard: .consensus, set: { $0.criterion = $1 }, get: { $0.criterion }),
    ],
    results: ["cluster", "clusters", "occupancy", "criterion", "components", "groups", "agreement"],
    examples: [
      CommandExample("merge 3,7", "clusters 3 and 7 are one from now on, cluster 3"),
      CommandExample("merge by=neighbours", "components, by the graph of nearest neighbours"),
      CommandExample("merge", "components, by the criterion that agrees best with the others"),
    ],
    seeAlso: ["split", "model", "train", "undo"])

  func validate() throws {
    guard let clusters else { return }
    if criterion != nil {
      throw MethodError.noEffect(option: "by", condition: "a merge of components, which names no clusters").about("by")
    }
    if let again = clusters.indices.first(where: { clusters[..<$0].contains(clusters[$0]) }) {
      throw SessionError.clusterNamedTwice(clusters[again]).about("clusters", item: again)
    }
  }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    if let clusters { return try join(clusters, in: &session, environment) }
    return try mergeComponents(by: criterion ?? .consensus, in: &session, environment)
  }

  private func join(
    _ joined: [Int], in session: inout SessionState, _ environment: Environment
  ) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.regrouping, for: "merge")
    try model.requireClusters(for: "merge")
    if let beyond = joined.firstIndex(where: { $0 >= model.clusterCount }) {
      throw SessionError.noSuchCluster(joined[beyond], clusterCount: model.clusterCount)
        .about("clusters", item: beyond)
    }
    let numbers = clusterNumbers(joining: joined, of: model.clusterCount)
    let assignments = try MethodWork("merge", environment).run {
      try model.joinClusters(joined, on: dataset.images, watch: $0)
    }
    session.model = model
    let kept = joined.min()!
    let words = joined.sorted().map { "\($0)" }
    let moved = numbers.indices.filter { numbers[$0] != $0 && !joined.contains($0) }
    environment.print(
      "clusters \(words.dropLast().joined(separator: ", ")) and \(words.last!) are cluster \(kept) now"
        + (moved.first.map { "; \($0) is \(numbers[$0]) now" } ?? "")
        + (moved.count > 1 ? ", and so on up to \(moved.last!), which is \(numbers[moved.last!])" : ""))
    let occupancy = TrainingDisplay.occupancy(assignments, clusterCount: model.clusterCount)
    environment.print(occupancy.text)
    return CommandOutcome(results: [
      "cluster": .integer(kept), "clusters": .integer(model.clusterCount), "occupancy": occupancy.json,
    ])
  }

  private func mergeComponents(
    by criterion: MergeCriterion, in session: inout SessionState, _ environment: Environment
  ) throws -> CommandOutcome {
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
    var outcome = CommandOutcome(results: [
      "criterion": .string(report.criterion.rawValue), "components": .integer(before), "clusters": .integer(clusters),
      "groups": .array(report.groups.map { .integer($0) }), "agreement": .number(report.agreement),
    ])
    // A default that could change is spelled out.
    outcome.performed = MergeCommand(criterion: criterion)
    return outcome
  }
}
