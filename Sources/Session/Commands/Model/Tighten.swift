import ClusteringMethods
import CommandLanguage
import JSONValues

/// `tighten`
struct TightenCommand: ChangingCommand, SharedCommand {
  var options = TighteningOptions()
  var stop: String?

  static let declaration = CommandDeclaration<TightenCommand>(
    "tighten", summary: "Draw images to the clusters that they are in",
    discussion: """
      Comes last, after train, for models with a network: self-training, which is not in the paper. Each image whose cluster \
      is sure, moved and bent at random, is drawn to that cluster. The loss is the paper's, reconstruction + lambda · prior, \
      plus gamma times the mean of -log p(cluster | moved image) over those images; p is a linear function's of the latent, \
      learnt with the network. How sure an image is: after grouping=graph the share of its neighbours that are in its \
      cluster, or of partitions that agree, whichever is smaller; else p(cluster | image). The learning rate rises, then \
      falls to 0 in all epochs; parameters are averaged over steps, and their average names the clusters anew after an \
      epoch. In the end it says which cluster an image is in, and each cluster is one component, fitted to its images. \
      Labels take no part. Ctrl-C finishes the step and keeps what was learnt.
      """,
    parameters: [
      .option("epochs", \.options.epochs, .integer(in: 1...1_000_000), help: "passes over the loaded images"),
      .option("gamma", \.options.weight, .number(in: 0...1e6), help: "γ, the weight of the cross-entropy"),
      .option(
        "confidence", \.options.confidence, .number(in: 0...1),
        help: "how sure an image's cluster must be for it to be drawn there"),
      .option(
        "surest", \.options.surest, .number(in: 0...1),
        help: "share of each cluster, the surest, that is drawn in any case"),
      .option(
        "rate", \.options.learningRate, .number(above: 0, atMost: 1), help: "Adam's largest learning rate"),
      .option("warm-up", \.options.warmUp, .integer(in: 0...1_000_000), help: "steps in which it rises to that"),
      .option(
        "averaging", \.options.averaging, .number(atLeast: 0, below: 1),
        help: "how much of their past the averaged parameters keep in a step"),
      .option(
        "renewal", \.options.renewal, .integer(in: 1...1_000_000),
        help: "steps on the same clusters before the end of an epoch names them anew"),
      .option(
        "elastic", \.options.elastic, .number(in: 0...1),
        help: "deviation of the images' bending, in half widths, if the model's is less"),
      .option(
        "aspect", \.options.aspect, .number(in: 0...2),
        help: "largest stretch of the width at the height's cost, if the model's is less"),
      .option("flip", \.options.flips, .toggle, help: "whether half of the images are mirrored, as the model's may be"),
      .option("stop", \.stop, .text("EPOCH:STEP", valueForm: "E:S"), help: "stop after this step, as a replay does"),
    ],
    results: [.rounds("rounds", TrainingLog.rowNames { $0 is any TighteningMethod.Type })],
    examples: [
      CommandExample("tighten epochs=3", "three passes"),
      CommandExample("tighten flip=on confidence=0.8", "images that may be mirrored, and only sure ones"),
    ],
    seeAlso: ["train", "model", "evaluate"])

  func validate() throws { _ = try StopPoint.parsed(stop, rounds: options.epochs) }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    var (dataset, model) = try session.datasetAndModel(.tightening, for: "tighten")
    try MethodWork("clusters", environment).run { try model.beginTightening(options, on: dataset.images, watch: $0) }

    var log = session.training
    log.lossesBegin = log.rounds.count
    let loop = TrainingLoop(
      unit: "epoch", count: options.epochs, stop: try StopPoint.parsed(stop, rounds: options.epochs),
      metrics: log.metrics, environment: environment)
    var rows: [JSONValue] = []
    var table = TrainingTable(of: "epoch", log.metrics, hasScores: dataset.labels != nil)
    let ending = try loop.run(&model) { model, afterStep in
      try model.tightenEpoch(on: dataset.images, afterStep: afterStep)
    } finish: { model, pass in
      let assignments = try MethodWork("epoch \(pass.number): clusters", environment).run {
        try model.finishTighteningEpoch(on: dataset.images, watch: $0)
      }
      let round = log.addRound(pass, assignments, clusterCount: model.clusterCount, dataset.labels)
      rows.append(log.json(round, number: pass.number))
      table.add(pass.number, round, environment)
      log.examine(model, on: dataset.images, isPretraining: false, environment)
      if pass.number < options.epochs {
        environment.checkpoint {
          var reached = session
          var ended = model
          ended.endTightening()
          (reached.model, reached.training) = (ended, log)
          return (reached, found(rows, stop: StopPoint(round: pass.number + 1, step: 0)))
        }
      }
    }
    model.endTightening()
    log.lossesBegin = log.rounds.count
    (session.model, session.training) = (model, log)
    loop.explain(ending, goOn: "tighten begins anew")

    var outcome = found(rows, stop: Self.stop(ending) ?? StopPoint(stop ?? ""))
    outcome.isInterrupted = environment.isInterrupted
    if case .failed(_, let error) = ending { outcome.failure = error }
    return outcome
  }

  /// Where a replay ends, which must go down the same course of the learning rate: in the same number of epochs.
  private static func stop(_ ending: TrainingLoop.Ending) -> StopPoint? {
    switch ending {
    case .finished: nil
    case .stopped(let point): point
    case .droppedBack(let passes), .failed(let passes, _): StopPoint(round: passes + 1, step: 0)
    }
  }

  /// What came of the command, with the one that does it again.
  private func found(_ rows: [JSONValue], stop: StopPoint?) -> CommandOutcome {
    var outcome = CommandOutcome(results: ["rounds": .array(rows)])
    var performed = self
    performed.stop = stop?.description
    outcome.performed = performed
    return outcome
  }
}
