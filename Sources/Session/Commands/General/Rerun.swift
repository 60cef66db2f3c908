import CommandLanguage

/// `rerun [CELL …]`
struct RerunCommand: SessionCommand {
  var cells: [Int] = []

  static let effect = CommandEffect.leavesNoTrace
  static let declaration = CommandDeclaration<RerunCommand>(
    "rerun", summary: "Run entries of this session once more, by number",
    discussion: "The numbers are those of the prompt, In [3] for instance; history lists the entries with them.",
    parameters: [
      .rest("cell", \.cells, .integer(in: 1...1_000_000), help: "the entries; without any, the last one")
    ],
    examples: [CommandExample("rerun 1", "the first entry once more")],
    seeAlso: ["history", "run"], definesVariables: true)

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let entries = environment.history
    var wanted = cells
    if wanted.isEmpty {
      // The last entry is this command.
      let present = entries.last?.cell
      guard let last = entries.last(where: { $0.cell != present }) else { throw CellError.nothingEntered }
      wanted = [last.cell]
    }
    let scripts = try wanted.map { cell in
      let texts = entries.filter { $0.cell == cell }.map(\.text)
      guard !texts.isEmpty else { throw CellError.notEntered(cell) }
      return Script(texts.joined(separator: "\n"), name: "In [\(cell)]", firstCell: cell)
    }
    return CommandOutcome(request: .run(scripts))
  }
}
