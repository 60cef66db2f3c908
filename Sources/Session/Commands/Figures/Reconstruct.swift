import ClusteringMethods
import CommandLanguage
import Datasets
import Figures
import TensorEngine

/// `reconstruct`
struct ReconstructCommand: DrawingCommand, DenoisingCommand {
  var count = 20
  var columns = 10
  var denoising = DenoisingOptions()
  var output = PictureOptions("reconstructions.png")

  static let declaration = CommandDeclaration<ReconstructCommand>(
    "reconstruct", summary: "Draw images over their reconstructions from the latent",
    discussion: "z is the encoder's mean; the noise that the denoising starts from is drawn anew.",
    parameters: [
      .option("count", \.count, .integer(in: 1...1000), help: "images, drawn at random from the loaded ones"),
      .option("columns", \.columns, .integer(in: 1...100), help: "images in a row"),
    ] + denoisingParameters + pictureParameters,
    results: ["images", "steps", "imagesPerSecond"],
    examples: [CommandExample("reconstruct count=10", "ten images over their reconstructions")],
    seeAlso: ["sample"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let (dataset, model) = try session.datasetAndModel(.reconstruction, for: "reconstruct")
    var stream = session.randomSource.derived("reconstruct").makeStream()
    let chosen = stream.sample(count, of: dataset.count)
    let originals = dataset.images.selecting(chosen)
    let start = ContinuousClock.now
    let images = try model.reconstructions(of: originals, options: denoising.sampling) { step, total in
      try denoising.report("reconstructing", step, total, environment)
    }
    let seconds = (ContinuousClock.now - start).seconds
    denoising.explain(model, environment)
    if images.count < count {
      environment.print("all \(NumberText.counted(images.count, "image")) that there are, fewer than count=\(count)")
    }
    var figure = ImageGridFigure.pairs(
      originals: originals, reconstructions: images, columnCount: min(columns, images.count))
    figure.title = "Reconstructions (\(dataset.name))"
    return Drawing(
      figure: figure,
      results: [
        "images": .integer(images.count), "steps": .integer(model.stepCount(denoising.sampling)),
        "imagesPerSecond": .number(Double(images.count) / seconds),
      ])
  }
}
