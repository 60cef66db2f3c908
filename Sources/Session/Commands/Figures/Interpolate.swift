import Clustering
import ClusteringMethods
import CommandLanguage
import Figures
import TensorEngine

/// `interpolate A B`
struct InterpolateCommand: WalkCommand {
  var first = 0
  var second = 0
  var count = 9
  var through = WalkThrough.allCases
  var denoising = DenoisingOptions()
  var output = PictureOptions("interpolation.png")

  static let declaration = CommandDeclaration<InterpolateCommand>(
    "interpolate", summary: "Draw the way from one image to another: through z, through the noise, or both",
    discussion: """
      Both images are encoded, and the noise x_T is found from which the deterministic denoising leads to each again: its \
      steps gone backwards (DDIM inversion). Between, z goes straight and x_T along the great circle, which keeps it as \
      strong as noise is. Where only one of them changes, the other is that of the first image. At the ends of each row \
      stand the images themselves; how well they come back is told.
      """,
    parameters: [
      .required("first", \.first, .integer(in: 0...Int.max), help: "an image's place among the loaded ones, from 0"),
      .required("second", \.second, .integer(in: 0...Int.max), help: "another's"),
      .option("count", \.count, .integer(in: 2...100), help: "images from the one to the other"), throughParameter,
    ] + denoisingParameters + pictureParameters,
    results: ["images", "steps", "inversionError"],
    examples: [
      CommandExample("interpolate 3 17", "three rows: both, z alone, noise alone"),
      CommandExample("interpolate 3 17 through=z count=7 steps=30", "through the latents"),
    ],
    seeAlso: ["vary", "denoise", "reconstruct"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    try requireDeterminism(for: "interpolate")
    let (dataset, model) = try session.datasetAndModel(.diffusion, for: "interpolate")
    let ends = try InvertedImages(
      [(first, "first"), (second, "second")], of: dataset, model, denoising, environment)
    denoising.explain(model, environment)
    let fractions = (0..<count).map { Double($0) / Double(count - 1) }
    let all = through.flatMap { row in fractions.map { (row, $0) } }
    let latents = Matrix(
      rows: all.count, columns: ends.latents.columns,
      elements: all.flatMap { row, fraction in
        zip(ends.latents.row(0), ends.latents.row(1)).map { a, b in row.changesLatent ? a + (b - a) * fraction : a }
      })
    let noise = Tensor.sphericalMixes(
      ends.noise.selecting(all.map { _ in 0 }), ends.noise.selecting(all.map { _ in 1 }),
      fractions: all.map { $0.changesNoise ? $1 : 0 })
    let drawn = try model.denoised(
      noise, latents: latents, options: denoising.sampling, source: model.source
    ) { step, total in try denoising.report("interpolating", step, total, environment) }

    var cells: [Int?] = []
    for row in through.indices {
      cells.append(0)
      for place in 0..<count { cells.append(2 + row * count + place) }
      cells.append(1)
    }
    var figure = ImageGridFigure(.joined([ends.images, drawn]), cells: cells, columnCount: count + 2)
    figure.columnBreaks = [1, count + 1]
    figure.title = "From image \(first) to image \(second) (\(dataset.name))"
    if through.count > 1 || through != [.both] { figure.rowLabels = through.map(\.words) }
    figure.subtitle = "at the ends the images themselves"
    figure.columnHeaders = [""] + Self.headers(fractions) + [""]
    return drawing(figure, of: drawn.count, around: ends, "the images come", model, environment)
  }

  /// Numbers at the ends and in the middle alone, where there is one: they must be as narrow as an image.
  private static func headers(_ fractions: [Double]) -> [String] {
    fractions.map { [0, 0.5, 1].contains($0) ? NumberText.short($0) : "" }
  }
}
