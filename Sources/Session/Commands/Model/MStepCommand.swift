import ClusterDDPM
import CommandLanguage
import Datasets

/// `mstep`
struct MStepCommand: SessionCommand {
  var lambda: Double?
  var responsibilities: ResponsibilitySource?
  var stop: String?

  static let effect = CommandEffect.changesSession
  static let declaration = CommandDeclaration<MStepCommand>(
    "mstep", summary: "Train encoder and U-Net for an epoch, the mixture held",
    parameters: [
      .option(
        "lambda", \.lambda, .number(in: 0...1e6), help: "weight of the prior from now on; unless said, the model's"),
      .option(
        "responsibilities", \.responsibilities, .choice(),
        help: "where the prior's w comes from, from now on; unless said, the model's"),
      .option("stop", \.stop, .text("1:STEP", placeholder: "1:S"), help: "stop after this step, as a replay does"),
    ],
    examples: [CommandExample("mstep", "half of a round")],
    seeAlso: ["estep", "train"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: 1) }

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(for: "mstep")
    let stopPoint = try StopPoint.parsed(stop, rounds: 1)
    if let lambda { model.setLambda(lambda) }
    if let responsibilities { model.setResponsibilities(responsibilities) }
    let start = ContinuousClock.now
    let report = try model.maximisationStep(on: dataset.images) { step in
      let elapsed = ContinuousClock.now - start
      environment.report(TrainingDisplay.progress("M-step", number: 1, of: 1, step, elapsed: elapsed))
      return !environment.isInterrupted && stopPoint?.step != step.step
    }
    if environment.isInterruptedAgain { throw CommandInterrupted() }
    session.model = model
    let rate = Double(report.images) / (ContinuousClock.now - start).seconds
    environment.print("\(TrainingDisplay.losses(report.losses))  \(Int(rate)) images/s")
    var performed = self
    performed.lambda = model.configuration.lambda
    performed.responsibilities = model.configuration.responsibilities
    performed.stop = report.isComplete ? nil : StopPoint(round: 1, step: report.stepsDone).description
    var outcome = CommandOutcome(results: [
      "loss": .number(report.losses.loss), "reconstructionLoss": .number(report.losses.reconstructionLoss),
      "priorLoss": .number(report.losses.priorLoss), "imagesPerSecond": .number(rate),
    ])
    outcome.performed = performed
    outcome.isInterrupted = environment.isInterrupted
    if let stop = performed.stop {
      environment.print("stopped at \(stop); what was learnt is kept, mstep or train goes on")
    }
    return outcome
  }
}
