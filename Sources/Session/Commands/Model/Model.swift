import ClusteringMethods
import CommandLanguage
import Datasets
import Images
import JSONValues
import Options

/// `model NAME`: a verb for each method.
///
/// Settings that are not given are the method's; the journal spells all of them out.
struct ModelCommand: ChangingCommand {
  /// The place of the method in the list.
  private var method = 0
  var clusters: ClusterRequest?
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
    clusters = ClusterRequest(of: method)
    for setting in method.settings { given[setting.name] = setting.value }
  }

  private static func declaration(ofMethod index: Int) -> CommandDeclaration<ModelCommand> {
    let entry = Methods.all[index]
    let settings = entry.options.map { option in
      Parameter<ModelCommand>.setting(option, in: \.given, help: option.help, standard: option.standard)
    }
    let loading = entry.exampleData.map { $0 + "; " } ?? ""
    return CommandDeclaration(
      "model \(entry.name)", summary: "Build \(entry.summary)",
      discussion: entry.discussion
        + " clusters is the number of classes, if there are labels; with auto, where clusters are read off the graph of "
        + "neighbours, the number on which partitions agree best.",
      parameters: [.option("clusters", \.clusters, .clusters, help: "K, the clusters to find")]
        + settings,
      results: ["parameters", "latent", "clusters"]
        + (entry.type is any MergingMethod.Type ? ["components"] : []),
      examples: [
        CommandExample(
          "\(loading)model \(entry.name)",
          entry.exampleData == nil ? "for the loaded images, here of 28×28 in 10 classes" : "for images that it takes",
          prints: "\(entry.name): \(entry.sizes), seed 0")
      ]
        + entry.examples.map { CommandExample("\(loading)model \(entry.name) \($0.settings)", $0.says) },
      seeAlso: ["describe", "train", "evaluate"],
      initial: ModelCommand(method: index))
  }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "model")
    guard let clusters = clusters ?? dataset.labels.map({ .count($0.classCount) }) else {
      throw SessionError.clustersNeeded
    }
    let model = try Methods.all[method].method(
      given, clusterCount: clusters.count, images: ImageTraits(of: dataset.images), source: session.randomSource)
    session.model = model
    session.training = TrainingLog(of: model)
    environment.print("\(model.name): \(model.sizes), seed \(session.seed)")
    var results: JSONObject = [
      "parameters": .integer(model.parameterCount), "latent": .integer(model.latentSize),
      "clusters": clusters.count.map(JSONValue.integer) ?? .string("auto"),
    ]
    if let merging = model as? any MergingMethod { results["components"] = .integer(merging.componentCount) }
    var outcome = CommandOutcome(results: results)
    outcome.performed = ModelCommand(model)
    return outcome
  }
}

/// How many clusters a method is to find.
enum ClusterRequest: Sendable, Equatable {
  case count(Int)
  /// As many as it judges that there are.
  case auto

  init(of method: any ClusteringMethod) {
    self = (method as? any CountingMethod)?.findsClusterCount == true ? .auto : .count(method.requestedClusterCount)
  }

  /// Nil where the method judges.
  var count: Int? { if case .count(let count) = self { count } else { nil } }
}

extension ValueKind<ClusterRequest> {
  fileprivate static var clusters: Self {
    let number = ValueKind<Int>.integer(in: 1...10_000)
    return ValueKind(
      expected: number.expected + ", or auto", valueForm: "N|auto", range: number.range, completion: .words(["auto"]),
      parse: { $0 == "auto" ? .auto : number.parse($0).map(ClusterRequest.count) },
      print: { $0.count.map(number.print) ?? "auto" })
  }
}

extension ClusteringMethod {
  /// What is said where it has judged their number: "12 clusters found".
  var foundClusters: String? {
    (self as? any CountingMethod)?.findsClusterCount == true
      ? "\(NumberText.counted(clusterCount, "cluster")) found" : nil
  }

  /// "1366456 parameters, 10 latents, 10 clusters from 40 components".
  var sizes: String {
    let components = (self as? any MergingMethod)?.componentCount ?? clusterCount
    let sizes = [(parameterCount, "parameter"), (latentSize, "latent")].map { NumberText.counted($0, $1) }
    let finds = (self as? any CountingMethod)?.findsClusterCount == true && (try? requireClusters(for: "")) == nil
    let clusters = finds ? "clusters to be counted" : NumberText.counted(clusterCount, "cluster")
    return (sizes + [clusters]).joined(separator: ", ")
      + (components > clusterCount ? " from \(components) components" : "")
  }
}
