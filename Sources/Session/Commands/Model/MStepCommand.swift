import ClusterDDPM
import CommandLanguage
import Datasets

/// `mstep`
struct MStepCommand: PriorTrainingCommand {
  var prior = PriorOptions()
  var stop: String?

  static let declaration = CommandDeclaration<MStepCommand>(
    "mstep", summary: "Train encoder and U-Net for an epoch, the mixture held",
    parameters: priorParameters + [
      .option("stop", \.stop, .text("1:STEP", valueForm: "1:S"), help: "stop after this step, as a replay does")
    ],
    examples: [CommandExample("mstep", "half of a round")],
    seeAlso: ["estep", "train"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: 1) }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(for: "mstep")
    prior.apply(to: &model)
    let loop = TrainingLoop(
      unit: "round", count: 1, stop: try StopPoint.parsed(stop, rounds: 1), environment: environment)
    var results: JSONObject = [:]
    var log = session.training
    let ending = try loop.run(&model) { model, afterStep in
      try model.maximisationStep(on: dataset.images, afterStep: afterStep)
    } finish: { _, pass in
      let losses = pass.report.losses
      log.beginRound(losses, imagesPerSecond: pass.imagesPerSecond)
      environment.print("\(TrainingDisplay.losses(losses))  \(Int(pass.imagesPerSecond)) images/s")
      results = [
        "loss": .number(losses.loss), "reconstructionLoss": .number(losses.reconstructionLoss),
        "priorLoss": .number(losses.priorLoss), "imagesPerSecond": .number(pass.imagesPerSecond),
      ]
    }
    (session.model, session.training) = (model, log)
    loop.explain(ending, goOn: "mstep or train goes on")

    var performed = self
    performed.prior = PriorOptions(of: model)
    if case .stopped(let point) = ending { performed.stop = point.description }
    var outcome = CommandOutcome(results: results)
    outcome.performed = performed
    outcome.isInterrupted = environment.isInterrupted
    return outcome
  }
}
