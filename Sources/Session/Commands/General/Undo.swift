import CommandLanguage

/// `undo [COUNT]`
struct UndoCommand: ReadingCommand {
  var count = 1
  /// Nil where it is not given.
  var keeps: Bool?

  static let declaration = CommandDeclaration<UndoCommand>(
    "undo", summary: "Go back to before the last command that changed the session",
    discussion: """
      A loop is one change once it has ended, and so is what a run ran; within them each command is. Files that were \
      written stay, and so do variables and the results of commands. redo takes an undo back.

      A saved session leaves out what was taken back, unless something was shown or written in between, by evaluate, \
      print or a picture for instance, or a loop did it: then it has all of that and the undo, and its replay comes to \
      the same numbers and files.
      """,
    parameters: [
      .positional(
        "count", \.count, .integer(in: 1...UndoHistory.limit), help: "how many changes to take back"),
      .option(
        "keep", \.keeps, .toggle,
        help: "whether a saved session has what is taken back; off only outside of loops and runs"),
    ],
    results: ["undone", "kept"],
    examples: [
      CommandExample("undo", "take back one change"),
      CommandExample(
        "repeat 2 { train lambda=$i; evaluate; undo }", "compare from the same start"),
    ],
    seeAlso: ["redo", "status", "history"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    CommandOutcome(request: .undo(self))
  }
}
