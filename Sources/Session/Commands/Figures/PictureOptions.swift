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
    try written(draw(session, environment), of: session, environment)
  }
}

extension PictureCommand {
  /// What the options say by themselves is looked at before anything is computed.
  func validate() throws { _ = try output.settings.theme() }

  /// Writes and shows a picture, whose command is done with that.
  func written(_ drawing: Drawing, of session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    if drawing.animation != nil, try FigureFormat(fileName: output.path) != .png {
      throw AnimationError.notPNG(path: output.path).about("out")
    }
    let performed = drawing.performed as? any PictureCommand ?? self
    let settings = performed.output.settings.over(session.settings.figures)
    let command = performed.canonicalText
    // Where the file lies is of this machine, and the same picture is to be the same file anywhere.
    let provenance = Provenance(
      version: productVersion, command: performed.withoutFile.canonicalText, seed: "\(session.seed)")
    let picture = try Picture(drawing, path: output.path, theme: settings.theme(), provenance: provenance)
    var artifacts = [
      try about("out") { try OutputFile.write(picture.bytes, to: output.path, overwrite: output.overwrites) }
    ]
    environment.print("wrote \(output.path.withoutControls())")
    if let text = try picture.textWithoutGlyphs() {
      environment.print(
        "no installed font has all signs of '\(text.withoutControls())': boxes stand for them; install one, such as a Noto font"
      )
    }
    if settings.sidecar == true {
      let text = Sidecar.text(
        of: output.path, sha256: artifacts[0].sha256, command: command, results: drawing.results, session: session)
      let path = Sidecar.path(of: output.path)
      artifacts.append(
        try about("sidecar") { try OutputFile.write(Array(text.utf8), to: path, overwrite: output.overwrites) })
      environment.print("wrote \(path.withoutControls())")
    }
    environment.show(picture)
    var outcome = CommandOutcome(results: drawing.results, artifacts: artifacts)
    outcome.performed = drawing.performed
    // Of a figure that was drawn again its first command is what made it.
    if !(self is ReplotCommand) {
      outcome.drawn = DrawnFigures.Drawn(
        path: output.path, figure: drawing.figure, animation: drawing.animation, command: command,
        isJournalled: isJournalled, settings: output.settings.ofContent)
    }
    return outcome
  }

  /// The command as if nothing were said of where the picture goes.
  fileprivate var withoutFile: Self {
    var command = self
    (command.output.path, command.output.overwrites) = (Self().output.path, false)
    command.output.settings.sidecar = nil
    return command
  }

  /// The options that every command that draws has.
  static var pictureParameters: [Parameter<Self>] {
    [
      .option(
        "out", \Self.output.path, .path(endings: FigureFormat.allCases.map(\.rawValue)), help: "the picture's file"
      ).writing({ $0.output.path }, overwrite: \.output.overwrites)
    ]
      + FigureSettings.options.map { option in
        let parameter = option.parameter(named: option.name, in: \Self.output.settings, showsDefault: true)
        guard option.name == "sidecar" else { return parameter }
        return parameter.writing(with: ["out", "overwrite"]) { command in
          guard command.output.settings.sidecar == true else { return nil }
          return WrittenFile(
            Sidecar.path(of: command.output.path), .whole(overAny: command.output.overwrites))
        }
      }
      + [
        .option(
          "overwrite", \Self.output.overwrites, .toggle, help: "replace a file that this tool did not write")
      ]
  }
}

/// Where a picture goes and how it looks.
struct PictureOptions: Sendable {
  var path: String
  var overwrites = false
  /// What the command says itself.
  var settings = FigureSettings()

  /// - Parameter path: where the picture goes unless `out=` says otherwise.
  init(_ path: String) {
    self.path = path
  }
}
