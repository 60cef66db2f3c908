import ClusteringMethods
import CommandLanguage
import Images

/// `fit`
///
/// Runs pretrain, train and tighten where it stands: each is a command of the session; an undo takes them back as one.
struct FitCommand: SessionCommand, SessionScriptCommand {
  var pretraining: Int?
  var rounds: Int?
  var tightening: Int?

  static let declaration = CommandDeclaration<FitCommand>(
    "fit", summary: "Train a model from nothing to its clusters",
    discussion: """
      Runs pretrain, train and tighten one after the other, with the epochs and rounds that suit the model and the number \
      of images, or as many as are given: 0 leaves one out. It says which, and they stand in the session. Methods without a network are trained for a round. What was \
      pretrained and trained before counts, so that fit after Ctrl-C goes on.
      """,
    parameters: [
      .option("pretraining", \.pretraining, .integer(in: 0...1_000_000), help: "epochs before there are clusters"),
      .option("rounds", \.rounds, .integer(in: 0...1_000_000), help: "rounds of training"),
      .option(
        "tightening", \.tightening, .integer(in: 0...1_000_000),
        help: "epochs in which images are drawn to their clusters"),
    ],
    examples: [
      CommandExample("fit", "as suits the model"),
      CommandExample("fit pretraining=10 tightening=0", "longer before, nothing after"),
    ],
    seeAlso: ["pretrain", "train", "tighten", "model"])

  func statements(for session: SessionState) throws -> [String] {
    let (dataset, model) = try session.datasetAndModel(for: "fit")
    let recipe = model.recipe(for: ImageTraits(of: dataset.images))
    var lines: [String] = []
    func pretrain(_ epochs: Int) {
      if epochs > 0 { lines.append(PretrainCommand(epochs: epochs).canonicalText) }
    }
    var epochs = 0
    if let method = model as? any PretrainedMethod {
      epochs = max(0, (pretraining ?? recipe.pretrainingEpochs) - method.pretrainingEpochsBegun)
    }
    let rounds = (rounds ?? recipe.rounds) - model.roundsDone
    if rounds > 0 {
      pretrain(epochs)
      lines.append(TrainCommand(rounds: rounds).canonicalText)
    } else if model is any AlternatingMethod, model.roundsBegun == 0 {
      let early = min(epochs, recipe.groupings - 1)
      pretrain(epochs - early)
      lines.append(EStepCommand().canonicalText)
      for _ in 0..<early {
        pretrain(1)
        lines.append(EStepCommand().canonicalText)
      }
    }
    if model is any TighteningMethod, var options = recipe.tightening ?? tightening.map({ _ in TighteningOptions() }) {
      options.epochs = tightening ?? options.epochs
      if options.epochs > 0 { lines.append(TightenCommand(options: options).canonicalText) }
    }
    return lines
  }
}
