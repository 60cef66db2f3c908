import ArrayFiles
import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import Interruptions
import JSONValues

/// `restore FILE`
struct RestoreCommand: ChangingCommand {
  var file = ""
  var takesWeights = false
  var dataChoice = DataChoice.same

  /// What becomes of the data set that the session was saved with.
  enum DataChoice: String, CaseIterable, Sendable {
    case same
    case any
    case none
  }

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
      .option(
        "data", \.dataChoice, .choice(),
        help: "same: data of another sha256 are an error; any: they are told and taken; none: none are loaded"),
    ],
    results: ["model", "parameters", "epochs", "rounds", "dataset", "count", "commands"],
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
    let restored = try aboutFile { try model.withWeights(from: StateReader(SafetensorsFile(path: file))) }
    (session.model, session.training) = (restored, TrainingLog(of: restored))
    environment.print(
      "\(restored.name): the weights of \(file.withoutControls()), "
        + "\(NumberText.counted(restored.parameterCount, "parameter")); training begins anew")
    return CommandOutcome(results: ["model": .string(restored.name), "parameters": .integer(restored.parameterCount)])
  }

  private func restore(_ session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let checkpoint = try aboutFile { try Checkpoint(path: file) }
    var restored = try aboutFile { try checkpoint.session() }
    (restored.variables, restored.results) = (session.variables, session.results)
    let folder = session.settings.dataFolder ?? restored.settings.dataFolder
    restored.settings = session.settings
    restored.settings.dataFolder = folder
    let isAsSaved = try dataChoice == .none || loadsSameData(&restored, environment)

    environment.print(Self.summary(of: restored))
    if let difference = checkpoint.otherProgram { environment.print(difference.withoutControls()) }
    session = restored
    var results: JSONObject = [:]
    results["model"] = restored.model.map { .string($0.name) } ?? .null
    results["epochs"] = .integer(restored.training.epochs.count)
    results["rounds"] = .integer(restored.training.rounds.count)
    results["dataset"] = restored.dataset.map { .string($0.name) } ?? .null
    results["count"] = restored.dataset.map { .integer($0.count) } ?? .null
    results["commands"] = .integer(restored.journal.count)
    var outcome = CommandOutcome(results: results)
    if isAsSaved { outcome.request = .noteSaved }
    return outcome
  }

  /// Loads what the session was saved with, as `load` does, and says so where it cannot; false if the data are others.
  private func loadsSameData(_ session: inout SessionState, _ environment: Environment) throws -> Bool {
    guard let command = session.dataCommand, let expected = session.absentData else { return true }
    let script = Script("\(command) data=any", name: file)
    guard script.errors.isEmpty, script.statements.count == 1, case .command(let load) = script.statements[0].kind,
      load.verb.text == LoadCommand.declaration.verb
    else {
      throw CheckpointError.notes(file: file, name: "data", expected: "a load command").about("file")
    }
    var aside = SessionState()
    aside.settings.dataFolder = session.settings.dataFolder
    let run = try environment.run(script, on: aside) { if case .progress = $0 { true } else { false } }
    guard let dataset = run.state.dataset else {
      if run.status == .interrupted { throw Interrupted() }
      let reason = run.problems.first.map { "\($0.problem)" } ?? "it failed"
      let line = reason.split(separator: "\n").first.map(String.init) ?? reason
      environment.print(
        "without the data, for '\(command.withoutControls())' failed: \(line.withoutControls())")
      return true
    }
    if dataset.sha256 != expected {
      let error = CheckpointError.otherData(
        file: file, expected: expected, found: dataset.sha256,
        summary: "\(dataset.name.withoutControls()): \(dataset.summary)")
      guard dataChoice == .any else { throw error.about("data") }
      environment.print(
        "the data are others: expected sha256 \(expected), found \(dataset.sha256); they are taken, as data=any says")
      session.model?.forgetImages()
      session.dataCommand = run.state.dataCommand
      if !session.training.isEmpty {
        session.training.earlierDataset = session.training.earlierDataset ?? "data of sha256 \(expected)"
      }
    }
    (session.dataset, session.absentData) = (dataset, nil)
    return dataset.sha256 == expected
  }

  /// "fast after 2 epochs and 3 rounds; strokes: 300 images of 28×28, 10 classes; 9 commands".
  private static func summary(of session: SessionState) -> String {
    let model = session.model.map { model in
      "\(model.name) after "
        + [(session.training.epochs.count, "epoch"), (session.training.rounds.count, "round")]
        .filter { $0.0 > 0 || $0.1 == "round" }.map { NumberText.counted($0.0, $0.1) }.joined(separator: " and ")
    }
    let data = session.dataset.map { "\($0.name.withoutControls()): \($0.summary)" }
    return [model ?? "no model", data ?? "no data", NumberText.counted(session.journal.count, "command")]
      .joined(separator: "; ")
  }

  private func aboutFile<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error where !error.isInterruption {
      throw error.about("file")
    }
  }
}
