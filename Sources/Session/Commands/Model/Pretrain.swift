import ClusterDDPM
import CommandLanguage

/// `pretrain`
struct PretrainCommand: SessionCommand {
  var epochs = 1
  var stop: String?

  static let effect = CommandEffect.changesSession
  static let declaration = CommandDeclaration<PretrainCommand>(
    "pretrain", summary: "Train encoder and U-Net to predict the noise, before there is a mixture",
    discussion: "Ctrl-C finishes the step and keeps what was learnt; pretrain again goes on.",
    parameters: [
      .option("epochs", \.epochs, .integer(in: 1...1_000_000), help: "passes over the loaded images"),
      .option("stop", \.stop, .text("EPOCH:STEP", placeholder: "E:S"), help: "stop after this step, as a replay does"),
    ],
    examples: [CommandExample("pretrain epochs=2", "two passes")],
    seeAlso: ["train", "model"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: epochs) }

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(for: "pretrain")
    let stopPoint = try StopPoint.parsed(stop, rounds: epochs)
    var rows: [JSONValue] = []
    var table = TrainingTable(of: "epoch", hasScores: false)
    var stoppedAt: StopPoint?
    for epoch in 1...epochs {
      let before = model
      let start = ContinuousClock.now
      let report = try model.pretrainEpoch(on: dataset.images) { step in
        let elapsed = ContinuousClock.now - start
        environment.report(TrainingDisplay.progress("epoch", number: epoch, of: epochs, step, elapsed: elapsed))
        return !environment.isInterrupted && stopPoint != StopPoint(round: epoch, step: step.step)
      }
      if environment.isInterruptedAgain {
        guard epoch > 1 else { throw CommandInterrupted() }
        model = before
        stoppedAt = StopPoint(round: epoch - 1, step: report.stepCount)
        break
      }
      let rate = Double(report.images) / (ContinuousClock.now - start).seconds
      session.training.epochs.append(
        TrainingLog.Epoch(
          number: session.training.epochs.count + 1, losses: report.losses, imagesPerSecond: rate))
      rows.append([
        "epoch": .integer(epoch), "loss": .number(report.losses.loss), "imagesPerSecond": .number(rate),
      ])
      table.add(epoch, report.losses, imagesPerSecond: rate, environment)
      // A stop at or beyond an epoch's last step ends there, too.
      if !report.isComplete || environment.isInterrupted || stopPoint?.round == epoch {
        stoppedAt = StopPoint(round: epoch, step: report.stepsDone)
        break
      }
    }
    session.model = model
    var outcome = CommandOutcome(results: ["epochs": .array(rows)])
    if let stoppedAt {
      var performed = self
      performed.stop = stoppedAt.description
      outcome.performed = performed
      outcome.isInterrupted = environment.isInterrupted
      environment.print("stopped at \(stoppedAt); what was learnt is kept, pretrain or train goes on")
    }
    return outcome
  }
}
