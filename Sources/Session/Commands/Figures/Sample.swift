import ClusteringMethods
import CommandLanguage
import Figures

/// `sample`
struct SampleCommand: DrawingCommand, DenoisingCommand {
  var count = 10
  var clusters: [Int] = []
  var number = 0
  var denoising = DenoisingOptions()
  var output = PictureOptions("samples.png")

  static let declaration = CommandDeclaration<SampleCommand>(
    "sample", summary: "Draw images of the clusters, a row a cluster",
    discussion: """
      For each image a component of the cluster, z from it, then the denoising; a method with a generator draws from that, in \
      one step. The same number= gives the same images; sampling never changes later training. The percentage beside a row \
      is the cluster's weight in the mixture, or where there is none its share of the images trained on.
      """,
    parameters: [
      .option("count", \.count, .integer(in: 1...1000), help: "images of each cluster"),
      .option(
        "clusters", \.clusters, .integer(in: 0...100_000), count: 0...Int.max,
        help: "which clusters, all if none is named"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
    ] + denoisingParameters + pictureParameters,
    results: ["images", "steps", "imagesPerSecond"],
    examples: [
      CommandExample("sample", "ten images of each cluster"),
      CommandExample("sample clusters=0,1 count=4 guidance=1 steps=20", "two clusters, guided"),
      CommandExample("sample method=dpm steps=15", "as good in fewer steps"),
    ],
    seeAlso: ["score", "reconstruct", "train"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.drawing, for: "sample")
    let clusterCount = model.clusterCount
    if let beyond = clusters.firstIndex(where: { $0 >= clusterCount }) {
      throw SessionError.noSuchCluster(clusters[beyond], clusterCount: clusterCount).about("clusters", item: beyond)
    }
    let chosen = clusters.isEmpty ? Array(0..<clusterCount) : clusters
    let start = ContinuousClock.now
    let images = try model.samples(
      perCluster: count, clusters: chosen, options: denoising.sampling, number: number
    ) { step, total in try denoising.report("sampling", step, total, environment) }
    let seconds = (ContinuousClock.now - start).seconds
    denoising.explain(model, environment)

    var figure = ImageGridFigure(images, columnCount: count)
    figure.title = "Samples" + (session.dataset.map { " (\($0.name))" } ?? "")
    figure.subtitle =
      "percent: each cluster's " + (model is any MixtureMethod ? "weight in the mixture" : "share of the images")
    figure.rowLabels = chosen.map { "cluster \($0)" }
    figure.rowDetails = chosen.map { NumberText.percent(model.weight(ofCluster: $0)) }
    return Drawing(
      figure: figure,
      results: [
        "images": .integer(images.count), "steps": .integer(model.stepCount(denoising.sampling)),
        "imagesPerSecond": .number(Double(images.count) / seconds),
      ])
  }
}
