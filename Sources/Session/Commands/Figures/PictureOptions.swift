import CommandLanguage
import Figures
import JSONValues

/// A command that draws a picture to a file.
protocol PictureCommand: SessionCommand {
  var output: PictureOptions { get set }
}

/// A command that draws a picture of what the session holds, and leaves that as it is.
protocol DrawingCommand: PictureCommand, ReadingCommand {
  func draw(_ session: SessionState, _ environment: Environment) throws -> Drawing
}

/// A picture, and what the command found while drawing it.
struct Drawing {
  let figure: any Figure
  let results: JSONObject
  /// The command that draws it again, if it is not the one that was given.
  var performed: (any Command)?
  /// Pictures that the file plays instead, `figure` being the last of them.
  var animation: Animation?

  struct Animation {
    let figures: [any Figure]
    /// In milliseconds.
    let delay: Int
  }
}

extension DrawingCommand {
  var isJournalled: Bool { true }

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    try written(draw(session, environment), environment)
  }
}

extension PictureCommand {
  /// Writes and shows a picture, whose command is done with that.
  func written(_ drawing: Drawing, _ environment: Environment) throws -> CommandOutcome {
    let picture = try Picture(drawing, path: output.path, theme: output.style.theme)
    let artifact = try about("out") {
      try OutputFile.write(picture.bytes, to: output.path, overwrite: output.overwrites)
    }
    environment.print("wrote \(output.path.withoutControls())")
    environment.show(picture)
    var outcome = CommandOutcome(results: drawing.results, artifacts: [artifact])
    outcome.performed = drawing.performed
    // What is of several figures is none to put beside others.
    if drawing.animation == nil, !(drawing.figure is PanelsFigure) {
      outcome.drawn = DrawnFigures.Drawn(path: output.path, figure: drawing.figure)
    }
    return outcome
  }

  /// The options that every command that draws has.
  static var pictureParameters: [Parameter<Self>] {
    [
      .option(
        "out", \Self.output.path, .path(endings: FigureFormat.allCases.map(\.rawValue)), help: "the picture's file"
      ).writing({ $0.output.path }, overwrite: \.output.overwrites),
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
}
