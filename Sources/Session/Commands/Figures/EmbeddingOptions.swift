import CommandLanguage
import Options

/// A command that takes what an embedding is to be like.
protocol EmbeddingCommand: SessionCommand {
  var embedding: EmbeddingOptions { get set }
}

/// What an embedding is to be like; nil where it was not said.
struct EmbeddingOptions: Sendable {
  var points: IntegerOr<Embedding.Part>?
  var space: Embedding.Space?
  var perplexity: Double?
  var exaggeration: Double?
  var earlyIterations: Int?
  var iterations: Int?

  init() {}

  /// All that settings say.
  init(_ settings: Embedding.Settings) {
    (points, space, perplexity) = (settings.points, settings.space, settings.perplexity)
    (exaggeration, earlyIterations) = (settings.exaggeration, settings.earlyIterations)
    iterations = settings.iterations
  }

  /// What was said, over what holds otherwise.
  func over(_ others: Embedding.Settings) -> Embedding.Settings {
    Embedding.Settings(
      points: points ?? others.points, space: space ?? others.space, perplexity: perplexity ?? others.perplexity,
      exaggeration: exaggeration ?? others.exaggeration, earlyIterations: earlyIterations ?? others.earlyIterations,
      iterations: iterations ?? others.iterations, start: others.start)
  }

  /// The first option that was said.
  var given: String? {
    let options: [(String, Bool)] = [
      ("points", points != nil), ("space", space != nil), ("perplexity", perplexity != nil),
      ("exaggeration", exaggeration != nil), ("early", earlyIterations != nil), ("iterations", iterations != nil),
    ]
    return options.first { $0.1 }?.0
  }
}

extension EmbeddingCommand {
  /// - Parameter standard: what holds where an option is not given.
  static func embeddingParameters(_ standard: Embedding.Settings) -> [Parameter<Self>] {
    [
      .option(
        "points", .integer(in: 10...10_000_000, or: Embedding.Part.self),
        help: "images that are embedded: a random part of that many, or all, the training or the test images",
        standard: standard.points, set: { $0.embedding.points = $1 }, get: { $0.embedding.points }),
      .option(
        "space", .choice(), help: "what is embedded", standard: standard.space, set: { $0.embedding.space = $1 },
        get: { $0.embedding.space }),
      .option(
        "perplexity", .number(in: 2...500),
        help: "effective number of neighbours, at most a third of the others", standard: standard.perplexity,
        set: { $0.embedding.perplexity = $1 }, get: { $0.embedding.perplexity }),
      .option(
        "exaggeration", .number(in: 1...100), help: "of the early iterations", standard: standard.exaggeration,
        set: { $0.embedding.exaggeration = $1 }, get: { $0.embedding.exaggeration }),
      .option(
        "early", .integer(in: 0...10_000), help: "iterations with exaggeration", standard: standard.earlyIterations,
        set: { $0.embedding.earlyIterations = $1 }, get: { $0.embedding.earlyIterations }),
      .option(
        "iterations", .integer(in: 0...100_000), help: "iterations after those", standard: standard.iterations,
        set: { $0.embedding.iterations = $1 }, get: { $0.embedding.iterations }),
    ]
  }

  /// Says which options had less effect than they ask for.
  func explain(_ found: Embedding, _ environment: Environment) {
    if found.perplexity < found.settings.perplexity {
      environment.print(
        "perplexity lowered from \(NumberText.short(found.settings.perplexity)) to "
          + "\(NumberText.short(found.perplexity)), a third of each image's neighbours")
    }
    if embedding.earlyIterations == 0, let exaggeration = embedding.exaggeration,
      exaggeration != Embedding.Settings().exaggeration
    {
      environment.print("exaggeration= has no effect here: early=0 leaves no iterations with it")
    }
  }
}
