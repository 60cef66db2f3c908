import Clustering
import CommandLanguage
import Figures

/// A command that draws an embedding: the session's, or one that it makes.
protocol EmbeddingPlotCommand: PictureCommand, ChangingCommand, EmbeddingCommand {}

extension EmbeddingPlotCommand {
  /// What is kept is there to be drawn again, and comes of the session alone.
  var isWork: Bool { false }

  /// What holds where no embedding and no option says more.
  static var standard: Embedding.Settings {
    var settings = Embedding.Settings()
    settings.points = .integer(5000)
    return settings
  }

  /// What there is to draw, or what is made for it.
  func plotted(
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

  /// Keeps an embedding that was made for a picture, and writes the picture; a replay makes the same one.
  func written(
    _ drawing: Drawing, of found: Embedding, isNew: Bool, in session: inout SessionState, _ environment: Environment
  ) throws -> CommandOutcome {
    var drawing = drawing
    if isNew {
      session.plottedEmbedding = found
      var again = self
      again.embedding = EmbeddingOptions(found.settings)
      drawing.performed = again
    }
    return try written(drawing, of: session, environment)
  }
}

extension Embedding {
  /// How it was made and how good it is, for the line under a figure's title.
  ///
  /// - Parameter added: how many images are shown that are not part of it.
  func caption(added: Int = 0) -> String {
    "n = \(indices.count)\(added > 0 ? " and \(added) new" : ""), perplexity \(NumberText.short(perplexity)), KL \(NumberText.fixed(klDivergence, 2)), "
      + "trustworthiness \(NumberText.fixed(quality.trustworthiness, 3)), 10 neighbours kept "
      + NumberText.fixed(quality.neighbourPreservation, 2) + (sample.map { " (\($0))" } ?? "")
  }
}
