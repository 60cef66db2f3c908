import ClusteringMethods
import CommandLanguage
import Datasets
import Interruptions
import JSONValues
import Options

/// `baseline NAME`: a verb for each method.
///
/// Runs model, fit and evaluate on a copy of the session.
struct BaselineCommand: ReadingCommand, ScoringCommand {
  /// The place of the method in the list.
  private var method = 0
  var clusters: Int?
  var pretraining: Int?
  var rounds: Int?
  var split = Split.all
  /// The settings that were given, by name.
  private var given: [String: any Sendable] = [:]

  var isJournalled: Bool { true }

  static var declaration: CommandDeclaration<BaselineCommand> { declarations[0] }
  static let declarations = Methods.baselines.indices.map(declaration)
  var declaration: CommandDeclaration<BaselineCommand> { Self.declarations[method] }

  init() {}

  private init(method: Int) { self.method = method }

  private static func declaration(ofMethod index: Int) -> CommandDeclaration<BaselineCommand> {
    let entry = Methods.baselines[index]
    let settings = entry.options.filter { !reserved.contains($0.name) }.map { option in
      Parameter<BaselineCommand>.setting(option, in: \.given, help: option.help, standard: option.standard)
    }
    let isQuick = !(entry.type is any NetworkMethod.Type || entry.type is any TreeMethod.Type)
    return CommandDeclaration(
      "baseline \(entry.name)", summary: "Fit \(entry.name) to the images beside the model, and score it",
      discussion: """
        Does what model \(entry.name), fit and evaluate do, with the session's seed, and leaves the session's model and what \
        it has learnt alone. The score is kept in the store of runs, where table sets it beside others; runs script writes \
        what leads there. All loaded images are clustered; split= says which of them the score is of.
        """,
      parameters: [
        .option("clusters", \.clusters, .integer(in: 1...10_000), help: "K; the classes of the labels unless said"),
        .option(
          "pretraining", \.pretraining, .integer(in: 0...1_000_000), help: "epochs before; as suits it unless said"),
        .option("rounds", \.rounds, .integer(in: 0...1_000_000), help: "rounds of training; as suits it unless said"),
        .option("split", \.split, .choice(), help: "images that the score is of"),
      ] + settings,
      results: ["method", "accuracy", "nmi", "ari", "images", "split", "seconds"],
      examples: isQuick ? [CommandExample("baseline \(entry.name)", "with what it is without settings")] : [],
      seeAlso: ["model \(entry.name)", "fit", "evaluate", "table"],
      initial: BaselineCommand(method: index))
  }

  /// Options of the command's own.
  private static let reserved: Set = ["clusters", "pretraining", "rounds", "split"]

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let entry = Methods.baselines[method]
    _ = try session.dataset(for: "baseline")
    let start = ContinuousClock.now
    var aside = session
    (aside.model, aside.embedding, aside.plottedEmbedding) = (nil, nil, nil)
    let run = try environment.run(Script(script(entry), name: "baseline"), on: aside) { event in
      if case .progress = event { true } else { false }
    }
    switch run.status {
    case .succeeded: break
    case .interrupted: throw Interrupted()
    case .failed:
      throw BaselineError(method: entry.name, reason: run.problems.first.map { "\($0.problem)" } ?? "it failed")
    }
    guard let scored = run.commands.last(where: { $0.call.verb == "evaluate" }), var method = ScoredMethod(run.state)
    else { preconditionFailure("baseline \(entry.name) was not scored") }
    let seconds = (ContinuousClock.now - start).seconds
    method.seconds = seconds

    let found = scored.results
    func text(_ name: String) -> String { found[name]?.number.map { NumberText.fixed($0, 4) } ?? "unknown" }
    let images = found["images"]?.integer ?? 0
    let which = split == .all ? "all images" : "\(split.rawValue) images"
    environment.print(
      "\(entry.name): accuracy \(text("accuracy"))  nmi \(text("nmi"))  ari \(text("ari"))  on "
        + "\(NumberText.counted(images, "image")) (\(which)), seed \(session.seed), \(NumberText.fixed(seconds, 1)) s")
    var outcome = CommandOutcome(results: [
      "method": .string(entry.name), "accuracy": found["accuracy"] ?? .null, "nmi": found["nmi"] ?? .null,
      "ari": found["ari"] ?? .null, "images": .integer(images), "split": .string(split.rawValue),
      "seconds": .number(seconds),
    ])
    outcome.scored = method
    return outcome
  }

  /// What the copy of the session does.
  private func script(_ entry: MethodEntry) -> String {
    var model = "model \(entry.name)"
    if let clusters { model += " clusters=\(clusters)" }
    for option in entry.options {
      if let value = given[option.name] { model += " \(option.name)=\(Spelling.quoted(option.kind.print(value)))" }
    }
    var fit = "fit"
    if let pretraining { fit += " pretraining=\(pretraining)" }
    if let rounds { fit += " rounds=\(rounds)" }
    return "\(model)\n\(fit)\nevaluate split=\(split.rawValue)\n"
  }
}

/// What kept a baseline from being scored.
struct BaselineError: Error, CustomStringConvertible {
  let method: String
  let reason: String

  var description: String { "baseline \(method): \(reason)" }
}
