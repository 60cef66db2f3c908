import ArrayFiles
import ClusteringMethods
import CommandLanguage

/// `restore FILE`
struct RestoreCommand: ChangingCommand {
  var file = ""
  var takesWeights = false
  var dataChoice = Restoration.DataChoice.same

  /// The journal that is restored takes the place of the one that there was, and says how to come here again.
  var isJournalled: Bool { takesWeights }

  static let declaration = CommandDeclaration<RestoreCommand>(
    "restore", summary: "Take up a session that was saved as .safetensors",
    discussion: """
      All of it comes back: the model with what it has learnt, the optimiser's state and the position in the random draws, \
      so that training goes on as it would have, to the byte; the curves; the commands that led there, which a script \
      saved afterwards begins with. It takes the place of what the session holds; variables stay, and undo goes back. The \
      data are loaded again from where they were; if they are not there, the model comes back without them, to draw \
      samples with or to load others for. With weights=on nothing but the network's weights is taken, for the present \
      model, which must be built alike and begins anew with them: from any .safetensors file that has them under the \
      names and in the layout that a saved model has.
      """,
    parameters: [
      .required("file", \.file, .path(endings: [SessionFormat.checkpoint.ending]), help: "the file that save wrote"),
      .option("weights", \.takesWeights, .toggle, help: "take the network's weights alone, into the present model"),
      .option("data", \.dataChoice, .choice(), help: Restoration.DataChoice.help),
    ],
    results: Restoration.resultNames + ["parameters"],
    examples: [
      CommandExample("restore run.safetensors", "go on where the session was saved"),
      CommandExample("restore run.safetensors data=none", "the model alone, for sample"),
      CommandExample("restore run.safetensors weights=on", "its weights, in a model built alike"),
    ],
    seeAlso: ["save", "run", "undo"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    try takesWeights ? takeWeights(&session, environment) : restore(&session, environment)
  }

  private func takeWeights(_ session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let model = try session.model(.network, for: "restore weights=on")
    let restored = try about("file") { try model.withWeights(from: StateReader(SafetensorsFile(path: file))) }
    (session.model, session.training) = (restored, TrainingLog(of: restored))
    environment.print(
      "\(restored.name): the weights of \(file.withoutControls()), "
        + "\(NumberText.counted(restored.parameterCount, "parameter")); training begins anew")
    return CommandOutcome(results: ["model": .string(restored.name), "parameters": .integer(restored.parameterCount)])
  }

  private func restore(_ session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let restoration = Restoration(
      file: file, parameter: "file", dataChoice: dataChoice, environment: environment)
    let isAsSaved = try restoration.apply(to: &session)
    var outcome = CommandOutcome(results: Restoration.results(session))
    if isAsSaved { outcome.request = .noteSaved }
    return outcome
  }
}
