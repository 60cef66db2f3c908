import Clustering
import CommandLanguage
import Datasets
import Figures
import Images

/// `plot tsne`
struct PlotTSNECommand: EmbeddingPlotCommand, ColouringCommand {
  enum Marks: String, CaseIterable, Sendable {
    case points
    case images
  }

  /// Images that are shown among the embedded ones.
  enum Added: String, CaseIterable, Sendable {
    case assigned
  }

  var embedding = EmbeddingOptions()
  var colouring: PointColouring?
  var marks = Marks.points
  var added: Added?
  var output = PictureOptions("tsne.png")

  static let declaration = CommandDeclaration<PlotTSNECommand>(
    "plot tsne", summary: "Draw the t-SNE of the latents, or of the pixels",
    discussion: """
      It draws the session's embedding, which 'tsne' makes, without computing anything again. Where there is none, where the \
      latents have changed since, or where an option asks for another, it computes one of its own, of 5,000 images unless \
      said otherwise or as the session's embedding was made, and keeps it for the next plots until the latents change: \
      these draw it if they ask for nothing else. 'tsne' keeps one for good.

      Colours are by label; by cluster, in the colour of the class that the cluster is matched to where there are labels; by \
      correctness, the images whose cluster is matched to another class in red; by probability, that of the image's cluster; \
      or none. Of many points a PDF or SVG holds a picture, with text as text. marks=images draws the images themselves, framed \
      in those colours, on a grid on which none lies over another: of those that meet in a square, the one nearest to its \
      middle. 'plot panels' puts several such pictures into one figure.

      add=assigned shows the images of the last 'assign' as well, which were not embedded: each is placed as 'tsne add' would, \
      beside its nearest neighbours and then by its own affinities to them, and moves nothing. They are larger and have a \
      dark edge, in their clusters' colours, which are then those of all points unless color= says otherwise; where colours \
      stand for what is not known of them, they are white. Images or a model that have changed since are an error.
      """,
    parameters: embeddingParameters(standard) + [
      colouringParameter, .option("marks", \.marks, .choice(), help: "what stands for an image: a point, or itself"),
      .option(
        "add", \.added, .choice(), help: "show the images that assign last found clusters of, placed among the others"),
    ] + pictureParameters,
    results: ["points", "added", "klDivergence", "trustworthiness", "neighbourPreservation", "seconds"],
    examples: [
      CommandExample("plot tsne points=1000", "latents, coloured by label"),
      CommandExample("plot tsne color=cluster style=column out=tsne.pdf", "the same ones, by cluster, for a paper"),
      CommandExample("plot tsne marks=images", "the images in the points' stead"),
      CommandExample("plot tsne add=assigned out=new.pdf", "where new images belong, after 'assign scans/ size=28'"),
      CommandExample("plot tsne space=pixels points=1000 out=pixels.png", "the images themselves, before any training"),
    ],
    seeAlso: ["tsne", "assign", "plot misclustered", "plot panels", "plot pca", "plot loss"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let work = try EmbeddingWork(session, for: "plot tsne", environment)
    let colouring = colouring ?? (added == nil ? PointColouring.usual(in: session) : .cluster)
    // What is wrong with new images, and what colours lack, is said before the embedding is computed.
    let assigned = try added.map { _ in try newImages(beside: work) }
    if colouring != .none {
      _ = try PointColours(colouring, of: [0], in: session) { try work.points([0], in: .latents) }
    }
    let start = ContinuousClock.now
    let (found, isNew) = try plotted(of: session, work, environment)
    let colours = try PointColours(colouring, of: found.indices, in: session, needsClusters: added != nil) {
      try work.points(found.indices, in: .latents)
    }
    let seconds = (ContinuousClock.now - start).seconds

    var figure = colours.figure(found.coordinates)
    if let assigned {
      let places = try work.placing(assigned.dataset.images, in: found) { try assigned.clustered.latents() }
      figure.addition = ScatterFigure.Addition(
        coordinates: places.elements.map { Float($0) }, groups: try colours.groups(of: assigned.clustered), name: "new")
    }
    figure.title = "t-SNE of \(work.dataset.name) \(found.settings.space.rawValue)"
    // Several of them beside each other are of different rounds.
    if found.settings.space == .latents, found.rounds > 0 {
      figure.title += ", \(NumberText.counted(found.rounds, "round"))"
    }
    figure.subtitle = found.caption(added: assigned?.dataset.count ?? 0)
    if marks == .images { figure.images = work.dataset.images.selecting(found.indices).inMemory }
    environment.print(
      "t-SNE of \(found.subject(of: work.dataset)): \(found.measures)" + (isNew ? "" : ", as made before"))
    if let assigned {
      environment.print(
        "\(NumberText.counted(assigned.dataset.count, "image")) of \(assigned.dataset.name.withoutControls()) placed among "
          + "\(found.embeddedCount)")
    }
    var results = found.results
    results["added"] = .integer(assigned?.dataset.count ?? 0)
    results["seconds"] = .number(seconds)
    return try written(
      Drawing(figure: figure, results: results), of: found, isNew: isNew, in: &session, environment)
  }

  /// The images that were assigned; throws what is wrong with them, before anything is computed.
  private func newImages(beside work: EmbeddingWork) throws -> (dataset: Dataset, clustered: ClusteredImages) {
    try about("add") {
      guard let assigned = work.session.assigned else { throw AssignedImagesError.none }
      let again = try assigned.again(in: work.session, for: work.action, work.environment)
      let shapes = (ImageShape(of: again.dataset.images), ImageShape(of: work.dataset.images))
      guard shapes.0 == shapes.1 else {
        throw AssignedImagesError.otherShape(assigned: shapes.0, loaded: shapes.1)
      }
      return again
    }
  }
}
