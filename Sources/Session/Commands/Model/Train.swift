import ClusteringMethods
import CommandLanguage
import Datasets
import JSONValues

/// `train`
struct TrainCommand: AdjustingCommand, ChangingCommand, SharedCommand {
  var rounds = 1
  var adjustments = Adjustments()
  var stop: String?

  static let declaration = CommandDeclaration<TrainCommand>(
    "train", summary: "Find the clusters, round after round",
    discussion: """
      \(rounds)

      The loss of models with a network is reconstruction + lambda · prior: how badly images are drawn from their latents, and \
      how far these lie from the mixture's components. Ctrl-C finishes the step and keeps what was learnt, a second one \
      drops back to the last full round; train again goes on. accuracy and nmi in the table compare the clusters with \
      labels, where there are any; nothing is trained on those.
      """,
    parameters: [.option("rounds", \.rounds, .integer(in: 1...1_000_000), help: "how many rounds")]
      + adjustmentParameters
      + [
        .option("stop", \.stop, .text("ROUND:STEP", valueForm: "R:S"), help: "stop after this step, as a replay does")
      ],
    results: [.rounds("rounds", TrainingLog.rowNames { _ in true })],
    examples: [
      CommandExample("train rounds=2", "two rounds"), CommandExample("train lambda=0.5", "one, with another weight"),
    ],
    seeAlso: ["pretrain", "estep", "mstep", "merge", "split", "evaluate"])

  /// What a round is, method by method, those of which it is the same together.
  private static var rounds: String {
    var kinds: [(names: [String], round: String)] = []
    for entry in Methods.all {
      if let place = kinds.firstIndex(where: { $0.round == entry.round }) {
        kinds[place].names.append(entry.name)
      } else {
        kinds.append(([entry.name], entry.round))
      }
    }
    return kinds.map { kind in
      let first = kind.names.dropLast().joined(separator: ", ")
      return "For \(first.isEmpty ? "" : "\(first) and ")\(kind.names.last!) a round is \(kind.round)."
    }.joined(separator: " ")
  }

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: rounds) }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(for: "train")
    let isAdjusted = try adjustments.apply(to: &model)
    try Remedies.advising(model) {
      try MethodWork("first clusters", environment).run { try model.beginTraining(on: dataset.images, watch: $0) }
    }

    var log = session.training
    if isAdjusted { log.lossesBegin = log.rounds.count }
    let loop = TrainingLoop(
      unit: "round", count: rounds, stop: try StopPoint.parsed(stop, rounds: rounds), metrics: log.metrics,
      environment: environment)
    var rows: [JSONValue] = []
    var table = TrainingTable(of: "round", log.metrics, hasScores: dataset.labels != nil)
    let ending = try loop.run(&model) { model, afterStep in
      try model.trainRound(on: dataset.images, afterStep: afterStep)
    } finish: { model, pass in
      let assignments = try MethodWork("round \(pass.number): clusters", environment).run {
        try model.finishRound(on: dataset.images, watch: $0)
      }
      let round = log.addRound(pass, assignments, clusterCount: model.clusterCount, dataset.labels)
      rows.append(log.json(round, number: pass.number))
      table.add(pass.number, round, environment)
      if let found = model.foundClusters { environment.print(found) }
      log.examine(model, on: dataset.images, isPretraining: false, environment)
      if pass.number < rounds {
        environment.checkpoint {
          var reached = session
          (reached.model, reached.training) = (model, log)
          return (reached, found(rows, rounds: pass.number, stop: nil, model))
        }
      }
    }
    (session.model, session.training) = (model, log)
    loop.explain(ending, goOn: "train goes on")
    if let assumption = model.assumption { environment.print(assumption) }

    let extent = loop.extent(of: ending, asked: stop)
    var outcome = found(rows, rounds: extent.passes, stop: extent.stop, model)
    outcome.isInterrupted = environment.isInterrupted
    if case .failed(_, let error) = ending { outcome.failure = error }
    return outcome
  }

  /// What came of the command, with the one that does it again.
  private func found(
    _ rows: [JSONValue], rounds: Int, stop: String?, _ model: any ClusteringMethod
  ) -> CommandOutcome {
    var outcome = CommandOutcome(results: ["rounds": .array(rows)])
    var performed = self
    (performed.rounds, performed.stop, performed.adjustments) = (rounds, stop, Adjustments(of: model))
    outcome.performed = performed
    return outcome
  }
}
