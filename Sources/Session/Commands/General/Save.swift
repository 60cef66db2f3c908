import CommandLanguage

/// `save FILE`
struct SaveCommand: ReadingCommand {
  var file = ""
  var overwrites = false

  static let declaration = CommandDeclaration<SaveCommand>(
    "save",
    summary: "Save the session as a script, its whole state, a notebook, or its clusters and latents",
    discussion: """
      The file's ending says what is saved. \(SessionFormat.all.map { ".\($0.ending): \($0.summary)" }.joined(separator: "; ")). \
      In a script loops are unrolled, variables substituted, defaults spelled out; what each command found stands under it \
      as a comment. A .safetensors holds all but the images: restore takes it up again, and Python's safetensors package \
      reads its arrays, the network's in PyTorch's layout. \
      A notebook has the cells as they were entered, with texts, tables and pictures; run and ddpm-repl take an .ipynb, too. \
      What was saved there before is replaced, but not a script or notebook that was edited since, nor any .csv. An \
      image's cluster is that of its most probable component; probabilities are sums over a cluster's components.
      """,
    parameters: [
      .required("file", \.file, .path(endings: SessionFormat.all.map(\.ending)), help: "the file, by its ending")
        .writing({ $0.file }, overwrite: \.overwrites),
      .option("overwrite", \.overwrites, .toggle, help: "replace a file that this tool did not write"),
    ],
    examples: [
      CommandExample("save session.ddpm", "then: ddpm-repl session.ddpm"),
      CommandExample("save run.safetensors", "then, in another session: restore run.safetensors"),
      CommandExample("save report.html", "a page to read, pictures in it"),
      CommandExample("save latents.npz", "then, in Python: numpy.load('latents.npz')"),
      CommandExample("save clusters.csv", "a line an image"),
    ],
    seeAlso: ["restore", "run", "history"], writesScripts: true)

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    guard let format = SessionFormat.of(file) else {
      preconditionFailure("\(file) has none of the endings that it may")
    }
    let artifact = try OutputFile.write(to: file, overwrite: overwrites) { try format.write(session, $0, environment) }
    environment.print("wrote \(file.withoutControls())")
    return CommandOutcome(artifacts: [artifact], request: format.keepsSession ? .noteSaved : nil)
  }
}
