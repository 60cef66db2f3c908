import Clustering
import ClusteringMethods
import CommandLanguage
import Figures
import TensorEngine

/// `vary A`
struct VaryCommand: WalkCommand {
  var image = 0
  var count = 10
  var spread = 0.5
  var number = 0
  var through = WalkThrough.allCases
  var denoising = DenoisingOptions()
  var output = PictureOptions("variations.png")

  static let declaration = CommandDeclaration<VaryCommand>(
    "vary", summary: "Draw variations of an image: with other noise, with latents around its own, or both",
    discussion: """
      What z holds of an image stays where the noise alone is drawn anew; where z alone is moved, the noise is that which \
      leads to the image itself. z is moved by spread= standard deviations of the image's cluster in the mixture, in each \
      latent by a draw of its own. At the beginning of each row stand the image and what comes back of it.
      """,
    parameters: [
      .required("image", \.image, .integer(in: 0...Int.max), help: "an image's place among the loaded ones, from 0"),
      .option("count", \.count, .integer(in: 1...100), help: "variations in a row"),
      .option("spread", \.spread, .number(in: 0...10), help: "how far z is moved, in standard deviations"),
      .option("number", \.number, .integer(in: 0...1_000_000), help: "which of the many possible draws"),
      throughParameter,
    ] + denoisingParameters + pictureParameters,
    results: ["images", "steps", "inversionError"],
    examples: [
      CommandExample("vary 3", "three rows: both, z alone, noise alone"),
      CommandExample("vary 3 through=noise", "what z does not hold"),
    ],
    seeAlso: ["interpolate", "reconstruct", "sample"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    try requireDeterminism(for: "vary")
    let (dataset, model) = try session.datasetAndModel(.diffusion, for: "vary")
    try model.requireClusters(for: "vary")
    guard let mixture = model.mixture else { throw SessionError.noMixture(action: "vary") }
    let own = try InvertedImages([(image, "image")], of: dataset, model, denoising, environment)
    denoising.explain(model, environment)
    let component = try mixture.assignments(of: own.latents)[0]
    let deviations = mixture.deviations(
      of: model.clusterOfComponent.indices.filter {
        model.clusterOfComponent[$0] == model.clusterOfComponent[component]
      })
    let root = session.randomSource.derived("vary").derived(number).derived(image)
    let all = through.flatMap { row in (0..<count).map { (row: row, position: $0) } }
    let latents = Matrix(
      rows: all.count, columns: own.latents.columns,
      elements: all.flatMap { row, position -> [Double] in
        let draws = root.derived("z").derived(position).normals(count: own.latents.columns)
        return own.latents.row(0).enumerated().map { place, value in
          guard row.changesLatent else { return value }
          return value + spread * deviations[place] * Double(draws[place])
        }
      })
    // Rows that change one thing share its draws with the row that changes both.
    let fresh = model.startingNoise(from: (0..<count).map { root.derived("noise").derived($0) })
    let noise = Tensor.joined(
      all.map { row, position in row.changesNoise ? fresh.selecting([position]) : own.noise })
    let drawn = try model.denoised(
      noise, latents: latents, options: denoising.sampling, source: model.source
    ) { step, total in try denoising.report("varying", step, total, environment) }

    var cells: [Int?] = []
    for row in through.indices {
      cells += [0, 1]
      for place in 0..<count { cells.append(2 + row * count + place) }
    }
    var figure = ImageGridFigure(
      .joined([own.images, own.reconstructions, drawn]), cells: cells, columnCount: count + 2)
    figure.columnBreaks = [1, 2]
    figure.title = "Around image \(image) (\(dataset.name))"
    figure.subtitle =
      "left: the image, its reconstruction"
      + (through.contains { $0.changesLatent } ? "; right: z moved by \(NumberText.short(spread)) σ" : "")
    figure.rowLabels = through.map(\.words)
    return drawing(figure, of: drawn.count, around: own, "the image comes", model, environment)
  }
}

extension GaussianMixture {
  /// The standard deviation in each dimension of some components together.
  fileprivate func deviations(of components: [Int]) -> [Double] {
    let total = components.reduce(0) { $0 + mixingWeights[$1] }
    /// Equal shares where there is no weight.
    func share(_ component: Int) -> Double {
      total > 0 ? mixingWeights[component] / total : 1 / Double(components.count)
    }
    return (0..<dimension).map { place in
      let mean = components.reduce(0) { $0 + share($1) * means[$1, place] }
      let variance = components.reduce(0) { sum, component in
        let shift = means[component, place] - mean
        return sum + share(component) * (variances[component, place] + shift * shift)
      }
      return variance.squareRoot()
    }
  }
}
