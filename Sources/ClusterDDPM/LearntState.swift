import Clustering
import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

extension ClusterDDPMModel: NetworkMethod {
  /// Network and optimiser under the network's own names, in PyTorch's layout; then mixture, clusters, held
  /// responsibilities and position. A tightening ends before anything is saved.
  public static let learnt: [StateField<Self>] = [
    StateField(
      save: { $0.network.saveTensors(to: &$1) }, restore: { try $0.network.restoreTensors(from: $1) }),
    StateField(save: { $0.saveAverage(to: &$1) }, restore: { try $0.restoreAverage(from: $1) }),
    StateField(
      save: { $0.network.saveOptimiser($0.optimiser, to: &$1) },
      restore: { $0.optimiser = try $0.network.restoredOptimiser(optimiser($0.configuration), from: $1) }),
    .optional("mixture", \.mixture) { mixture, model, state in
      try state.require(
        mixture.componentCount == model.componentCount && mixture.dimension == model.latentSize, "mixture.means",
        "\(model.componentCount) means of \(model.latentSize) latents",
        found: "\(mixture.componentCount) of \(mixture.dimension)")
      try state.requireCovariance(
        of: mixture, "mixture", freedom: model.configuration.mixtureOptions.freedom)
    },
    .value("clusters", \.clusterOfComponent) { clusters, model, state in
      try state.requireClusters(clusters, "clusters", count: model.mixture?.componentCount ?? 0)
      try state.require(
        model.configuration.grouping == .none || clusters.allSatisfy { $0 < model.clusterCount }, "clusters",
        "at most \(model.clusterCount) clusters", found: "more")
    },
    .optional("graph", \.neighbourClusters) { images, model, state in
      try state.require(
        images.points.columns == model.latentSize && images.clusterCount == model.clusterCount, "graph.latents",
        "\(model.latentSize) latents in \(model.clusterCount) clusters",
        found: "\(images.points.columns) in \(images.clusterCount)")
    },
    .list("partitions", \.earlierPartitions),
    .optional("classifier", \.clusterClassifier) { classifier, model, state in
      let (inputs, clusters) = (classifier.layer.weight.shape[0], classifier.clusterCount)
      try state.require(
        inputs == model.latentSize && clusters == model.clusterCount, "classifier.weight",
        "\(model.latentSize) latents and \(model.clusterCount) clusters", found: "\(inputs) and \(clusters)")
    },
    .optional("responsibilities", \.heldResponsibilities) { held, model, state in
      try state.require(
        held.columns == model.componentCount, "responsibilities", "\(model.componentCount) columns",
        found: held.columns)
    },
    .value("clusters.counted", \.configuration.findsClusterCount),
    .value("position.epochs", \.pretrainingEpochsBegun),
    .value("position.rounds", \.roundsBegun),
  ]

  /// A file holds each of the network's numbers, and a network has many for each pixel.
  public static func checkSize(
    _ configuration: ModelConfiguration, images: ImageShape, in state: StateReader
  ) throws {
    let count = state.floatCount
    let isPlausible =
      images.dimensions.allSatisfy { (1...1 << 16).contains($0) } && images.dimensions.reduce(4, *) <= count
    let parameters =
      isPlausible && configuration.channelCount > 0 && configuration.design.accepts(images)
      ? configuration.design.parameterCount(images, configuration.channelCount, configuration.latentSize) : nil
    guard isPlausible, parameters ?? 0 <= count else {
      throw StateError.tooSmall(file: state.file.path, method: configuration.preset, found: count)
    }
  }

  public func withWeights(from state: StateReader) throws -> ClusterDDPMModel {
    var model = try ClusterDDPMModel(configuration, images: imageShape, source: source)
    try model.network.restoreTensors(from: state)
    model.weightAverage?.network = model.network
    return model
  }

  private func saveAverage(to state: inout StateWriter) {
    guard let weightAverage else { return }
    weightAverage.network.saveTensors(to: &state, prefix: "average.")
    weightAverage.stepCount.save(as: "average.steps", to: &state)
  }

  private mutating func restoreAverage(from state: StateReader) throws {
    guard weightAverage != nil else { return }
    try weightAverage?.network.restoreTensors(from: state, prefix: "average.")
    weightAverage?.stepCount = try Int("average.steps", from: state)
  }
}

// MARK: - Values

extension StoredPartitions: StateValue {
  func save(as name: String, to state: inout StateWriter) {
    state.add("\(name).clusters", shape: [clusters.count, clusters.first?.count ?? 0], .int64) {
      .int64(clusters.flatMap { $0.map(Int64.init) })
    }
    clusterCount.save(as: "\(name).count", to: &state)
  }

  init(_ name: String, from state: StateReader) throws {
    let count = try Int("\(name).count", from: state)
    try state.require((1...Int(UInt16.max)).contains(count), "\(name).count", "1 to 65535 clusters", found: count)
    self.init(try state.integerRows("\(name).clusters", in: 0..<count), into: count)
  }
}

extension ClusterClassifier: StateValue {
  package func save(as name: String, to state: inout StateWriter) {
    layer.saveTensors(to: &state, prefix: "\(name).")
    clusterOfOutput.save(as: "\(name).clusters", to: &state)
  }

  package init(_ name: String, from state: StateReader) throws {
    let clusters = try [Int]("\(name).clusters", from: state)
    try state.requireClusters(clusters, "\(name).clusters", count: clusters.count)
    let shape = state.file["\(name).weight"]?.shape ?? []
    let inputs = shape.last ?? 0
    try state.require(
      shape == [clusters.count, inputs] && inputs > 0, "\(name).weight", "\(clusters.count) rows", found: shape)
    var layer = Linear(weight: .zeros([inputs, clusters.count]), bias: .zeros([clusters.count]))
    try layer.restoreTensors(from: state, prefix: "\(name).")
    self.init(layer, clusterOfOutput: clusters)
  }
}
