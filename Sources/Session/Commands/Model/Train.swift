import ClusterDDPM
import CommandLanguage
import Datasets
import Evaluation

/// `train`
struct TrainCommand: SessionCommand {
  var rounds = 1
  var lambda: Double?
  var responsibilities: ResponsibilitySource?
  var stop: String?

  static let effect = CommandEffect.changesSession
  static let declaration = CommandDeclaration<TrainCommand>(
    "train", summary: "Train rounds of EM: an M-step (an epoch of Adam), then an E-step",
    discussion: """
      The first mixture is fitted if there is none. Ctrl-C finishes the step and keeps what was learnt, a second one \
      drops back to the last full round; train again goes on. Labels are only counted, for the table.
      """,
    parameters: [
      .option("rounds", \.rounds, .integer(in: 1...1_000_000), help: "rounds of EM"),
      .option(
        "lambda", \.lambda, .number(in: 0...1e6), help: "weight of the prior from now on; unless said, the model's"),
      .option(
        "responsibilities", \.responsibilities, .choice(),
        help: "where the prior's w comes from, from now on; unless said, the model's"),
      .option("stop", \.stop, .text("ROUND:STEP", placeholder: "R:S"), help: "stop after this step, as a replay does"),
    ],
    examples: [
      CommandExample("train rounds=2", "two rounds"), CommandExample("train lambda=0.5", "one, with another weight"),
    ],
    seeAlso: ["pretrain", "estep", "mstep", "merge", "evaluate"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: rounds) }

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(for: "train")
    let stopPoint = try StopPoint.parsed(stop, rounds: rounds)
    if let lambda { model.setLambda(lambda) }
    if let responsibilities { model.setResponsibilities(responsibilities) }
    if model.mixture == nil { try EStep.run(&model, dataset, environment, "first mixture") }

    var rows: [JSONValue] = []
    var table = TrainingTable(of: "round", hasScores: dataset.labels != nil)
    var stoppedAt: StopPoint?
    for round in 1...rounds {
      let before = model
      let start = ContinuousClock.now
      let report = try model.maximisationStep(on: dataset.images) { step in
        let elapsed = ContinuousClock.now - start
        environment.report(TrainingDisplay.progress("round", number: round, of: rounds, step, elapsed: elapsed))
        return !environment.isInterrupted && stopPoint != StopPoint(round: round, step: step.step)
      }
      let rate = Double(report.images) / (ContinuousClock.now - start).seconds
      var isWhole = report.isComplete && !environment.isInterrupted && stopPoint?.round != round
      var row: TrainingLog.Round?
      if isWhole {
        do {
          let expectation = try EStep.run(&model, dataset, environment, "round \(round): E-step")
          row = EStep.row(
            session.training.rounds.count + 1, report.losses, rate, expectation.assignments, model, dataset)
        } catch is CommandInterrupted {
          isWhole = false
        }
      }
      if environment.isInterruptedAgain {
        guard round > 1 else { throw CommandInterrupted() }
        var performed = self
      }
      if let row {
        session.training.rounds.append(row)
        rows.append(row.json(round: round))
        table.add(
          round, report.losses, accuracy: row.accuracy, nmi: row.nmi, imagesPerSecond: rate, environment)
      }
      guard isWhole else {
        stoppedAt = StopPoint(round: round, step: report.stepsDone)
        break
      }
    }
    var performed = self
    performed.lambda = model.configuration.lambda
    performed.responsibilities = model.configuration.responsibilities
    performed.stop = stoppedAt?.description
    return finish(&session, model, rows, performed, environment)
  }

  private func finish(
    _ session: inout SessionState, _ model: ClusteringModel, _ rows: [JSONValue], _ performed: TrainCommand,
    _ environment: Environment
  ) -> CommandOutcome {
    session.model = model
    var outcome = CommandOutcome(results: ["rounds": .array(rows)])
    outcome.performed = performed
    outcome.isInterrupted = environment.isInterrupted
    if let stop = performed.stop {
      environment.print("stopped at \(stop), before the E-step; what was learnt is kept, train goes on")
    } else if environment.isInterrupted {
      environment.print("stopped at the end of round \(performed.rounds); train goes on")
    }
    return outcome
  }
}

/// The E-step as commands run it, with progress.
enum EStep {
  @discardableResult
  static func run(
    _ model: inout ClusteringModel, _ dataset: Dataset, _ environment: Environment, _ label: String
  ) throws -> ExpectationReport {
    try model.expectationStep(on: dataset.images) { done in
      guard !environment.isInterrupted else { throw CommandInterrupted() }
      environment.report(
        Progress(label, fraction: Double(done) / Double(dataset.count), message: "\(done) images encoded"))
    }
  }

  /// What a round came to; the labels are read here, after everything is fitted.
  static func row(
    _ number: Int, _ losses: Losses, _ rate: Double, _ assignments: [Int], _ model: ClusteringModel,
    _ dataset: Dataset
  ) -> TrainingLog.Round {
    let score = dataset.labels.map { ClusteringScore(assignments: assignments, labels: $0) }
    return TrainingLog.Round(
      number: number, losses: losses, imagesPerSecond: rate, accuracy: score?.accuracy, nmi: score?.nmi,
      occupancy: occupancy(assignments, clusterCount: model.configuration.clusterCount))
  }

  /// The share of the images in each cluster.
  static func occupancy(_ assignments: [Int], clusterCount: Int) -> [Double] {
    var sizes = [Int](repeating: 0, count: clusterCount)
    for cluster in assignments { sizes[cluster] += 1 }
    return sizes.map { Double($0) / Double(assignments.count) }
  }
}

extension TrainingLog.Round {
  func json(round: Int) -> JSONValue {
    [
      "round": .integer(round), "loss": .number(losses.loss),
      "reconstructionLoss": .number(losses.reconstructionLoss), "priorLoss": .number(losses.priorLoss),
      "imagesPerSecond": .number(imagesPerSecond), "accuracy": .optional(accuracy), "nmi": .optional(nmi),
      "occupancy": .array(occupancy.map { .number($0) }),
    ]
  }
}
