import ClusteringMethods
import CommandLanguage
import JSONValues
import Options

/// `tsne`
struct TSNECommand: ChangingCommand, EmbeddingCommand, SharedCommand {
  var embedding = EmbeddingOptions()
  var start = Embedding.Start.pca
  /// Images that are placed in the embedding that there is.
  var added: IntegerOr<Embedding.Part>?

  static let declaration = CommandDeclaration<TSNECommand>(
    "tsne", summary: "Embed the latents, or the pixels, in the plane by t-SNE",
    discussion: """
      The embedding becomes part of the session: 'plot tsne' draws it in any colour, style and format, save keeps it, undo \
      takes it back. Neighbours are exact; repulsion is summed over all pairs up to 5,000 points and interpolated from a \
      grid beyond, so that 70,000 take half a minute on two cores. The points start from principal components, or, with \
      from=previous, from the embedding that there is, so that pictures of successive rounds line up. Ctrl-C keeps the \
      embedding as it is then.

      add places further images in the embedding and leaves what is in it where it is: each beside its nearest neighbours, \
      then moved by its own affinities to them. For instance 'tsne points=train', then 'tsne add=test'.

      trustworthiness says how far neighbours in the picture are neighbours in truth, over 12 neighbours, from about 0.5 to \
      1; 'neighbours kept' is the share of each image's 10 nearest that are among its 10 nearest in the picture. Both are \
      of a sample of 5,000 images where there are more.
      """,
    parameters: embeddingParameters(Embedding.Settings()) + [
      .option(
        "from", \.start, .choice(), help: "where the points start; previous does as pca where there is no embedding"),
      .option(
        "add", \.added, .integer(in: 1...10_000_000, or: Embedding.Part.self),
        help: "place those of these images that are not in the embedding yet, instead of making one"),
    ],
    results: ["points", "klDivergence", "trustworthiness", "neighbourPreservation", "seconds"],
    examples: [
      CommandExample("tsne", "the latents of all images"),
      CommandExample("tsne points=10000 perplexity=50", "a random part of them"),
      CommandExample("tsne from=previous", "after further training: what was where stays about there"),
      CommandExample("tsne add=test", "the test images, in an embedding of the others"),
    ],
    seeAlso: ["plot tsne", "plot pca", "save"])

  func validate() throws {
    guard added != nil else { return }
    if let option = embedding.given ?? (start == .previous ? "from" : nil) {
      throw MethodError.noEffect(option: option, condition: "add=, which keeps the embedding as it was made")
        .about(option)
    }
  }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let work = try EmbeddingWork(session, for: "tsne", environment)
    let begin = ContinuousClock.now
    let found: Embedding
    var isInterrupted = false
    var performed: TSNECommand?
    if let added {
      guard let before = session.embedding else { throw EmbeddingError.none.about("add") }
      guard work.isOfData(before) else { throw EmbeddingError.otherData.about("add") }
      guard try work.isCurrent(before) else { throw EmbeddingError.olderLatents.about("add") }
      found = try work.adding(added, to: before)
      let count = found.indices.count - before.indices.count
      environment.print("\(NumberText.counted(count, "image")) placed among \(before.indices.count)")
    } else {
      var settings = embedding.over(Embedding.Settings())
      settings.start = start
      let previous = start == .previous ? session.embedding.flatMap { work.isOfData($0) ? $0 : nil } : nil
      if start == .previous, previous == nil {
        environment.print("there is no embedding of these images yet: the points start from principal components")
      }
      (found, isInterrupted) = try work.embedding(settings, from: previous, keepsInterrupted: true)
      if isInterrupted {
        environment.print(
          "interrupted after \(found.settings.earlyIterations + found.settings.iterations) of "
            + "\(settings.earlyIterations + settings.iterations) iterations; the embedding is kept as it was then")
      }
      explain(found, environment)
      var again = self
      again.embedding = EmbeddingOptions(found.settings)
      performed = again
    }
    let seconds = (ContinuousClock.now - begin).seconds
    session.embedding = found
    environment.print("t-SNE of \(found.subject(of: work.dataset)): \(found.measures)")
    var outcome = CommandOutcome(results: found.results)
    outcome.results["seconds"] = .number(seconds)
    outcome.isInterrupted = isInterrupted
    outcome.performed = performed
    return outcome
  }
}
