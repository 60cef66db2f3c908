import ClusteringMethods
import CommandLanguage
import Datasets
import Figures
import Images

/// `sample`
struct SampleCommand: DrawingCommand, DenoisingCommand {
  /// In which order the clusters' rows stand.
  enum Order: String, CaseIterable, Sendable {
    case classes = "class"
    case clusters = "cluster"
  }

  var count = 10
  var clusters: [Int] = []
  var number = 0
  /// Nil for by class where there are labels.
  var order: Order?
  var nearest = 0
  var denoising = DenoisingOptions()
  var output = PictureOptions("samples.png")

  static let declaration = CommandDeclaration<SampleCommand>(
    "sample", summary: "Draw images of the clusters, a row a cluster",
    discussion: """
      For each image a component of the cluster, z from it, then the denoising; a method with a generator draws from that, in \
      one step. The same number= gives the same images; sampling never changes later training. The percentage beside a row \
      is the cluster's weight in the mixture, or where there is none its share of the images trained on. Rows stand in the \
      order of the classes that clusters are matched to, where the loaded images have labels. nearest= puts loaded images \
      beside each row: those nearest to any of its samples, by the squared difference of pixels, so that one sees what was \
      learnt by heart.
      """,
    parameters: [
      .option("count", \.count, .integer(in: 1...1000), help: "images of each cluster"),
      .option(
        "clusters", \.clusters, .integer(in: 0...100_000), count: 0...Int.max,
        help: "which clusters, all if none is named"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
      .option(
        "order", \.order, .choice(),
        help: "of the rows, where no clusters are named; unless said class where there are labels"),
      .option("nearest", \.nearest, .integer(in: 0...100), help: "real images beside each row"),
    ] + denoisingParameters + pictureParameters,
    results: ["images", "clusters", "steps", "imagesPerSecond"],
    examples: [
      CommandExample("sample", "ten images of each cluster"),
      CommandExample("sample clusters=0,1 count=4 guidance=1 steps=20", "two clusters, guided"),
      CommandExample("sample nearest=3", "with the most similar of the loaded images"),
      CommandExample("sample method=dpm steps=15", "as good in fewer steps"),
    ],
    seeAlso: ["score", "reconstruct", "train"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let model = try session.model(.drawing, for: "sample")
    let clusterCount = model.clusterCount
    if let beyond = clusters.firstIndex(where: { $0 >= clusterCount }) {
      throw SessionError.noSuchCluster(clusters[beyond], clusterCount: clusterCount).about("clusters", item: beyond)
    }
    let data: Dataset? = try nearest > 0 ? session.datasetAndModel(for: "nearest=").0 : session.dataset
    if order == .classes, session.dataset?.labels == nil {
      throw SessionError.noLabels(action: "order=class", instead: "order=cluster").about("order")
    }
    let ordered: ClusterOrder? =
      try order == .clusters ? nil : ClusterOrder(session, model, for: "sample", environment)
    let chosen = clusters.isEmpty ? ordered?.clusters ?? Array(0..<clusterCount) : clusters
    let start = ContinuousClock.now
    let samples = try model.samples(
      perCluster: count, clusters: chosen, options: denoising.sampling, number: number
    ) { step, total in try denoising.report("sampling", step, total, environment) }
    let seconds = (ContinuousClock.now - start).seconds
    denoising.explain(model, environment)

    var figure = try grid(samples, rows: chosen.count, data?.images, environment)
    figure.title = "Samples" + (session.dataset.map { " (\($0.name))" } ?? "")
    figure.subtitle =
      "percent: " + (nearest > 0 ? "" : "each cluster's ")
      + (model is any MixtureMethod
        ? "weight in the mixture" : model is any TreeMethod ? "share of the memberships" : "share of the images")
      + (nearest > 0 ? ", right: nearest real images" : "")
    figure.rowLabels = chosen.map { ordered?.name($0) ?? "cluster \($0)" }
    figure.rowDetails = chosen.map { NumberText.percent(model.weight(ofCluster: $0)) }
    var performed = self
    performed.order = clusters.isEmpty ? (ordered?.hasClasses ?? false ? .classes : .clusters) : order
    return Drawing(
      figure: figure,
      results: [
        "images": .integer(samples.count), "clusters": .array(chosen.map { .integer($0) }),
        "steps": .integer(model.stepCount(denoising.sampling)),
        "imagesPerSecond": .number(Double(samples.count) / seconds),
      ], performed: performed)
  }

  /// A row for each cluster: its samples, and right of a gap the images of `real` that are nearest to them.
  private func grid(
    _ samples: ImageSet, rows: Int, _ real: ImageSet?, _ environment: Environment
  ) throws -> ImageGridFigure {
    guard nearest > 0, let real else { return ImageGridFigure(samples, columnCount: count) }
    let found = try NearestImages.find(nearest, among: real, for: samples, perGroup: count) { done in
      environment.report(
        Progress("sample", fraction: Double(done) / Double(real.count), message: "\(done) images compared"))
    }
    let shown = found.flatMap(\.self)
    let images = ImageSet(
      count: samples.count + shown.count, height: samples.height, width: samples.width,
      channelCount: samples.channelCount, pixels: samples.pixels + real.selecting(shown).pixels)
    var next = samples.count
    let cells = (0..<rows).flatMap { row -> [Int?] in
      let beside = (0..<nearest).map { place -> Int? in
        guard place < found[row].count else { return nil }
        defer { next += 1 }
        return next
      }
      return (row * count..<(row + 1) * count).map(Optional.some) + beside
    }
    var figure = ImageGridFigure(images, cells: cells, columnCount: count + nearest)
    figure.columnBreaks = [count]
    return figure
  }
}
