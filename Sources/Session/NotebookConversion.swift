import CommandLanguage
import Files
import Notebooks

/// Between the forms of a notebook: a script, a notebook of Jupyter's, a page. Nothing of it runs.
public enum NotebookConversion {
  /// The endings of what is read, and of what is written.
  public static let readEndings = [script, jupyter]
  public static let writtenEndings = [script, jupyter, page]
  private static let (script, jupyter, page) = ("ddpm", "ipynb", "html")

  /// Writes the notebook in `path` in the form that the ending of `target` asks for.
  ///
  /// - Throws: `ConversionError`, `ScriptFileError`, `NotebookError`, and what writing throws.
  public static func convert(_ path: String, to target: String, overwrite: Bool) throws {
    guard let form = ending(of: target, among: writtenEndings) else {
      throw ConversionError.otherEnding(path: target, known: writtenEndings)
    }
    if let identity = ScriptFile.identity(of: path, besides: nil),
      identity == ScriptFile.identity(of: target, besides: nil)
    {
      throw ConversionError.sameFile(path: path)
    }
    try OutputFile.check(WrittenFile(target, .whole(overAny: overwrite)))
    let notebook = try notebook(path)
    let text =
      switch form {
      case script: notebook.script
      case jupyter: notebook.jupyter
      default:
        NotebookPage(notebook, name: Self.name(of: path), script: notebook.script, version: productVersion).html
      }
    _ = try OutputFile.write(Array(text.utf8), to: target, overwrite: overwrite)
  }

  private static func notebook(_ path: String) throws -> Notebook {
    switch ending(of: path, among: readEndings) {
    case script: Notebook(script: try ScriptFile.read(path))
    case jupyter: try Notebook(path: path)
    default: throw ConversionError.otherEnding(path: path, known: readEndings)
    }
  }

  private static func ending(of path: String, among endings: [String]) -> String? {
    let path = path.lowercased()
    return endings.first { path.hasSuffix("." + $0) }
  }

  /// What a page is called without a heading: the file's name without its ending.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    return file.lastIndex(of: ".").map { String(file[..<$0]) }.flatMap { $0.isEmpty ? nil : $0 } ?? file
  }
}

/// Why a file was not converted.
public enum ConversionError: Error, CustomStringConvertible {
  case otherEnding(path: String, known: [String])
  case sameFile(path: String)

  public var description: String {
    switch self {
    case .otherEnding(let path, let known):
      "\(path.withoutControls()): expected a name that ends in "
        + known.dropLast().map { ".\($0)" }.joined(separator: ", ") + " or .\(known[known.count - 1])"
    case .sameFile(let path): "\(path.withoutControls()) is both what is converted and what would be written"
    }
  }
}
