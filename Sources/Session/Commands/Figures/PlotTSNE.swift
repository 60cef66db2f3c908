import Clustering
import CommandLanguage
import Figures

/// `plot tsne`
struct PlotTSNECommand: PictureCommand, ChangingCommand, EmbeddingCommand, ColouringCommand {
  var embedding = EmbeddingOptions()
  var colouring: PointColouring?
  var output = PictureOptions("tsne.png")

  /// What it keeps is there to be drawn again, and comes of the session alone.
  var isWork: Bool { false }

  /// What holds where no embedding and no option says more.
  private static let standard = {
    var settings = Embedding.Settings()
    settings.points = .integer(5000)
    return settings
  }()

  static let declaration = CommandDeclaration<PlotTSNECommand>(
    "plot tsne", summary: "Draw the t-SNE of the latents, or of the pixels",
    discussion: """
      It draws the session's embedding, which 'tsne' makes, without computing anything again. Where there is none, where the \
      latents have changed since, or where an option asks for another, it computes one of its own, of 5,000 images unless \
      said otherwise or as the session's embedding was made, and keeps it for the next plots until the latents change: \
      these draw it if they ask for nothing else. 'tsne' keeps one for good.

      Colours are by label; by cluster, in the colour of the class that the cluster is matched to where there are labels; by \
      correctness, the images whose cluster is matched to another class in red; by probability, that of the image's cluster; \
      or none. Of many points a PDF or SVG holds a picture, with text as text.
      """,
    parameters: embeddingParameters(standard) + [colouringParameter] + pictureParameters,
    results: ["points", "klDivergence", "trustworthiness", "neighbourPreservation", "seconds"],
    examples: [
      CommandExample("plot tsne points=1000", "latents, coloured by label"),
      CommandExample("plot tsne color=cluster style=column out=tsne.pdf", "the same ones, by cluster, for a paper"),
      CommandExample("plot tsne space=pixels points=1000 out=pixels.png", "the images themselves, before any training"),
    ],
    seeAlso: ["tsne", "plot pca", "evaluate", "plot loss"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let work = try EmbeddingWork(session, for: "plot tsne", environment)
    let colouring = colouring ?? PointColouring.usual(in: session)
    // What colours lack is said before anything is computed.
    if colouring != .none {
      _ = try PointColours(colouring, of: [0], in: session) { try work.points([0], in: .latents) }
    }
    let start = ContinuousClock.now
    let (found, isNew) = try embedding(of: session, work, environment)
    let colours = try PointColours(colouring, of: found.indices, in: session) {
      try work.points(found.indices, in: .latents)
    }
    let seconds = (ContinuousClock.now - start).seconds

    var figure = colours.figure(found.coordinates)
    figure.title = "t-SNE of \(work.dataset.name) \(found.settings.space.rawValue)"
    figure.subtitle =
      "n = \(found.indices.count), perplexity \(NumberText.short(found.perplexity)), "
      + "KL \(NumberText.fixed(found.klDivergence, 2)), trustworthiness "
      + "\(NumberText.fixed(found.quality.trustworthiness, 3)), 10 neighbours kept "
      + NumberText.fixed(found.quality.neighbourPreservation, 2) + (found.sample.map { " (\($0))" } ?? "")
    environment.print(
      "t-SNE of \(found.subject(of: work.dataset)): \(found.measures)" + (isNew ? "" : ", as made before"))
    var results = found.results
    results["seconds"] = .number(seconds)
    var drawing = Drawing(figure: figure, results: results)
    if isNew {
      session.plottedEmbedding = found
      var again = self
      again.embedding = EmbeddingOptions(found.settings)
      drawing.performed = again
    }
    return try written(drawing, of: session, environment)
  }

  /// What there is to draw, or what is made for it.
  private func embedding(
    of session: SessionState, _ work: EmbeddingWork, _ environment: Environment
  ) throws -> (embedding: Embedding, isNew: Bool) {
    var settings = embedding.over(Self.standard)
    if let kept = session.embedding, work.isOfData(kept) {
      let wanted = embedding.over(kept.settings)
      let isWanted =
        wanted.points == kept.settings.points
        || work.indices(wanted.points) == Array(kept.embedded)
      var (others, own) = (wanted, kept.settings)
      others.points = own.points
      own.start = others.start
      if isWanted, others == own {
        if try work.isCurrent(kept) { return (kept, false) }
        environment.print(
          "the session's embedding is of the latents after \(NumberText.counted(kept.rounds, "round")), which have "
            + "changed since: another is made of the present ones, as that was")
      }
      if others.space == own.space { settings = wanted }
    }
    settings.start = .pca
    if let plotted = session.plottedEmbedding {
      var wanted = embedding.over(plotted.settings)
      wanted.space = settings.space
      if wanted == plotted.settings, try work.isCurrent(plotted) { return (plotted, false) }
    }
    let made = try work.embedding(settings, keepsInterrupted: false).embedding
    explain(made, environment)
    return (made, true)
  }
}
