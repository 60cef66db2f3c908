import CommandLanguage

/// `quit`
struct QuitCommand: ReadingCommand {
  static let declaration = CommandDeclaration<QuitCommand>(
    "quit", summary: "Leave the session", discussion: "In a script, the commands after it are not run.",
    seeAlso: ["save"], synonyms: ["q", "bye"], aliases: ["exit"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    CommandOutcome(request: .quit)
  }
}
