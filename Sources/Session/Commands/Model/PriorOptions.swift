import ClusterDDPM
import CommandLanguage

/// A command that trains with the mixture as prior.
protocol PriorTrainingCommand: ChangingCommand {
  var prior: PriorOptions { get set }
}

extension PriorTrainingCommand {
  /// The options that every command that trains with the mixture has.
  static var priorParameters: [Parameter<Self>] {
    [
      .option(
        "lambda", \Self.prior.lambda, .number(in: 0...1e6),
        help: "weight of the prior from now on; unless said, the model's"),
      .option(
        "responsibilities", \Self.prior.responsibilities, .choice(),
        help: "where the prior's w comes from, from now on; unless said, the model's"),
    ]
  }
}

/// How the mixture takes part in training; nil for what the model has.
struct PriorOptions: Sendable {
  var lambda: Double?
  var responsibilities: ResponsibilitySource?

  init() {}

  /// What `model` has.
  init(of model: ClusteringModel) {
    (lambda, responsibilities) = (model.configuration.lambda, model.configuration.responsibilities)
  }

  func apply(to model: inout ClusteringModel) {
    if let lambda { model.setLambda(lambda) }
    if let responsibilities { model.setResponsibilities(responsibilities) }
  }
}
