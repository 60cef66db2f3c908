import ClusterDDPM
import CommandLanguage
import Datasets
import Images

/// `model PRESET`
///
/// Settings that are not given are the preset's; the journal spells all of them out.
struct ModelCommand: ChangingCommand {
  var preset = Preset.fast
  var clusters: Int?
  /// The settings that were given, by name; their types are those of `ModelSetting.all`.
  var given: [String: any Sendable] = [:]

  static let declaration = CommandDeclaration<ModelCommand>(
    "model", summary: "Build a model for the loaded images",
    discussion: """
      \(Preset.all.map { "\($0.name) is \($0.summary)." }.joined(separator: " ")) What is not given is the preset's; \
      clusters is the number of classes, if there are labels.
      """,
    parameters: [
      .required("preset", \.preset, .choice(of: Preset.all, named: \.name), help: "the network and its settings"),
      .option("clusters", \.clusters, .integer(in: 1...10_000), help: "K, the clusters to find"),
    ] + ModelSetting.all.map(\.parameter),
    examples: [
      CommandExample("model fast", "the small-machine recipe"),
      CommandExample("model fast components=20 latent=16", "over-clustered, with a larger latent"),
      CommandExample("model reference lambda=0.05", "the published network, another weight"),
    ],
    seeAlso: ["describe", "pretrain", "train", "merge"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "model")
    guard let clusters = clusters ?? dataset.labels?.classCount else { throw SessionError.clustersNeeded }
    let configuration = try configuration(clusters: clusters)
    let model = try built(configuration, for: dataset.images, in: session)
    session.model = model
    session.training = TrainingLog()
    environment.print(
      "\(preset.name): \(model.parameterCount) parameters, \(configuration.latentSize) latents, "
        + "\(clusters) clusters"
        + (configuration.componentCount > clusters ? " from \(configuration.componentCount) components" : "")
        + ", seed \(session.seed)")
    var outcome = CommandOutcome(results: [
      "parameters": .integer(model.parameterCount), "latent": .integer(configuration.latentSize),
      "clusters": .integer(clusters), "components": .integer(configuration.componentCount),
    ])
    outcome.performed = ModelCommand(configuration)
    return outcome
  }

  private func built(
    _ configuration: ModelConfiguration, for images: ImageSet, in session: SessionState
  ) throws -> ClusteringModel {
    do {
      return try ClusteringModel(configuration, images: ImageShape(of: images), source: session.randomSource)
    } catch let error as ModelError {
      switch error {
      case .channelCount: throw error.about("channels")
      case .fewerComponents: throw error.about("components")
      default: throw error.about("preset")
      }
    }
  }

  /// The preset's settings with the given ones in their place.
  ///
  /// Throws `SessionError.noEffect` if one that was given means nothing beside the others.
  func configuration(clusters: Int) throws -> ModelConfiguration {
    var configuration = preset.configuration(clusterCount: clusters)
    for setting in ModelSetting.all {
      guard setting.apply(self, &configuration) else {
        throw SessionError.noEffect(setting: setting.name).about(setting.name)
      }
    }
    return configuration
  }
}

extension ModelCommand {
  /// The command that gives `configuration`, every setting spelled out.
  init(_ configuration: ModelConfiguration) {
    preset = configuration.preset
    clusters = configuration.clusterCount
    for setting in ModelSetting.all { setting.read(configuration, &self) }
  }
}
