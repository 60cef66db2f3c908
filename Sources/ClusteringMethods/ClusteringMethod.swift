import ArrayFiles
import Clustering
import Images
import NeuralNetworks
import TensorEngine

/// A way of finding clusters among images, with everything that its training has come to.
///
/// A value: a copy is a snapshot, and an operation that throws leaves the method that it was called on to its caller to
/// keep or drop. What only some methods can do (draw images, be pretrained) are protocols of their own, in
/// Capabilities.swift. All random draws follow from the source that `init` is given.
public protocol ClusteringMethod: Sendable {
  /// Its settings, as `options` names them.
  associatedtype Configuration: Sendable

  /// Every number and choice of a configuration, in the order in which they are put into one: what decides whether
  /// another has an effect comes first.
  static var options: [MethodOption<Configuration>] { get }
  /// What its training tells, the number to watch first.
  static var metrics: [TrainingMetric] { get }

  /// An untrained method for images of `imageShape`; throws what speaks against them or the configuration.
  init(_ configuration: Configuration, images imageShape: ImageShape, source: RandomSource) throws
  /// Throws if a method of this configuration would be larger than a file that is to hold what it has learnt: before it is
  /// made.
  static func checkSize(_ configuration: Configuration, images imageShape: ImageShape, in state: StateReader) throws

  var configuration: Configuration { get set }
  /// The name of the entry that it is built by, a word that commands take.
  var name: String { get }
  var imageShape: ImageShape { get }
  /// The clusters that images are assigned to.
  var clusterCount: Int { get }
  /// The clusters that were asked for; others may be there on the way to them.
  var requestedClusterCount: Int { get }
  /// Numbers that stand for an image in `latents`.
  var latentSize: Int { get }
  /// How many numbers it learns.
  var parameterCount: Int { get }
  /// Its parts in the order of computation.
  var outline: [LayerOutline] { get }
  /// All that it has learnt, each thing once, those first that others are checked against: two methods of one configuration
  /// and source that agree in it act alike. What is missing here would be lost when a session is saved.
  static var learnt: [StateField<Self>] { get }
  /// What all its random draws follow from.
  var source: RandomSource { get }
  /// Rounds of training begun.
  var roundsBegun: Int { get }
  /// Rounds that are not to be done again: those begun, but for one that was stopped and goes on.
  var roundsDone: Int { get }
  /// What it takes for granted of the clusters it has found, in a line; nil for nothing that could be otherwise.
  var assumption: String? { get }
  /// How it is best trained on such images; a single round unless it says otherwise.
  func recipe(for images: ImageTraits) -> TrainingRecipe

  /// What comes before the first round, such as a first mixture; nothing where it is there already.
  ///
  /// Throws what `watch` throws, and what the images make impossible.
  mutating func beginTraining(on images: ImageSet, watch: Watch) throws
  /// A round of training, without the assignment of images that `finishRound` makes.
  ///
  /// `afterStep` is called after every step and says whether to go on; a stopped round keeps what it learnt. Throws
  /// `MethodError.diverged` if a loss is not a number.
  mutating func trainRound(on images: ImageSet, afterStep: (StepReport) -> Bool) throws -> EpochReport
  /// Ends a round that `trainRound` went through: the cluster of each image.
  ///
  /// Throws `MethodError.collapsed` if there is no clustering left to go on with, and what `watch` throws.
  mutating func finishRound(on images: ImageSet, watch: Watch) throws -> [Int]
  /// Forgets what is held of the images that were trained on: others take their place.
  mutating func forgetImages()

  /// Throws, for `action`, if there are no clusters yet to assign images to.
  func requireClusters(for action: String) throws
  /// What stands for each image, `[images, latentSize]`: what assignments, plots and exports use.
  func latents(of images: ImageSet, watch: Watch) throws -> Matrix
  /// p(cluster | latent) of every row of `latents`, `[rows, clusterCount]`; throws before there are clusters.
  func clusterProbabilities(ofLatents latents: Matrix) throws -> Matrix
  /// The cluster of every row of `latents`; throws before there are clusters.
  func assignments(ofLatents latents: Matrix) throws -> [Int]
  /// What shows whether its training goes wrong, on the images that it is trained on; throws what working out latents
  /// throws.
  func health(on images: ImageSet) throws -> Health
}

extension ClusteringMethod {
  public mutating func beginTraining(on images: ImageSet, watch: Watch) throws {}
  public mutating func forgetImages() {}
  public var requestedClusterCount: Int { clusterCount }
  public var roundsDone: Int { roundsBegun }
  public var assumption: String? { nil }
  public func recipe(for images: ImageTraits) -> TrainingRecipe { TrainingRecipe(rounds: 1) }
  public static func checkSize(
    _ configuration: Configuration, images imageShape: ImageShape, in state: StateReader
  ) throws {}

  /// What it has learnt as arrays by name, whose numbers are made when they are asked for.
  public var promisedState: [PromisedArray] {
    var state = StateWriter()
    for field in Self.learnt { field.save(self, &state) }
    return state.arrays
  }

  /// The same with their numbers.
  public var state: [NamedArray] { promisedState.map(\.array) }

  /// Learns what a method of this configuration and source had learnt.
  ///
  /// Throws `StateError` if an array is missing, does not fit, or is not asked for, and `ArrayFileError`; it is then to be
  /// dropped.
  mutating func restore(from state: StateReader) throws {
    for field in Self.learnt { try field.restore(&self, state) }
    try state.requireAllRead()
  }

  /// The latents of `images`, with nobody watching.
  public func latents(of images: ImageSet) throws -> Matrix { try latents(of: images) { _ in } }

  /// What every option is set to, those without a meaning left out.
  public var settings: [(name: String, value: any Sendable)] {
    Self.options.compactMap { option in option.get(configuration).map { (option.name, $0) } }
  }

  /// The settings that a training may change, as they are.
  public var adjustableSettings: [(name: String, value: any Sendable)] {
    let names = Self.options.filter(\.isAdjustable).map(\.name)
    return settings.filter { names.contains($0.name) }
  }

  /// Changes a setting for the rounds to come; false if there is none of this name that a training may change.
  public mutating func adjust(_ name: String, to value: any Sendable) -> Bool {
    guard let option = Self.options.first(where: { $0.name == name && $0.isAdjustable }) else { return false }
    return option.set(&configuration, value)
  }

  /// Throws `MethodError.collapsed` if one cluster holds nearly all of the images: there is no clustering left.
  public func requireSpread(_ assignments: [Int]) throws {
    guard clusterCount > 1, !assignments.isEmpty else { return }
    var sizes = [Int](repeating: 0, count: clusterCount)
    for cluster in assignments { sizes[cluster] += 1 }
    let share = Double(sizes.max()!) / Double(assignments.count)
    if share > 0.98 { throw MethodError.collapsed(share: share) }
  }
}
