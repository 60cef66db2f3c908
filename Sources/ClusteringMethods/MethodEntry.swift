import Images
import NeuralNetworks
import Options
import TensorEngine

/// A method that can be built, under a name: "fast", "kmeans".
///
/// A new one is a value declared beside its method, and its word in the session's list: what can be typed, completed,
/// read in the help and built follows from that.
public struct MethodEntry: Sendable {
  /// A word that commands take.
  public let name: String
  /// What it is, on one line without a full stop, to stand after "Build".
  public let summary: String
  /// What else there is to say: where it comes from, what it is good for, how long it takes.
  public let discussion: String
  /// What it comes to for the images that it is made for, ten clusters of 28×28 images where it is for any: "1366456 parameters, 10 latents, 10 clusters".
  public let sizes: String
  /// What a round of its training is, to stand after "a round is".
  public let round: String
  /// Settings worth trying, each with what they do: "components=20", "over-clustered".
  public let examples: [(settings: String, says: String)]
  /// The command that loads images for the examples, where it does not take those of 28×28.
  public let exampleData: String?
  public let options: [MethodOptionDescription]
  public let type: any ClusteringMethod.Type
  private let make: @Sendable ([String: any Sendable], Int?, ImageTraits, RandomSource) throws -> any ClusteringMethod
  private let remake: @Sendable (SavedSettings, StateReader) throws -> any ClusteringMethod

  /// - Parameter standard: the settings for a number of clusters and such images, where nothing is given.
  public init<Method: ClusteringMethod>(
    _ type: Method.Type, name: String, summary: String, discussion: String, sizes: String, round: String,
    examples: [(settings: String, says: String)] = [], exampleData: String? = nil,
    standard: @escaping @Sendable (Int, ImageTraits) -> Method.Configuration
  ) {
    (self.name, self.summary, self.discussion, self.type) = (name, summary, discussion, type)
    self.sizes = sizes
    (self.round, self.exampleData) = (round, exampleData)
    self.examples = examples
    options = Method.options.map { option in
      let values = Self.cases.map { option.get(standard($0, $1)) }
      let texts = Set(values.map { $0.map(option.kind.print) })
      return MethodOptionDescription(
        name: option.name, help: option.help, kind: option.kind, isAdjustable: option.isAdjustable,
        standard: texts.count == 1 ? values[0] : nil)
    }
    make = { given, clusterCount, images, source in
      var configuration = standard(clusterCount ?? Self.provisionalClusterCount, images)
      for option in Method.options {
        guard let value = given[option.name], !option.set(&configuration, value) else { continue }
        throw MethodError.noEffect(option: option.name, condition: option.condition ?? "").about(option.name)
      }
      let method = try Method(configuration, images: images.shape, source: source)
      guard clusterCount == nil else { return method }
      guard var counting = method as? any CountingMethod else {
        throw MethodError.cannotCount(method: name, instead: "take a method that can").about("clusters")
      }
      try counting.findClusterCount()
      return counting
    }
    remake = { saved, state in
      // Of which images it was made no longer matters: all that may follow from them is among the options.
      var configuration = standard(
        saved.clusterCount, ImageTraits(shape: saved.images, count: 1000, margin: 0))
      for option in Method.options {
        guard let text = saved.values[option.name] else { continue }
        // What is so already stays, where a value that cannot be typed is spelled as one that can.
        if option.get(configuration).map(option.kind.print) == text { continue }
        guard let value = option.kind.parse(text), option.set(&configuration, value) else {
          throw StateError.setting(file: state.file.path, name: option.name, value: text)
        }
      }
      let names = Set(Method.options.map(\.name))
      if let other = saved.values.keys.sorted().first(where: { !names.contains($0) }) {
        throw StateError.setting(file: state.file.path, name: other, value: saved.values[other] ?? "")
      }
      try Method.checkSize(configuration, images: saved.images, in: state)
      var method = try InitialWeights.leavingOut {
        try Method(configuration, images: saved.images, source: saved.source)
      }
      try method.restore(from: state)
      return method
    }
  }

  /// The clusters of a method that is to judge their number, until it has.
  private static let provisionalClusterCount = 10

  /// Numbers of clusters and images that tell the settings that always are the same from those that follow from them.
  private static let cases: [(Int, ImageTraits)] = [2, 3].flatMap { clusters in
    [(28, 500, 0.0), (28, 500, 0.2), (28, 70_000, 0), (28, 70_000, 0.2), (128, 500, 0.2)].map { side, count, margin in
      (clusters, ImageTraits(shape: ImageShape(height: side, width: side, channels: 1), count: count, margin: margin))
    }
  }

  /// An untrained method with the given options by name, the others as they are for `clusterCount` clusters and such
  /// images; nil leaves their number to the method.
  ///
  /// Throws `MethodError.noEffect` about an option that means nothing beside the others, `MethodError.cannotCount`, and
  /// what the method throws.
  public func method(
    _ given: [String: any Sendable], clusterCount: Int?, images: ImageTraits, source: RandomSource
  ) throws -> any ClusteringMethod {
    try make(given, clusterCount, images, source)
  }

  /// A method as it was saved: of these settings, with what it had learnt.
  ///
  /// Throws `StateError`, `ArrayFileError`, and what the method throws.
  public func method(_ saved: SavedSettings, restoring state: StateReader) throws -> any ClusteringMethod {
    try remake(saved, state)
  }
}

/// What builds a method again that was saved.
public struct SavedSettings: Sendable, Equatable {
  /// What every option was set to, as it is spelled.
  public var values: [String: String]
  public var clusterCount: Int
  public var images: ImageShape
  public var source: RandomSource

  public init(values: [String: String], clusterCount: Int, images: ImageShape, source: RandomSource) {
    (self.values, self.clusterCount, self.images, self.source) = (values, clusterCount, images, source)
  }

  /// Those of a method.
  public init<Method: ClusteringMethod>(of method: Method) {
    values = [:]
    for option in Method.options {
      if let value = option.get(method.configuration) { values[option.name] = option.kind.print(value) }
    }
    (clusterCount, images) = (method.requestedClusterCount, method.imageShape)
    source = method.source
  }
}
