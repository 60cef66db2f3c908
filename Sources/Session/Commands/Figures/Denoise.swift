import Clustering
import ClusteringMethods
import CommandLanguage
import Figures
import Images
import TensorEngine

/// `denoise`
struct DenoiseCommand: DrawingCommand {
  var clusters: [Int] = []
  var columns = 10
  var number = 0
  var steps = 50
  var guidance = 0.0
  var output = PictureOptions("denoising.png")

  static let declaration = CommandDeclaration<DenoiseCommand>(
    "denoise", summary: "Draw images on their way from noise, a strip over t",
    discussion: """
      An image of each cluster is drawn, by DDIM's steps; of each there is a strip from t = 1, noise, to 0. The upper row is \
      x_t as the network sees it, what lies beyond black and white cut off; the lower one the clean image that it is taken \
      for at that time.
      """,
    parameters: [
      .option(
        "clusters", \.clusters, .integer(in: 0...100_000), count: 0...20,
        help: "which clusters; the first three if none is named, in the order of their classes"),
      .option("columns", \.columns, .integer(in: 2...40), help: "times that are shown"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
      .option("steps", \.steps, .integer(in: 1...100_000), help: "denoising steps, at most the schedule's"),
      .option(
        "guidance", \.guidance, .number(in: 0...100), help: "w in (1+w)·conditional − w·unconditional"),
    ] + pictureParameters,
    results: ["images", "times", "steps"],
    examples: [
      CommandExample("denoise", "three clusters"), CommandExample("denoise clusters=4 columns=12", "one of them"),
    ],
    seeAlso: ["sample", "plot schedule", "interpolate"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.diffusion, for: "denoise")
    try model.requireClusters(for: "denoise")
    let clusterCount = model.clusterCount
    if let beyond = clusters.firstIndex(where: { $0 >= clusterCount }) {
      throw SessionError.noSuchCluster(clusters[beyond], clusterCount: clusterCount).about("clusters", item: beyond)
    }
    let order = try ClusterOrder(session, model, for: "denoise", environment)
    let chosen = clusters.isEmpty ? Array(order.clusters.prefix(3)) : clusters
    let root = session.randomSource.derived("denoise").derived(number)
    let latents = try chosen.map { try model.latent(ofCluster: $0, source: root.derived($0)) }
    let denoising = DenoisingOptions(method: .ddim, steps: steps, guidance: guidance)
    let path = try model.denoisingPath(
      from: model.startingNoise(from: chosen.map { root.derived($0).derived("image") }),
      latents: Matrix(rows: chosen.count, columns: model.latentSize, elements: latents.flatMap(\.self)),
      options: denoising.sampling, count: min(columns, model.stepCount(denoising.sampling) + 1)
    ) { step, total in try denoising.report("denoising", step, total, environment) }
    denoising.explain(model, environment)

    // Stage by stage the noisy images, then the clean ones.
    let images = ImageSet.joined(path.flatMap { [$0.noisy, $0.clean] })
    var cells: [Int?] = []
    for image in chosen.indices {
      for kind in 0..<2 {
        for stage in path.indices { cells.append((2 * stage + kind) * chosen.count + image) }
      }
    }
    var figure = ImageGridFigure(images, cells: cells, columnCount: path.count)
    figure.rowsPerBand = 2
    figure.title = "Denoising" + (session.dataset.map { " (\($0.name))" } ?? "")
    figure.subtitle = "t from 1, noise, to 0: above the noisy image, below the clean one that it is taken for"
    figure.rowLabels = chosen.flatMap { [order.name($0), ""] }
    figure.columnHeaders = path.map { NumberText.short($0.time) }
    var performed = self
    performed.clusters = chosen
    return Drawing(
      figure: figure,
      results: [
        "images": .integer(chosen.count), "times": .array(path.map { .number($0.time) }),
        "steps": .integer(model.stepCount(denoising.sampling)),
      ], performed: performed)
  }
}
