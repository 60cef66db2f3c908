import ClusteringMethods
import CommandLanguage
import Datasets
import JSONValues

/// `mstep`
struct MStepCommand: AdjustingCommand, ChangingCommand, SharedCommand {
  var adjustments = Adjustments()
  var stop: String?

  static let declaration = CommandDeclaration<MStepCommand>(
    "mstep", summary: "Train encoder and U-Net for an epoch, the mixture held",
    discussion: """
      The first half of a round of train, for models with a network: it goes once through all loaded images, drawing each \
      one's latent towards the mixture's components. There must be a mixture: estep fits one. The images' clusters are \
      found anew by the next estep.
      """,
    parameters: adjustmentParameters + [
      .option("stop", \.stop, .text("1:STEP", valueForm: "1:S"), help: "stop after this step, as a replay does")
    ],
    results: Methods.metricNames { $0 is any AlternatingMethod.Type } + ["imagesPerSecond"],
    examples: [CommandExample("mstep", "half of a round")],
    seeAlso: ["estep", "train"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: 1) }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.alternation, for: "mstep")
    let isAdjusted = try adjustments.apply(to: &model)
    var log = session.training
    if isAdjusted { log.lossesBegin = log.rounds.count }
    let loop = TrainingLoop(
      unit: "round", count: 1, stop: try StopPoint.parsed(stop, rounds: 1), metrics: log.metrics,
      environment: environment)
    var results: JSONObject = [:]
    let ending = try loop.run(&model) { model, afterStep in
      try model.trainRound(on: dataset.images, afterStep: afterStep)
    } finish: { _, pass in
      let metrics = pass.report.metrics
      log.beginRound(metrics, imagesPerSecond: pass.imagesPerSecond)
      environment.print("\(TrainingDisplay.numbers(log.metrics, metrics))  \(Int(pass.imagesPerSecond)) images/s")
      for (metric, value) in zip(log.metrics, metrics) { results[metric.key] = .number(value) }
      results["imagesPerSecond"] = .number(pass.imagesPerSecond)
    }
    (session.model, session.training) = (model, log)
    loop.explain(ending, goOn: "mstep or train goes on")

    var performed = self
    performed.adjustments = Adjustments(of: model)
    performed.stop = loop.extent(of: ending, asked: stop).stop
    var outcome = CommandOutcome(results: results)
    outcome.performed = performed
    outcome.isInterrupted = environment.isInterrupted
    return outcome
  }
}
