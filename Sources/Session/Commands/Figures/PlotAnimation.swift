import CommandLanguage
import Figures

/// `plot animation`
struct PlotAnimationCommand: FigureSelectingCommand {
  var selection = FigureSelection()
  var delay = 800
  var output = PictureOptions("animation.png")

  static let declaration = CommandDeclaration<PlotAnimationCommand>(
    "plot animation", summary: "Play figures that the session drew one after another, in a PNG file",
    discussion: """
      Draw an embedding after each round, with 'tsne from=previous' before it, each to a file of its own; then play them. \
      Pictures of points are drawn to one scale, so that what did not move stays where it is. Browsers and most viewers play \
      such files (APNG); others show the first picture.
      """,
    parameters: selectionParameters + [
      .option("delay", \.delay, .integer(in: 20...60_000), help: "how long each is shown, in milliseconds")
    ] + pictureParameters,
    results: ["frames"],
    examples: [
      CommandExample("plot animation last=6", "the last six figures"),
      CommandExample("plot animation round-1.png round-2.png round-3.png delay=500", "three by name"),
    ],
    seeAlso: ["tsne", "plot tsne", "plot panels"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    let (figures, performed) = try selected(session, for: "plot animation")
    var drawing = Drawing(
      figure: figures[figures.count - 1], results: ["frames": .integer(figures.count)], performed: performed)
    drawing.animation = Drawing.Animation(figures: figures, delay: delay)
    return drawing
  }
}

/// What an animation cannot be.
enum AnimationError: Error, CustomStringConvertible {
  case notPNG(path: String)

  var description: String {
    switch self {
    case .notPNG(let path):
      "an animation is a PNG file: expected a path that ends in .png, not \(path.withoutControls())"
    }
  }
}
