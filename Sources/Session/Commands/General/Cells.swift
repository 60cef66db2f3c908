import CommandLanguage

/// `cells FILE`
struct CellsCommand: ReadingCommand {
  var file = ""

  static let declaration = CommandDeclaration<CellsCommand>(
    "cells", summary: "List the cells of a notebook, by the numbers that run takes",
    parameters: [.required("file", \.file, .path(offering: ["ddpm", "ipynb"]), help: "the script")],
    results: ["cells"],
    examples: [CommandExample("cells notebooks/quickstart.ddpm", "what is in it")],
    seeAlso: ["run", "rerun"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let script = Script(parsing: try about("file") { try ScriptFile.read(file, besides: environment.scriptFolder) })
    let width = "\(script.cells.last?.number ?? 0)".count
    for cell in script.cells {
      let number = String(repeating: " ", count: width - "\(cell.number)".count) + "\(cell.number)"
      let summary = summary(cell, in: script).withoutControls()
      environment.print(Passage { "\(number)  \(DisplayWidth.elided(summary, width: $0 - width - 2))" })
    }
    return CommandOutcome(results: ["cells": .integer(script.cells.count)])
  }

  /// The title if it has one, and how it begins.
  private func summary(_ cell: Cell, in script: Script) -> String {
    let first: String
    switch cell.kind {
    case .markdown(let text): first = text.split(separator: "\n").first.map { "(text) \($0)" } ?? "(text)"
    case .code:
      let texts = cell.statements.map { script.source.text(in: $0.range).split(separator: "\n").first ?? "" }
      first = texts.joined(separator: "; ")
    }
    return [cell.title, first].filter { !$0.isEmpty }.joined(separator: ": ")
  }
}
