import CommandLanguage
import Figures

/// `replot`
struct ReplotCommand: DrawingCommand {
  var output = PictureOptions("replot.png")

  static let declaration = CommandDeclaration<ReplotCommand>(
    "replot", summary: "Draw the last figure again, to another file, in another style or size",
    discussion: """
      Nothing is computed again: the same points, curves and images, whatever was trained since, and the title, subtitle, \
      legend and palette that it was given. The format follows from the file's ending.
      """,
    parameters: pictureParameters,
    results: ["command"],
    examples: [
      CommandExample("replot out=tsne.pdf style=icml", "for a column of a paper"),
      CommandExample("replot title=off legend=below width=84mm", "in another shape"),
    ],
    seeAlso: ["plot tsne", "plot loss", "sample", "set"])

  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing {
    guard let drawn = session.figures.last else { throw SessionError.nothingDrawn }
    var performed = self
    performed.output.settings = performed.output.settings.over(drawn.settings)
    return Drawing(
      figure: drawn.figure, results: ["command": .string(drawn.command)], performed: performed,
      animation: drawn.animation)
  }
}
