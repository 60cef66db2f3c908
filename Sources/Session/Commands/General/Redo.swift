import CommandLanguage

/// `redo [COUNT]`
struct RedoCommand: ReadingCommand {
  var count = 1

  static let declaration = CommandDeclaration<RedoCommand>(
    "redo", summary: "Take back an undo",
    discussion: "It can, until another command changes the session. Nothing is computed anew.",
    parameters: [
      .positional("count", \.count, .integer(in: 1...UndoHistory.limit), help: "how many changes to bring back")
    ],
    results: ["redone"],
    examples: [CommandExample("redo", "bring back one change")],
    seeAlso: ["undo", "status"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    CommandOutcome(request: .redo(self))
  }
}
