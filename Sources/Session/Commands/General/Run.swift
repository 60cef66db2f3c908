import CommandLanguage

/// `run FILE`
struct RunCommand: SessionCommand {
  var file = ""

  static let effect = CommandEffect.leavesNoTrace
  static let declaration = CommandDeclaration<RunCommand>(
    "run", summary: "Run a script in this session",
    discussion: """
      The whole script is checked before its first command runs. A run within a script looks for its file beside that \
      script; all other paths start in the working folder. Variables are shared.
      """,
    parameters: [.required("file", \.file, .path, help: "the script")],
    examples: [CommandExample("run notebooks/quickstart.ddpm", "the tour")],
    seeAlso: ["save", "history"], definesVariables: true)

  func run(in session: inout SessionState, _ environment: Environment) -> CommandOutcome {
    let path = environment.scriptFolder.map { file.hasPrefix("/") ? file : "\($0)/\(file)" } ?? file
    return CommandOutcome(request: .run(path: path))
  }
}
