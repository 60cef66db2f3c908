import ClusteringMethods
import CommandLanguage
import Datasets
import Diffusion
import Figures

/// `plot tree`
struct PlotTreeCommand: DrawingCommand {
  var samples = 4
  var number = 0
  var output = PictureOptions("tree.png")

  static let declaration = CommandDeclaration<PlotTreeCommand>(
    "plot tree", summary: "Draw the tree of clusters: what each node holds, and images drawn from it",
    discussion: """
      For methods that divide clusters again and again. All images are at the left, the clusters are the leaves; under a \
      node's images is the share of all images that it holds, where each belongs to every node in part. A node's images are \
      those of the leaves below it, as many of each as it holds. Leaves have the colours of their clusters, and beside labels \
      the names of the matched classes.
      """,
    parameters: [
      .option("samples", \.samples, .integer(in: 1...20), help: "images of each node"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
    ] + pictureParameters,
    results: ["nodes", "leaves", "depth", "masses", "clusterOfNode"],
    examples: [
      CommandExample("plot tree", "writes tree.png"),
      CommandExample("plot tree samples=8 style=column", "more images of each node, for a column of a paper"),
    ],
    seeAlso: ["sample", "plot mixture", "plot confusion"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.tree, for: "plot tree")
    try model.requireClusters(for: "plot tree")
    guard let tree = model.tree else { throw MethodError.untrained(action: "plot tree") }
    let colours = try ClusterColours(session, model, for: "plot tree", environment)
    let palette = colours.paletteIndices(model.clusterCount)
    let drawn = try model.samples(
      counts: [Int](repeating: samples, count: model.clusterCount), of: Array(0..<model.clusterCount),
      options: SamplingOptions(), number: number
    ) { _, _ in }
    let whole = max(tree.nodes.first?.mass ?? 0, .leastNonzeroMagnitude)
    // Nodes as they are numbered lie below the one that they divide.
    let nodes = tree.nodes.indices.map { place in
      let (node, share) = (tree.nodes[place], tree.nodes[place].mass / whole)
      var shown = TreeFigure.Node(
        children: node.children, share: share, detail: NumberText.percent(share),
        images: images(of: place, in: tree))
      if let cluster = node.cluster {
        (shown.name, shown.paletteIndex) = (colours.name(cluster), palette.map { $0[cluster] } ?? cluster)
      }
      return shown
    }
    var figure = TreeFigure(drawn, nodes: nodes)
    let depth = tree.depths.max() ?? 0
    figure.title = "Tree of \(model.name)" + (session.dataset.map { " (\($0.name))" } ?? "")
    figure.subtitle =
      "\(NumberText.counted(model.clusterCount, "cluster")), percent: share of the images' memberships"
    return Drawing(
      figure: figure,
      results: [
        "nodes": .integer(tree.nodes.count), "leaves": .integer(model.clusterCount), "depth": .integer(depth),
        "masses": .array(tree.nodes.map { .number($0.mass) }),
        "clusterOfNode": .array(tree.nodes.map { node in node.cluster.map { .integer($0) } ?? .null }),
      ])
  }

  /// Places among `samples` images a cluster: of the leaves below a node, each as often as it holds of the node.
  private func images(of node: Int, in tree: ClusterTree) -> [Int] {
    let leaves = tree.nodes.filter { $0.cluster != nil }
    let clusters = tree.clusters(below: node)
    let masses = clusters.map { cluster in leaves.first { $0.cluster == cluster }?.mass ?? 0 }
    let total = masses.reduce(0, +)
    var used = [Int](repeating: 0, count: clusters.count)
    return (0..<samples).map { place in
      var left = (Double(place) + 0.5) / Double(samples) * total
      var chosen = 0
      while chosen < clusters.count - 1, left >= masses[chosen] {
        left -= masses[chosen]
        chosen += 1
      }
      defer { used[chosen] += 1 }
      return clusters[chosen] * samples + used[chosen]
    }
  }
}
