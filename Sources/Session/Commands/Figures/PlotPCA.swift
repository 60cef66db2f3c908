import Clustering
import CommandLanguage
import Figures
import Options

/// `plot pca`
struct PlotPCACommand: DrawingCommand, ColouringCommand {
  var points: IntegerOr<Embedding.Part>?
  var space = Embedding.Space.latents
  var colouring: PointColouring?
  var output = PictureOptions("pca.png")

  static let declaration = CommandDeclaration<PlotPCACommand>(
    "plot pca", summary: "Draw the first two principal components of the latents, or of the pixels",
    discussion: """
      The plainest picture of how points lie: a projection, in which widths and directions mean something and clusters may \
      lie over one another, beside that of 'plot tsne', which parts them. It shows the images of the session's embedding where there is \
      one, else 5,000 of them. The colours are those of 'plot tsne'; each component's share of the variance is told.
      """,
    parameters: [
      .option(
        "points", \.points, .integer(in: 10...10_000_000, or: Embedding.Part.self),
        help: "images that are shown: a random part of that many, or all, the training or the test images"),
      .option("space", \.space, .choice(), help: "what is projected"), colouringParameter,
    ] + pictureParameters,
    results: ["points", "variances", "trustworthiness", "neighbourPreservation"],
    examples: [CommandExample("plot pca color=cluster", "writes pca.png")],
    seeAlso: ["plot tsne", "tsne"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let work = try EmbeddingWork(session, for: "plot pca", environment)
    let kept = session.embedding.flatMap { work.isOfData($0) ? $0.indices : nil }
    let chosen = points.map(work.indices) ?? kept ?? work.indices(.integer(5000))
    guard chosen.count >= 10 else {
      throw SessionError.tooFewImages(action: "plot pca", needed: 10, found: chosen.count)
    }
    let values = try work.points(chosen, in: space)
    let colours = try PointColours(colouring ?? PointColouring.usual(in: session), of: chosen, in: session) {
      try space == .latents ? values : work.points(chosen, in: .latents)
    }
    let components = try PrincipalComponents(of: values, count: min(2, values.columns))
    let total = values.totalVariance
    guard total > 0 else { throw SessionError.equalPoints(count: chosen.count, what: space.rawValue) }
    let projections = try components.projections(of: values)
    let plane = Matrix(
      rows: values.rows, columns: 2,
      elements: (0..<values.rows).flatMap { row in
        [projections[row, 0], projections.columns > 1 ? projections[row, 1] : 0]
      })
    let quality = try work.quality(of: plane, for: values)
    let shares = components.variances.map { $0 / total }
    let sample = quality.sampleSize < chosen.count ? " (of a sample of \(quality.sampleSize))" : ""

    var figure = colours.figure(plane)
    figure.title = "PCA of \(work.dataset.name) \(space.rawValue)"
    figure.subtitle =
      "n = \(chosen.count), variance \(shares.map(NumberText.percent).joined(separator: " and ")), trustworthiness "
      + "\(NumberText.fixed(quality.trustworthiness, 3)), 10 neighbours kept "
      + NumberText.fixed(quality.neighbourPreservation, 2) + sample
    environment.print(
      "PCA of the \(space.rawValue) of \(NumberText.counted(chosen.count, "image")): variance "
        + "\(shares.map(NumberText.percent).joined(separator: " and "))  \(quality.words)\(sample)")
    return Drawing(
      figure: figure,
      results: [
        "points": .integer(chosen.count), "variances": .array(shares.map { .number($0) }),
        "trustworthiness": .number(quality.trustworthiness),
        "neighbourPreservation": .number(quality.neighbourPreservation),
      ])
  }
}

extension Matrix {
  /// The sum of the columns' variances, over n − 1.
  fileprivate var totalVariance: Double {
    let means = columnMeans
    var sum = 0.0
    for row in 0..<rows {
      for (value, mean) in zip(self.row(row), means) { sum += (value - mean) * (value - mean) }
    }
    return sum / Double(max(1, rows - 1))
  }
}
