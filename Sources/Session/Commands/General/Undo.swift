import CommandLanguage

/// `undo [COUNT]`
struct UndoCommand: ReadingCommand {
  var count = 1

  static let declaration = CommandDeclaration<UndoCommand>(
    "undo", summary: "Go back to before the last command that changed the session",
    discussion: "Files that were written stay, and so do variables.",
    parameters: [
      .positional(
        "count", \.count, .integer(in: 1...UndoHistory.limit), help: "how many changes to take back")
    ],
    examples: [CommandExample("undo", "take back one change")],
    seeAlso: ["status", "history"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    CommandOutcome(request: .undo(count: count))
  }
}
