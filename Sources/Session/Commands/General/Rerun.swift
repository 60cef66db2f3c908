import CommandLanguage

/// `rerun [CELL …]`
struct RerunCommand: SessionCommand, ScriptRunningCommand {
  var cells: [Int] = []

  static let declaration = CommandDeclaration<RerunCommand>(
    "rerun", summary: "Run entries of this session once more, by number",
    discussion: """
      The numbers are those of the prompt, In [3] for instance; history lists the entries with them. Entries run in the \
      order given.
      """,
    parameters: [
      .rest("cell", \.cells, .integer(in: 1...1_000_000), help: "the entries; without any, the last that was no rerun")
    ],
    examples: [CommandExample("rerun 1", "the first entry once more")],
    seeAlso: ["history", "run"], definesVariables: true)

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    // The last entry is this one; of those before it, an earlier rerun would run the same again and again.
    let earlier = entries.dropLast().last { !$0.script.statements.contains(where: isRerun) }
    guard let wanted = cells.isEmpty ? earlier.map({ [$0.cell] }) : cells else { throw CellError.nothingEntered }
    return try wanted.enumerated().map { place, cell in
      guard cell != entries.last?.cell else { throw CellError.ownEntry.about("cell", item: place) }
      guard let entry = entries.last(where: { $0.cell == cell }) else {
        throw CellError.notEntered(cell).about("cell", item: place)
      }
      return entry.script
    }
  }

  private func isRerun(_ statement: Statement) -> Bool {
    if case .command(let command) = statement.kind { command.verb.text == Self.declaration.verb } else { false }
  }
}
