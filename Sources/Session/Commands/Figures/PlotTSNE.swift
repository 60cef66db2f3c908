import Clustering
import ClusteringMethods
import CommandLanguage
import Datasets
import Evaluation
import Figures
import Images
import Interruptions
import Options
import TensorEngine

/// `plot tsne`
struct PlotTSNECommand: DrawingCommand {
  enum Space: String, CaseIterable, Sendable {
    case latents
    case pixels
  }

  enum Colouring: String, CaseIterable, Sendable {
    case label
    case cluster
    case none
  }

  var points = 5000
  var space = Space.latents
  var colouring: Colouring?
  var perplexity = 30.0
  var exaggeration = 12.0
  var iterations = 500
  var earlyIterations = 250
  var output = PictureOptions("tsne.png")

  static let declaration = CommandDeclaration<PlotTSNECommand>(
    "plot tsne", summary: "Draw a t-SNE of the latents, or of the pixels",
    discussion: """
      A random part of the images is embedded: exact t-SNE from a PCA start, with a learning rate of n/exaggeration. \
      10,000 points take four times as long as 5,000.
      """,
    parameters: [
      .option("points", \.points, .integer(in: 10...10_000), help: "images that are embedded, at most"),
      .option("space", \.space, .choice(), help: "what is embedded"),
      .option(
        "color", \.colouring, .choice(),
        help: "colours by label, cluster or not at all; unless said by the first of them that there is"),
      .option(
        "perplexity", \.perplexity, .number(in: 2...500),
        help: "effective number of neighbours, at most a third of the others"),
      .option("exaggeration", \.exaggeration, .number(in: 1...100), help: "of the early iterations"),
      .option("early", \.earlyIterations, .integer(in: 0...10_000), help: "iterations with exaggeration"),
      .option("iterations", \.iterations, .integer(in: 1...100_000), help: "iterations after those"),
    ] + pictureParameters,
    results: ["points", "klDivergence", "trustworthiness", "seconds"],
    examples: [
      CommandExample("plot tsne points=1000", "latents, coloured by label"),
      CommandExample("plot tsne space=pixels points=1000 out=pixels.png", "the images themselves, before any training"),
    ],
    seeAlso: ["evaluate", "plot loss"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let dataset = try session.dataset(for: "plot tsne")
    let chosen = Self.subset(of: dataset.count, points, session.randomSource)
    guard chosen.count >= 10 else {
      throw SessionError.tooFewImages(action: "plot tsne", needed: 10, found: chosen.count)
    }
    let images = dataset.images.selecting(chosen)
    let colouring = colouring ?? Self.usualColouring(session)
    var latents: Matrix?
    if space == .latents || colouring == .cluster {
      latents = try session.datasetAndModel(for: "plot tsne").1
        .latents(of: images, watch: MethodWork("encoding", environment).watch)
    }
    let values =
      space == .latents
      ? latents!
      : Matrix(
        rows: images.count, columns: images.imageSize, elements: images.floats(at: 0..<images.count, in: .unit))
    guard (1..<values.rows).contains(where: { values.row($0) != values.row(0) }) else {
      throw SessionError.equalPoints(count: chosen.count, what: space.rawValue)
    }
    let groups = try grouping(colouring, session, dataset, latents, chosen)

    let start = ContinuousClock.now
    let embedding = try TSNE(of: values, options: options) { progress in
      try Interruption.check()
      environment.report(
        Progress(
          "t-SNE", fraction: Double(progress.iteration) / Double(progress.iterationCount),
          message: "KL \(NumberText.fixed(progress.klDivergence, 3))"))
    }
    let trust = try trustworthiness(
      of: embedding.embedding, for: values, neighbourCount: min(12, max(1, chosen.count / 2 - 1)))
    let seconds = (ContinuousClock.now - start).seconds

    var figure = ScatterFigure(
      coordinates: embedding.embedding.elements.map { Float($0) }, groups: groups.members, groupNames: groups.names)
    figure.title = "t-SNE of \(dataset.name) \(space.rawValue)"
    figure.subtitle =
      "n = \(chosen.count), perplexity \(NumberText.short(embedding.perplexity)), "
      + "KL \(NumberText.fixed(embedding.klDivergence, 2)), "
      + "trustworthiness \(NumberText.fixed(trust, 3))"
    figure.legendTitle = groups.title
    explain(embedding, environment)
    let part = chosen.count < dataset.count ? "\(chosen.count) of \(dataset.count)" : "all \(chosen.count)"
    environment.print(
      "t-SNE of the \(space.rawValue) of \(part) images: KL \(NumberText.fixed(embedding.klDivergence, 4))  "
        + "trustworthiness \(NumberText.fixed(trust, 4))")
    return Drawing(
      figure: figure,
      results: [
        "points": .integer(chosen.count), "klDivergence": .number(embedding.klDivergence),
        "trustworthiness": .number(trust), "seconds": .number(seconds),
      ])
  }

  /// Says which options had less effect than they ask for.
  private func explain(_ embedding: TSNE, _ environment: Environment) {
    if embedding.perplexity < perplexity {
      environment.print(
        "perplexity lowered from \(NumberText.short(perplexity)) to \(NumberText.short(embedding.perplexity)), a third of "
          + "each image's neighbours")
    }
    if earlyIterations == 0, exaggeration != Self().exaggeration {
      environment.print("exaggeration= has no effect here: early=0 leaves no iterations with it")
    }
  }

  private var options: TSNE.Options {
    TSNE.Options(
      perplexity: perplexity, earlyExaggeration: exaggeration, earlyIterations: earlyIterations,
      iterations: iterations)
  }

  /// `count` of the images, in their order; the same for every plot of a session's seed.
  private static func subset(of total: Int, _ count: Int, _ source: RandomSource) -> [Int] {
    guard count < total else { return Array(0..<total) }
    var stream = source.derived("plot tsne").makeStream()
    return stream.sample(count, of: total)
  }

  /// By label where there are labels, by cluster where there are clusters, else not at all.
  private static func usualColouring(_ session: SessionState) -> Colouring {
    if session.dataset?.labels != nil { return .label }
    guard let (_, model) = try? session.datasetAndModel(for: "color=cluster"),
      (try? model.requireClusters(for: "color=cluster")) != nil
    else { return .none }
    return .cluster
  }

  private func grouping(
    _ colouring: Colouring, _ session: SessionState, _ dataset: Dataset, _ latents: Matrix?, _ chosen: [Int]
  ) throws -> (title: String, names: [String], members: [Int]) {
    switch colouring {
    case .label:
      guard let labels = dataset.labels else {
        throw SessionError.noLabels(action: "color=label", instead: "color=cluster").about("color")
      }
      return ("class", labels.names, chosen.map { labels.classes[$0] })
    case .none: return ("", [""], chosen.map { _ in 0 })
    case .cluster:
      let (_, model) = try session.datasetAndModel(for: "color=cluster")
      try model.requireClusters(for: "color=cluster")
      return (
        "cluster", (0..<model.clusterCount).map { "\($0)" },
        try model.assignments(ofLatents: latents!)
      )
    }
  }
}
