import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Evaluation
import Figures
import JSONValues

/// `plot misclustered`
struct PlotMisclusteredCommand: EmbeddingPlotCommand {
  var embedding = EmbeddingOptions()
  var thumbnails = 12
  var output = PictureOptions("misclustered.png")

  static let declaration = CommandDeclaration<PlotMisclusteredCommand>(
    "plot misclustered", summary: "Draw the images in wrong clusters red in the t-SNE, some of them beside it",
    discussion: """
      An image is in a wrong cluster if that is matched to another class. The embedding is that of 'plot tsne'. Beside it \
      stand some of these images, with their class (GT, ground truth) and the one that was found: of each kind of error in \
      turn, the commonest kind first, that which the model is surest of. As many are shown as have room.
      """,
    parameters: embeddingParameters(standard) + [
      .option("thumbnails", \.thumbnails, .integer(in: 0...60), help: "images beside the picture, at most")
    ] + pictureParameters,
    results: [
      "points", "misclustered", .group("confusions", ["class", "found", "count"]), "klDivergence", "trustworthiness",
    ],
    examples: [
      CommandExample("plot misclustered", "writes misclustered.png"),
      CommandExample("plot misclustered thumbnails=8 style=column out=fig-3e.pdf", "for a paper"),
    ],
    seeAlso: ["plot tsne", "plot confusion", "images", "evaluate"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let work = try EmbeddingWork(session, for: "plot misclustered", environment)
    let dataset = work.dataset
    guard dataset.labels != nil else {
      throw SessionError.noLabels(action: "plot misclustered", instead: "images by=uncertain")
    }
    let (_, model) = try session.datasetAndModel(for: "plot misclustered")
    try model.requireClusters(for: "plot misclustered")
    let (found, isNew) = try plotted(of: session, work, environment)
    let latents = try work.points(found.indices, in: .latents)
    let colours = try PointColours(.correctness, of: found.indices, in: session) { latents }
    let errors = try Misclustered(latents, model, labels: dataset.labels!.selecting(found.indices))

    var figure = colours.figure(found.coordinates)
    figure.title = "Misclustered images of \(dataset.name)"
    figure.subtitle =
      "\(errors.points.count) in a wrong cluster "
      + "(\(NumberText.percent(Double(errors.points.count) / Double(found.indices.count)))), \(found.caption())"
    figure.callouts = errors.spread(thumbnails).map { point in
      ScatterCallout(
        point: point, image: dataset.images.selecting([found.indices[point]]).inMemory, lines: errors.words(point))
    }
    // The counts are in the line above, and red needs no key beside red frames.
    figure.showsLegend = figure.callouts.isEmpty
    let kinds = errors.kinds.prefix(5)
    environment.print(
      "\(errors.points.count) of \(NumberText.counted(found.indices.count, "image")) in a wrong cluster"
        + (kinds.isEmpty
          ? ""
          : "; most often "
            + kinds.map { "\($0.label) as \($0.found) (\($0.points.count))" }.joined(separator: ", ")))
    let results: JSONObject = [
      "points": .integer(found.indices.count), "misclustered": .integer(errors.points.count),
      "confusions": .array(
        errors.kinds.map {
          ["class": .string($0.label), "found": .string($0.found), "count": .integer($0.points.count)]
        }),
      "klDivergence": .number(found.klDivergence), "trustworthiness": .number(found.quality.trustworthiness),
    ]
    return try written(
      Drawing(figure: figure, results: results), of: found, isNew: isNew, in: &session, environment)
  }
}

/// The images whose cluster is matched to another class than theirs, or to none.
private struct Misclustered {
  /// An error that several images may have in common.
  struct Kind {
    let label: String
    /// The class that their cluster is matched to, or the cluster where it is matched to none.
    let found: String
    /// The surest first.
    let points: [Int]
  }

  /// The commonest first.
  let kinds: [Kind]

  /// - Parameter latents: an image a row.
  init(_ latents: Matrix, _ model: any ClusteringMethod, labels: Labels) throws {
    let clusters = try model.assignments(ofLatents: latents)
    let score = ClusteringScore(assignments: clusters, labels: labels, clusterCount: model.clusterCount)
    let probabilities = try model.clusterProbabilities(ofLatents: latents)
    let predicted = score.predictedClasses(of: clusters)
    var kinds: [Kind] = []
    for label in 0..<labels.classCount {
      for cluster in 0..<model.clusterCount where score.matching[cluster] != label {
        let points = clusters.indices.filter {
          labels.classes[$0] == label && clusters[$0] == cluster && predicted[$0] != label
        }
        .sorted { (-probabilities[$0, cluster], $0) < (-probabilities[$1, cluster], $1) }
        guard !points.isEmpty else { continue }
        let found = score.matching[cluster].map { labels.names[$0] } ?? "cluster \(cluster)"
        kinds.append(Kind(label: labels.names[label], found: found, points: points))
      }
    }
    self.kinds = kinds.enumerated().sorted {
      (-$0.element.points.count, $0.offset) < (-$1.element.points.count, $1.offset)
    }.map(\.element)
  }

  var points: [Int] { kinds.flatMap(\.points) }

  /// Some of them: of each kind in turn its next one.
  func spread(_ count: Int) -> [Int] {
    var chosen: [Int] = []
    let most = kinds.map(\.points.count).max() ?? 0
    for place in 0..<most {
      for kind in kinds where place < kind.points.count {
        guard chosen.count < count else { return chosen }
        chosen.append(kind.points[place])
      }
    }
    return chosen
  }

  /// What stands beside an image.
  func words(_ point: Int) -> [String] {
    guard let kind = kinds.first(where: { $0.points.contains(point) }) else { return [] }
    return ["GT \(kind.label)", "found \(kind.found)"]
  }
}
