import CommandLanguage

/// `clear`
struct ClearCommand: ReadingCommand {
  static let declaration = CommandDeclaration<ClearCommand>(
    "clear", summary: "Clear the window, or what a notebook's cell has shown so far",
    parameters: [],
    examples: [CommandExample("repeat 5 { clear; train; evaluate }", "in a notebook: only the last round's is left")],
    seeAlso: ["history", "status"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    environment.clear()
    return CommandOutcome()
  }
}
