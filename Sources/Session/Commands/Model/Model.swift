import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import JSONValues

/// `model NAME`: a verb for each method.
///
/// Settings that are not given are the method's; the journal spells all of them out.
struct ModelCommand: ChangingCommand {
  /// The place of the method in the list.
  private var method = 0
  var clusters: Int?
  /// The settings that were given, by name; their types are those of the method's options.
  private var given: [String: any Sendable] = [:]

  static var declaration: CommandDeclaration<ModelCommand> { declarations[0] }
  static let declarations = Methods.all.indices.map(declaration)
  var declaration: CommandDeclaration<ModelCommand> { Self.declarations[method] }

  init() {}

  private init(method: Int) { self.method = method }

  /// The command that builds `method` anew, every setting spelled out.
  init(_ method: any ClusteringMethod) {
    self.init(method: Methods.all.firstIndex { $0.name == method.name }!)
    clusters = method.requestedClusterCount
    for setting in method.settings { given[setting.name] = setting.value }
  }

  private static func declaration(ofMethod index: Int) -> CommandDeclaration<ModelCommand> {
    let entry = Methods.all[index]
    let settings = entry.options.map { option in
      Parameter<ModelCommand>.setting(option, in: \.given, help: option.help, standard: option.standard)
    }
    return CommandDeclaration(
      "model \(entry.name)", summary: "Build \(entry.summary)",
      discussion: entry.discussion + " clusters is the number of classes, if there are labels.",
      parameters: [.option("clusters", \.clusters, .integer(in: 1...10_000), help: "K, the clusters to find")]
        + settings,
      examples: [
        CommandExample(
          "model \(entry.name)", "for the loaded images, here of 28×28 in 10 classes",
          prints: "\(entry.name): \(entry.sizes), seed 0")
      ]
        + entry.examples.map { CommandExample("model \(entry.name) \($0.settings)", $0.says) },
      seeAlso: ["describe", "train", "evaluate"],
      initial: ModelCommand(method: index))
  }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "model")
    guard let clusters = clusters ?? dataset.labels?.classCount else { throw SessionError.clustersNeeded }
    let model = try Methods.all[method].method(
      given, clusterCount: clusters, images: ImageTraits(of: dataset.images), source: session.randomSource)
    session.model = model
    session.training = TrainingLog(of: model)
    environment.print("\(model.name): \(model.sizes), seed \(session.seed)")
    var results: JSONObject = [
      "parameters": .integer(model.parameterCount), "latent": .integer(model.latentSize),
      "clusters": .integer(clusters),
    ]
    if let merging = model as? any MergingMethod { results["components"] = .integer(merging.componentCount) }
    var outcome = CommandOutcome(results: results)
    outcome.performed = ModelCommand(model)
    return outcome
  }
}

extension ClusteringMethod {
  /// "1366456 parameters, 10 latents, 10 clusters from 40 components".
  var sizes: String {
    let components = (self as? any MergingMethod)?.componentCount ?? clusterCount
    return [(parameterCount, "parameter"), (latentSize, "latent"), (clusterCount, "cluster")]
      .map { NumberText.counted($0, $1) }.joined(separator: ", ")
      + (components > clusterCount ? " from \(components) components" : "")
  }
}
