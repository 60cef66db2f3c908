import ClusteringMethods
import CommandLanguage
import JSONValues

/// `pretrain`
struct PretrainCommand: ChangingCommand, SharedCommand {
  var epochs = 1
  var stop: String?

  static let declaration = CommandDeclaration<PretrainCommand>(
    "pretrain", summary: "Let the network learn to draw images from latents, before it looks for clusters",
    discussion: """
      For models with a network; an epoch goes once through all loaded images. ClusterDDPM's encoder and U-Net learn to \
      take noise out of an image that is known by its latent alone: the loss is reconstruction + kl · prior, the prior being \
      one Gaussian, N(0, I), for all images. An autoencoder and that of VaDE learn to give an image back. Then train, which \
      begins with clusters of what was learnt here: 24,000 images in all, four epochs of 6,000, are a start. Ctrl-C \
      finishes the step and keeps what was learnt; pretrain again goes on.
      """,
    parameters: [
      .option("epochs", \.epochs, .integer(in: 1...1_000_000), help: "passes over the loaded images"),
      .option("stop", \.stop, .text("EPOCH:STEP", valueForm: "E:S"), help: "stop after this step, as a replay does"),
    ],
    results: [.rounds("epochs", ["epoch"] + lossNames + ["imagesPerSecond"])],
    examples: [CommandExample("pretrain epochs=2", "two passes")],
    seeAlso: ["train", "model"])

  /// The loss that every method with a pretraining tells of it.
  private static var lossNames: [ResultName] {
    var names: [ResultName] = []
    for case let method as any PretrainedMethod.Type in Methods.all.map(\.type) {
      let key = method.metrics[0].key
      if !names.contains(where: { $0.name == key }) { names.append(.value(key)) }
    }
    return names
  }

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: epochs) }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.pretraining, for: "pretrain")
    var log = session.training
    let loop = TrainingLoop(
      unit: "epoch", count: epochs, stop: try StopPoint.parsed(stop, rounds: epochs), metrics: log.metrics,
      environment: environment)
    var rows: [JSONValue] = []
    var table = TrainingTable(of: "epoch", log.metrics, hasScores: false)
    let ending = try loop.run(&model) { model, afterStep in
      try model.pretrainEpoch(on: dataset.images, afterStep: afterStep)
    } finish: { model, pass in
      let metrics = pass.report.metrics
      log.epochs.append(
        TrainingLog.Epoch(number: log.epochs.count + 1, metrics: metrics, imagesPerSecond: pass.imagesPerSecond))
      rows.append(
        .object([
          "epoch": .integer(pass.number), log.metrics[0].key: .number(metrics[0]),
          "imagesPerSecond": .number(pass.imagesPerSecond),
        ]))
      table.add(pass.number, metrics, imagesPerSecond: pass.imagesPerSecond, environment)
      log.examine(model, on: dataset.images, isPretraining: true, environment)
      if pass.number < epochs {
        environment.checkpoint {
          var reached = session
          (reached.model, reached.training) = (model, log)
          return (reached, found(rows, epochs: pass.number, stop: nil))
        }
      }
    }
    (session.model, session.training) = (model, log)
    loop.explain(ending, goOn: "pretrain or train goes on")

    let extent = loop.extent(of: ending, asked: stop)
    var outcome = found(rows, epochs: extent.passes, stop: extent.stop)
    outcome.isInterrupted = environment.isInterrupted
    if case .failed(_, let error) = ending { outcome.failure = error }
    return outcome
  }

  /// What came of the command, with the one that does it again.
  private func found(_ rows: [JSONValue], epochs: Int, stop: String?) -> CommandOutcome {
    var outcome = CommandOutcome(results: ["epochs": .array(rows)])
    var performed = self
    (performed.epochs, performed.stop) = (epochs, stop)
    outcome.performed = performed
    return outcome
  }
}
