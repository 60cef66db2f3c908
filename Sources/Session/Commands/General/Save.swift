import CommandLanguage

/// `save FILE`
struct SaveCommand: ReadingCommand {
  var file = ""
  var overwrites = false

  static let declaration = CommandDeclaration<SaveCommand>(
    "save", summary: "Save the session as a script that replays",
    discussion: """
      The commands that led to the present state, loops unrolled, variables substituted, defaults spelled out; what \
      each found stands under it as a comment. A session that was saved there before is replaced, unless it \
      was edited since.
      """,
    parameters: [
      .required("file", \.file, .path(endings: ["ddpm"]), help: "the script's file"),
      .option("overwrite", \.overwrites, .toggle, help: "replace a file that this tool did not write"),
    ],
    examples: [CommandExample("save session.ddpm", "then: ddpm-repl session.ddpm")],
    seeAlso: ["run", "history"], writesScripts: true)

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    guard !session.journal.isEmpty else { throw SessionError.nothingToSave }
    let script = SessionScript.text(of: session)
    let artifact = try about("file") { try OutputFile.write(Array(script.utf8), to: file, overwrite: overwrites) }
    environment.print("wrote \(file)")
    return CommandOutcome(artifacts: [artifact], request: .noteSaved)
  }
}
