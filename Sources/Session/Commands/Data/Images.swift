import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Figures
import Images

/// `images`
struct ImagesCommand: DrawingCommand {
  enum Arrangement: String, CaseIterable, Sendable {
    case classes = "class"
    case order
    case clusters = "cluster"
    case uncertain
    case nearest

    /// Whether how many rows there are is free, not one for each of something.
    var hasFreeRows: Bool { self == .order || self == .uncertain }
  }

  var count = 10
  /// Nil where it has no effect, and for ten.
  var rows: Int?
  var by: Arrangement?
  var cluster: Int?
  var output = PictureOptions("images.png")

  static let declaration = CommandDeclaration<ImagesCommand>(
    "images", summary: "Draw a grid of the loaded images: by class, of a cluster, the most uncertain",
    discussion: """
      by=class and by=cluster draw a row for each, by=order the images as they come. by=uncertain draws those whose most \
      probable cluster is least probable, least certain first, with the two clusters in question and the probability \
      of the first, a cluster's being the sum over its components; else an image belongs to the cluster of its most \
      probable component. by=nearest draws a row a component of the mixture: the images nearest to its centre, by the \
      Mahalanobis distance. cluster= keeps one cluster's images, or components. Unless said, by is class where there \
      are labels, and order for one cluster.
      """,
    parameters: [
      .option("count", \.count, .integer(in: 1...100), help: "images in a row"),
      .option(
        "rows", \.rows, .integer(in: 1...100),
        help: "rows, where they are not one a class, cluster or component; unless said 10"),
      .option("by", \.by, .choice(), help: "which images, and in which rows"),
      .option("cluster", \.cluster, .integer(in: 0...100_000), help: "only images of this cluster"),
    ] + pictureParameters,
    results: ["images"],
    examples: [
      CommandExample("images", "ten images of each class"),
      CommandExample("images by=order count=16 rows=8", "the first 128"),
      CommandExample("images cluster=2", "a hundred of a cluster"),
      CommandExample("images by=uncertain", "the hundred that could as well be elsewhere"),
      CommandExample("images by=nearest", "the most typical of each component"),
    ],
    seeAlso: ["info", "sample", "reconstruct", "evaluate"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let dataset = try session.dataset(for: "images")
    let clustering = needsClusters ? try ClusteredImages(session, for: "images of clusters", environment) : nil
    if let cluster, let count = clustering?.model.clusterCount, cluster >= count {
      throw SessionError.noSuchCluster(cluster, clusterCount: count).about("cluster")
    }
    let arrangement = by ?? (cluster == nil && dataset.labels != nil ? .classes : .order)
    if rows != nil, !arrangement.hasFreeRows {
      environment.print("rows= has no effect here: by=\(arrangement.rawValue) draws a row for each")
    }
    var figure =
      switch arrangement {
      case .classes: try byClass(dataset, clustering)
      case .order: inOrder(dataset, clustering)
      case .clusters: byCluster(dataset, clustering!)
      case .uncertain: try uncertain(dataset, clustering!)
      case .nearest: try nearest(dataset, clustering!, session.model(.mixture, for: "images by=nearest"))
      }
    figure.title = dataset.name + (cluster.map { ", cluster \($0)" } ?? "")
    let shown = figure.cells.lazy.filter { $0 != nil }.count
    if let cluster, shown == 0 { throw SessionError.emptyCluster(cluster).about("cluster") }
    var performed = self
    performed.rows = arrangement.hasFreeRows ? rowCount : nil
    return Drawing(figure: figure, results: ["images": .integer(shown)], performed: performed)
  }

  private var rowCount: Int { rows ?? 10 }

  private var needsClusters: Bool {
    if cluster != nil { return true }
    return switch by {
    case .clusters, .uncertain, .nearest: true
    case .classes, .order, nil: false
    }
  }

  /// The images that are asked for, in the set's order.
  private func candidates(_ dataset: Dataset, _ clustering: ClusteredImages?) -> [Int] {
    guard let cluster, let clustering else { return Array(0..<dataset.count) }
    return clustering.assignments.indices.filter { clustering.assignments[$0] == cluster }
  }

  private func inOrder(_ dataset: Dataset, _ clustering: ClusteredImages?) -> ImageGridFigure {
    grid(dataset, Array(candidates(dataset, clustering).prefix(count * rowCount)))
  }

  private func byClass(_ dataset: Dataset, _ clustering: ClusteredImages?) throws -> ImageGridFigure {
    guard let labels = dataset.labels else {
      throw SessionError.noLabels(action: "by=class", instead: "by=order").about("by")
    }
    let candidates = candidates(dataset, clustering)
    let rows = (0..<labels.classCount).map { label in (label, candidates.lazy.filter { labels.classes[$0] == label }) }
      // Of one cluster, the classes that are in it.
      .filter { cluster == nil || !$0.1.isEmpty }
    var figure = grid(dataset, rows: rows.map(\.1))
    figure.rowLabels = rows.map { labels.names[$0.0] }
    return figure
  }

  private func byCluster(_ dataset: Dataset, _ clustering: ClusteredImages) -> ImageGridFigure {
    let clusters = cluster.map { [$0] } ?? Array(0..<clustering.model.clusterCount)
    let indices = clustering.assignments.indices
    var figure = grid(
      dataset, rows: clusters.map { cluster in indices.lazy.filter { clustering.assignments[$0] == cluster } })
    figure.rowLabels = clusters.map { "cluster \($0)" }
    let shares = TrainingLog.occupancy(clustering.assignments, clusterCount: clustering.model.clusterCount)
    figure.rowDetails = clusters.map { NumberText.percent(shares[$0]) }
    figure.subtitle = "percent: each cluster's share of the images"
    return figure
  }

  private func uncertain(_ dataset: Dataset, _ clustering: ClusteredImages) throws -> ImageGridFigure {
    let probabilities = try clustering.probabilities()
    func ranked(_ image: Int) -> [Int] {
      (0..<probabilities.columns).sorted { (-probabilities[image, $0], $0) < (-probabilities[image, $1], $1) }
    }
    let certainty = (0..<probabilities.rows).map { image in
      (0..<probabilities.columns).reduce(0) { max($0, probabilities[image, $1]) }
    }
    let chosen = candidates(dataset, clustering).sorted { (certainty[$0], $0) < (certainty[$1], $1) }
      .prefix(count * rowCount)
    var figure = grid(dataset, Array(chosen))
    figure.subtitle = "the least certain: the two clusters in question, and how likely the first, in percent"
    figure.captions = chosen.map { image in
      let clusters = ranked(image).prefix(2).map { "\($0)" }.joined(separator: "/")
      // Without the sign it is a word that a small image has room for.
      return "\(clusters) \(NumberText.fixed(100 * certainty[image], 0))"
    }
    return figure
  }

  private func nearest(
    _ dataset: Dataset, _ clustering: ClusteredImages, _ model: any MixtureMethod
  ) throws -> ImageGridFigure {
    let components = model.clusterOfComponent.indices.filter {
      cluster == nil || model.clusterOfComponent[$0] == cluster
    }
    let nearest = try model.nearestToComponents(ofLatents: clustering.latents(), count: count)
    var figure = grid(dataset, rows: components.map { nearest[$0] })
    figure.subtitle = "nearest to each component's centre"
    figure.rowLabels = components.map { "component \($0)" }
    if model.clusterOfComponent.count > model.clusterCount {
      figure.rowDetails = components.map { "cluster \(model.clusterOfComponent[$0])" }
    }
    return figure
  }

  private func grid(_ dataset: Dataset, _ images: [Int]) -> ImageGridFigure {
    ImageGridFigure(dataset.images, cells: images, columnCount: count)
  }

  /// The first images of each row; what a row lacks stays empty.
  private func grid(_ dataset: Dataset, rows: [some Sequence<Int>]) -> ImageGridFigure {
    let cells = rows.flatMap { row -> [Int?] in
      let shown = Array(row.prefix(count))
      return shown + [Int?](repeating: nil, count: count - shown.count)
    }
    return ImageGridFigure(dataset.images, cells: cells, columnCount: count)
  }
}
