import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// A network with the settings that train it, under a name.
///
/// A new one is a file beside this one, which declares it with its network, and its word in `all`: what can be typed,
/// completed, read in the help and built follows from that list.
public struct Preset: Sendable {
  /// How it is called, a word that commands take.
  public let name: String
  /// What it is, to stand after "Build"; no full stop.
  public let summary: String
  /// What else there is to say of it, in sentences.
  public let discussion: String
  /// What it comes to for the images that it is made for, as `MethodEntry` has it.
  let sizes: String
  /// Settings worth trying, each with what they do.
  let examples: [(settings: String, says: String)]
  /// What loads images for them, as `MethodEntry` has it.
  var exampleData: String?
  let design: NetworkDesign
  /// Its settings for a number of clusters and such images; given the preset itself.
  let settings: @Sendable (Preset, Int, ImageTraits) -> ModelConfiguration
  /// How a model of such settings is trained on such images, from nothing to its clusters.
  let recipe: @Sendable (ModelConfiguration, ImageTraits) -> TrainingRecipe

  /// Its settings for `clusterCount` clusters of such images.
  public func configuration(clusterCount: Int, for images: ImageTraits) -> ModelConfiguration {
    var configuration = settings(self, clusterCount, images)
    configuration.imageSide = max(images.shape.height, images.shape.width)
    return configuration
  }

  /// Whether its network takes images of a shape.
  public func accepts(_ images: ImageShape) -> Bool { design.accepts(images) }
}

extension Preset {
  /// Every preset, in the order in which they are offered: the one for a first try comes first.
  public static let all: [Preset] = [.fast, .tuned, .reference, .fashion, .cifar10, .coil20]
}

extension MethodEntry {
  /// The model that a preset builds.
  public init(_ preset: Preset) {
    self.init(
      ClusterDDPMModel.self, name: preset.name, summary: preset.summary, discussion: preset.discussion,
      sizes: preset.sizes,
      round: """
        an M-step, in which the network goes once through all loaded images (an epoch of Adam), then an E-step, in which \
        all of them are encoded and the mixture is fitted anew; before the first, a mixture is fitted if there is none
        """,
      examples: preset.examples, exampleData: preset.exampleData, standard: preset.configuration)
  }
}

extension Preset: Equatable, CustomStringConvertible {
  public static func == (a: Preset, b: Preset) -> Bool { a.name == b.name }
  public var description: String { name }
}

extension ClusterDDPMModel {
  /// Its preset's.
  public func recipe(for images: ImageTraits) -> TrainingRecipe {
    guard let preset = Preset.all.first(where: { $0.name == configuration.preset }) else {
      preconditionFailure("there is no preset \(configuration.preset)")
    }
    return preset.recipe(configuration, images)
  }
}

extension ModelConfiguration {
  /// Epochs that come to so many steps on such images: two at least.
  func epochs(ofSteps steps: Int, on images: ImageTraits) -> Int {
    let stepsPerEpoch = max(1, (images.count + batchSize - 1) / batchSize)
    return max(2, (steps + stepsPerEpoch - 1) / stepsPerEpoch)
  }
}
