import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Evaluation
import Figures

/// `plot mixture`
struct PlotMixtureCommand: DrawingCommand {
  var output = PictureOptions("mixture.png")

  static let declaration = CommandDeclaration<PlotMixtureCommand>(
    "plot mixture", summary: "Draw the mixture: which components are near, which are one cluster, their weights",
    discussion: """
      A row a component, in the order of a tree that joins the nearest first, by the mean distance between what they hold \
      (average linkage). The distance is Bhattacharyya's: 0 for equal Gaussians; where it is d, they overlap by e^−d. Colours \
      tell the clusters, also in the tree: where a branch is of one cluster alone it has that cluster's colour, in grey are \
      the joins across clusters. So one sees which components became a cluster, whoever joined them, and whether they are \
      the near ones. Beside labels, the colours are those of the matched classes.
      """,
    parameters: pictureParameters,
    results: ["components", "clusters", "weights", "clusterOfComponent", "leastDistance"],
    examples: [CommandExample("plot mixture", "writes mixture.png")],
    seeAlso: ["merge", "images", "plot confusion", "describe"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.mixture, for: "plot mixture")
    try model.requireClusters(for: "plot mixture")
    guard let mixture = model.mixture else { throw SessionError.noMixture(action: "plot mixture") }
    let distances = try mixture.bhattacharyyaDistances()
    let tree = try Dendrogram(averageLinkageOf: distances)
    let clusters = model.clusterOfComponent
    let colours = try ClusterColours(session, model, for: "plot mixture", environment)
    let count = max(model.clusterCount, (clusters.max() ?? 0) + 1)
    var figure = MixtureFigure(
      weights: mixture.mixingWeights, clusters: clusters, clusterNames: (0..<count).map(colours.name),
      distances: distances.elements,
      joins: tree.joins.map { MixtureFigure.Join($0.first, $0.second, height: $0.height) })
    figure.paletteIndices = colours.paletteIndices(count)
    figure.distanceLabel = "Bhattacharyya distance"
    figure.title = "Mixture of \(model.name)" + (session.dataset.map { " (\($0.name))" } ?? "")
    figure.subtitle =
      "\(NumberText.counted(mixture.componentCount, "component")), "
      + "\(NumberText.counted(model.clusterCount, "cluster")), \(mixture.dimension) dimensions"
    return Drawing(
      figure: figure,
      results: [
        "components": .integer(mixture.componentCount), "clusters": .integer(model.clusterCount),
        "weights": .array(mixture.mixingWeights.map { .number($0) }),
        "clusterOfComponent": .array(clusters.map { .integer($0) }),
        "leastDistance": .optional(tree.joins.first?.height),
      ])
  }
}
