import CommandLanguage
import Figures

/// The options that every command that draws has, declared once.
struct PictureOptions: Sendable {
  var path: String
  var style = FigureStyle.notebook
  var overwrites = false

  /// - Parameter path: where the picture goes unless `out=` says otherwise.
  init(_ path: String) {
    self.path = path
  }

  static func parameters<C: Command>(_ options: WritableKeyPath<C, PictureOptions> & Sendable) -> [Parameter<C>] {
    let path: WritableKeyPath<C, String> & Sendable = options.appending(path: \.path)
    let style: WritableKeyPath<C, FigureStyle> & Sendable = options.appending(path: \.style)
    let overwrites: WritableKeyPath<C, Bool> & Sendable = options.appending(path: \.overwrites)
    return [
      .option("out", path, .path(endings: FigureFormat.allCases.map(\.rawValue)), help: "the picture's file"),
      .option("style", style, .choice(), help: "sizes for the screen, a paper's column or page, or slides"),
      .option("overwrite", overwrites, .toggle, help: "replace a file that this tool did not write"),
    ]
  }

  func write(_ figure: Figure, _ environment: Environment) throws -> Artifact {
    try OutputFile.write(figure, to: path, overwrite: overwrites, style: style, environment)
  }
}
