import ArgumentParser
import Session

/// `ddpm-repl convert FILE FILE`
struct ConvertTool: ParsableCommand {
  static let verb = "convert"

  static let configuration = CommandConfiguration(
    commandName: "ddpm-repl \(verb)",
    abstract: "Convert a notebook between .ddpm, .ipynb and .html; nothing of it runs.",
    discussion: """
      A script comes back from a notebook of Jupyter's byte for byte. A page of HTML is whole in itself: pictures are in it.
      """)

  @Argument(
    help: "The notebook: a script (.ddpm) or a notebook of Jupyter's (.ipynb).",
    completion: .file(extensions: NotebookConversion.readEndings))
  var source: String

  @Argument(
    help: "What it becomes, by the ending: .ddpm, .ipynb or .html.",
    completion: .file(extensions: NotebookConversion.writtenEndings))
  var target: String

  @Flag(help: "Replace a file that this tool did not write.")
  var overwrite = false

  func run() throws {
    StandardStream.occupyClosed()
    do {
      try NotebookConversion.convert(source, to: target, overwrite: overwrite)
    } catch {
      StandardStream.error.write("ddpm-repl: \(error)\n")
      throw ExitCode(1)
    }
  }
}
