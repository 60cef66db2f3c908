import CommandLanguage

/// `run FILE [cells=N,…]`
struct RunCommand: SessionCommand, ScriptRunningCommand {
  var file = ""
  var cells: [Int] = []

  static let declaration = CommandDeclaration<RunCommand>(
    "run", summary: "Run a script in this session, or some of its cells",
    discussion: """
      What is to run is checked before its first command runs. A run within a script looks for its file beside that \
      script; all other paths start in the working folder. Variables are shared. Cells run in the script's order. \
      Of a notebook of Jupyter's (.ipynb) the cells of code are run. papermill runs one, too, and sets its parameters, once \
      'pip install ./papermill' has taught it the language; without papermill, ddpm-repl FILE -p NAME=VALUE does that.
      """,
    parameters: [
      .required("file", \.file, .path(offering: ["ddpm", "ipynb"]), help: "the script, or a notebook of Jupyter's"),
      .option(
        "cells", \.cells, .integer(in: 1...1_000_000), count: 0...Int.max,
        help: "only these, by number; the command cells lists them"),
    ],
    examples: [
      CommandExample("run notebooks/quickstart.ddpm", "the tour"),
      CommandExample("run notebooks/quickstart.ddpm cells=2", "its second cell"),
    ],
    seeAlso: ["cells", "rerun", "save"], definesVariables: true)

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    let script = Script(parsing: try about("file") { try ScriptFile.read(file, besides: source.folder) })
    guard !cells.isEmpty else { return [script] }
    if let missing = cells.firstIndex(where: { script.cell($0) == nil }) {
      let count = script.cells.last?.number ?? 0
      throw CellError.notInScript(cells[missing], file: file, count: count).about("cells", item: missing)
    }
    return [script.selecting(Set(cells))]
  }

  /// The script's text, if all of it is run.
  func wholeScript(from source: SourceText) -> SourceText? {
    guard cells.isEmpty, ScriptFile.identity(of: file, besides: source.folder) != nil else { return nil }
    return try? ScriptFile.read(file, besides: source.folder)
  }

  func knownScript(from source: SourceText) -> ScriptReference? {
    // A pipe would be empty afterwards.
    guard let identity = ScriptFile.identity(of: file, besides: source.folder) else { return nil }
    return ScriptReference(identity: identity, cells: cells) {
      try? ScriptFile.read(file, besides: source.folder)
    }
  }
}

/// A cell that there is not.
enum CellError: Error, CustomStringConvertible {
  case notInScript(Int, file: String, count: Int)
  case notEntered(Int)
  case nothingEntered
  case ownEntry

  var description: String {
    switch self {
    case .notInScript(let number, let file, let count):
      "\(file) has no cell \(number): " + (count == 0 ? "it is empty" : "its cells are 1 to \(count)")
    case .notEntered(let number):
      "nothing was entered as number \(number); history lists what was"
    case .ownEntry: "an entry cannot run itself again"
    case .nothingEntered: "nothing was entered before this, so there is nothing to run again"
    }
  }
}
