import CommandLanguage
import Options

/// `print [VALUE …]`
struct PrintCommand: ReadingCommand {
  var values: [String] = []

  /// A replay prints it too: what it says may be what a session was about.
  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<PrintCommand>(
    "print", summary: "Write a line of values: texts, variables, what commands found",
    discussion: """
      ${evaluate.accuracy} is what the last evaluate found, ${train.loss} what the last round of train did, and so for \
      every command: its help names its results. Numbers are written in full. Values stand one after the other with \
      spaces between; in double quotes they can be put into a text.
      """,
    parameters: [
      .rest(
        "values", \.values,
        // Unlike other texts one that is written may be empty.
        ValueKind(expected: "a text", valueForm: "VALUE", parse: { $0 }, print: { $0 }), help: "what to write")
    ],
    examples: [
      CommandExample("print done", "a line that says done", prints: "done"),
      CommandExample("let lambda = 0.1; print \"lambda is $lambda\"", "a variable", prints: "lambda is 0.1"),
      CommandExample("evaluate; print accuracy ${evaluate.accuracy}", "what a command found"),
    ],
    seeAlso: ["let", "show", "evaluate"])

  func run(on session: SessionState, _ environment: Environment) -> CommandOutcome {
    environment.print(values.joined(separator: " "))
    return CommandOutcome()
  }
}
