import CommandLanguage

/// `history [COUNT]`
struct HistoryCommand: ReadingCommand {
  var count = 20

  static let declaration = CommandDeclaration<HistoryCommand>(
    "history", summary: "List what was entered in this session",
    parameters: [
      .positional("count", \.count, .integer(in: 1...1_000_000), help: "how many of the latest entries")
    ],
    examples: [CommandExample("history 5", "the last five")],
    seeAlso: ["save", "status"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    let entries = environment.history.suffix(count)
    let width = "\(entries.last?.cell ?? 0)".count
    for entry in entries {
      let number = "\(entry.cell)"
      let margin = String(repeating: " ", count: width + 2)
      let text = entry.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + margin)
      environment.print(String(repeating: " ", count: width - number.count) + number + "  " + text)
    }
    return CommandOutcome()
  }
}
