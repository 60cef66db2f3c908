import CommandLanguage
import Figures

/// A command that draws a picture to a file.
protocol DrawingCommand: SessionCommand {
  var output: PictureOptions { get set }
}

extension DrawingCommand {
  /// The options that every command that draws has.
  static var pictureParameters: [Parameter<Self>] {
    [
      .option(
        "out", \Self.output.path, .path(endings: FigureFormat.allCases.map(\.rawValue)), help: "the picture's file"),
      .option(
        "style", \Self.output.style, .choice(), help: "sizes for the screen, a paper's column or page, or slides"),
      .option(
        "overwrite", \Self.output.overwrites, .toggle, help: "replace a file that this tool did not write"),
    ]
  }
}

/// Where a picture goes and how it looks.
struct PictureOptions: Sendable {
  var path: String
  var style = FigureStyle.notebook
  var overwrites = false

  /// - Parameter path: where the picture goes unless `out=` says otherwise.
  init(_ path: String) {
    self.path = path
  }

  func write(_ figure: Figure, _ environment: Environment) throws -> Artifact {
    try OutputFile.write(figure, to: path, overwrite: overwrites, style: style, environment)
  }
}
