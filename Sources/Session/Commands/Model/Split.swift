import ClusteringMethods
import CommandLanguage
import Datasets

/// `split`
struct SplitCommand: ChangingCommand {
  var cluster = 0

  static let declaration = CommandDeclaration<SplitCommand>(
    "split", summary: "Make two of a cluster by hand",
    discussion: """
      The half of more images keeps the number, as 'evaluate' has it, and the other is the last cluster.

      A cluster of several components is divided between them: the most alike are joined until there are two groups. One \
      of a single component gets two in its place, fitted to its images, and train goes on with one more; images at its \
      border may then change sides. With grouping=graph the images are divided: by two-means of their latents, then by \
      the votes of each one's neighbours within the cluster.

      Splitting is of the clusters that there are now: with grouping=consensus or graph the next round's E-step groups \
      anew, without labels, into as many clusters as there are then, which need not be these; where each component is a \
      cluster, and in gmm, what was split stays so.
      """,
    parameters: [.required("cluster", \.cluster, .integer(in: 0...100_000), help: "which")],
    results: ["cluster", "new", "clusters", "occupancy"],
    examples: [CommandExample("split 5", "clusters 5 and, with as many before, 10")],
    seeAlso: ["merge", "evaluate", "images", "undo"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.regrouping, for: "split")
    try model.requireClusters(for: "split")
    let new = model.clusterCount
    guard cluster < new else {
      throw SessionError.noSuchCluster(cluster, clusterCount: new).about("cluster")
    }
    let assignments: [Int]
    do {
      assignments = try MethodWork("split", environment).run {
        try model.splitCluster(cluster, on: dataset.images, watch: $0)
      }
    } catch let error as MethodError {
      throw error.about("cluster")
    }
    session.model = model
    let sizes = [cluster, new].map { half in assignments.count { $0 == half } }
    environment.print(
      "cluster \(cluster) is two now: \(cluster) with \(NumberText.counted(sizes[0], "image")), "
        + "\(new) with \(NumberText.counted(sizes[1], "image"))")
    let occupancy = TrainingDisplay.occupancy(assignments, clusterCount: model.clusterCount)
    environment.print(occupancy.text)
    return CommandOutcome(results: [
      "cluster": .integer(cluster), "new": .integer(new), "clusters": .integer(model.clusterCount),
      "occupancy": occupancy.json,
    ])
  }
}
