import Baselines
import Clustering
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

private let shape = ImageShape(height: 6, width: 5, channels: 1)

/// Two kinds of images, bright above or below, with some noise.
private func images(_ count: Int = 60) -> ImageSet {
  let noise = RandomSource(seed: 4).uniforms(count: count * 30)
  let pixels = (0..<count * 30).map { place -> UInt8 in
    let (image, row) = (place / 30, place % 30 / 5)
    return UInt8(min(255, Float((row < 3) == (image % 2 == 0) ? 200 : 5) + 50 * noise[place]))
  }
  return ImageSet(count: count, height: 6, width: 5, channelCount: 1, pixels: pixels)
}

/// The loss and its optimisation against PyTorch from the same weights and draws.
@Suite("VaDE against PyTorch") struct VaDEGoldenTests {
  struct Golden: Decodable {
    let reconstruction, prior: Double
    let gradients, after: [String: [Double]]
  }

  private func network() -> VaDENetwork {
    var widths = DenseWidths()
    (widths.first, widths.second, widths.third) = (9, 7, 11)
    var network = VaDENetwork(
      pixels: 12, widths: widths, latentSize: 3, clusterCount: 4, varianceStart: .random, source: RandomSource(seed: 0))
    network.visitState { path, _, tensor in
      let inputs = Double(tensor.shape[0])
      let isMixture = path.hasPrefix("mixture")
      let scale = isMixture ? 1 : path.hasSuffix("weight") ? 1.5 / inputs.squareRoot() : 0.2
      tensor = formulaTensor(tensor.shape, path, scale: scale)
    }
    return network
  }

  @Test func lossGradientAndAStepAgree() throws {
    let expected = try golden("vade", in: .module, as: Golden.self)
    var network = network()
    let x = formulaTensor([5, 12], "images", scale: 0.5, offset: 0.5)
    let noise = formulaTensor([5, 3], "noise", scale: 1.5)
    let (_, gradients) = network.valueAndGradient { network in
      let terms = network.lossTerms(x, noise: noise)
      #expect(abs(Double(terms.reconstruction.scalar) / expected.reconstruction - 1) < 1e-5)
      #expect(abs(Double(terms.prior.scalar) / expected.prior - 1) < 1e-5)
      return terms.reconstruction + terms.prior
    }
    let paths = network.state.map(\.path)
    #expect(Set(paths) == Set(expected.gradients.keys))
    let largest = expected.gradients.values.joined().map(abs).max()!
    for (path, gradient) in zip(paths, gradients) {
      let wanted = try #require(expected.gradients[path])
      let scale = max(wanted.map(abs).max()!, 1e-2 * largest)
      for (found, wanted) in zip(gradient.scalars, wanted) {
        #expect(abs(Double(found) - wanted) < 1e-5 * scale, "\(path)")
      }
    }
    var optimiser = Adam(learningRate: 2e-3, epsilon: 1e-4)
    _ = network.mutateParameters { optimiser.update(&$0, gradients: gradients) }
    for (path, _, tensor) in network.state {
      for (found, wanted) in zip(tensor.scalars, try #require(expected.after[path])) {
        #expect(abs(Double(found) - wanted) < 1e-5 * max(abs(wanted), 0.05), "\(path): \(found), not \(wanted)")
      }
    }
  }

  /// Logits of any size, whose exponential would be none.
  @Test func crossEntropyOfLargeLogits() {
    let logits = Tensor([1000, -1000, 0, 3], shape: [2, 2])
    let target = Tensor([1, 0, 1, 0.25], shape: [2, 2])
    let expected = (0.6931472 + 3 - 0.75 + 0.04858735) / 2
    #expect(abs(Double(binaryCrossEntropy(logits, target: target).scalar) - expected) < 1e-6)
  }
}

@Suite("VaDE and the autoencoder") struct AutoencoderTests {
  private func vade(seed: UInt64 = 1) throws -> VaDEMethod {
    var configuration = VaDEMethod.Configuration(clusterCount: 2)
    (configuration.widths.first, configuration.widths.second, configuration.widths.third) = (16, 16, 24)
    (configuration.latentSize, configuration.batchSize, configuration.pretrainingBatch) = (3, 20, 10)
    (configuration.varianceStart, configuration.weights) = (.narrow, .fitted)
    configuration.pretrainingRate = 5e-3
    return try VaDEMethod(configuration, images: shape, source: RandomSource(seed: seed))
  }

  @Test func vadeFindsTheKinds() throws {
    let images = images()
    var method = try vade()
    var losses: [Double] = []
    for _ in 0..<20 { losses.append(try method.pretrainEpoch(on: images) { _ in true }.metrics[0]) }
    #expect(losses.last! < losses[0] - 2, "\(losses)")
    #expect(throws: MethodError.untrained(action: "a round")) { try method.trainRound(on: images) { _ in true } }
    try method.beginTraining(on: images) { _ in }
    var bounds: [Double] = []
    var clusters: [Int] = []
    for _ in 0..<8 {
      let report = try method.trainRound(on: images) { _ in true }
      #expect(abs(report.metrics[0] - report.metrics[1] - report.metrics[2]) < 1e-3)
      bounds.append(report.metrics[0])
      clusters = try method.finishRound(on: images) { _ in }
    }
    #expect(bounds.last! < bounds[0], "\(bounds)")
    #expect((0..<60).allSatisfy { clusters[$0] == clusters[$0 % 2] } && clusters[0] != clusters[1])
    // What it draws of a cluster is put there again; so is what it gives back.
    let drawn = try method.samples(perCluster: 4, clusters: [1, 0], options: SamplingOptions(), number: 2) { _, _ in }
    let again = try method.samples(perCluster: 4, clusters: [0], options: SamplingOptions(), number: 2) { _, _ in }
    #expect(drawn.count == 8 && Array(drawn.pixels[120...]) == again.pixels)
    let found = try method.assignments(ofLatents: method.latents(of: drawn))
    #expect(found == [1, 1, 1, 1, 0, 0, 0, 0])
    let back = try method.reconstructions(of: images, options: SamplingOptions()) { _, _ in }
    #expect(try method.assignments(ofLatents: method.latents(of: back)) == clusters)
    let probabilities = try method.clusterProbabilities(ofLatents: method.latents(of: images))
    #expect((0..<60).allSatisfy { abs(probabilities.row($0).reduce(0, +) - 1) < 1e-9 })
  }

  @Test func drawsFollowFromTheSeed() throws {
    let images = images()
    func trained(_ seed: UInt64) throws -> VaDEMethod {
      var method = try vade(seed: seed)
      _ = try method.pretrainEpoch(on: images) { _ in true }
      try method.beginTraining(on: images) { _ in }
      _ = try method.trainRound(on: images) { _ in true }
      return method
    }
    #expect(try trained(3).state == trained(3).state)
    #expect(try trained(3).state != trained(4).state)
  }

  /// The rate falls to its floor and stays; scaled sets what belongs to it.
  @Test func scaledSettings() throws {
    let entry = MethodEntry.vade
    let traits = ImageTraits(shape: shape, count: 70_000, margin: 0)
    func settings(_ given: [String: any Sendable]) throws -> [String: String] {
      let method = try entry.method(given, clusterCount: 2, images: traits, source: RandomSource(seed: 0))
      return Dictionary(uniqueKeysWithValues: method.settings.map { ($0.name, "\($0.value)") })
    }
    let published = try settings([:])
    #expect(published["batch"] == "100" && published["rate"] == "0.002" && published["weights"] == "uniform")
    let scaled = try settings(["length": TrainingLength.scaled, "batch": 64])
    #expect(scaled["batch"] == "64" && scaled["weights"] == "fitted" && scaled["variance-start"] == "narrow")
    let method = try entry.method(
      ["length": TrainingLength.scaled], clusterCount: 2, images: traits, source: RandomSource(seed: 0))
    #expect(method.recipe(for: traits) == TrainingRecipe(pretrainingEpochs: 30, rounds: 100))
    // Few images are shown more often.
    let few = method.recipe(for: ImageTraits(shape: shape, count: 2560, margin: 0))
    #expect(few.pretrainingEpochs == 200 && few.rounds == 100)
  }

  @Test(arguments: [AutoencoderMethod.CodeGrouping.kmeans, .gmm])
  func autoencoderFindsTheKinds(grouping: AutoencoderMethod.CodeGrouping) throws {
    var configuration = AutoencoderMethod.Configuration(clusterCount: 2)
    (configuration.widths.first, configuration.widths.second, configuration.widths.third) = (16, 16, 24)
    (configuration.latentSize, configuration.batchSize, configuration.grouping) = (3, 10, grouping)
    configuration.learningRate = 5e-3
    var method = try AutoencoderMethod(configuration, images: shape, source: RandomSource(seed: 1))
    let images = images()
    let first = try method.pretrainEpoch(on: images) { _ in true }.metrics[0]
    for _ in 0..<15 { _ = try method.pretrainEpoch(on: images) { _ in true } }
    try method.beginTraining(on: images) { _ in }
    #expect(try method.trainRound(on: images) { _ in true }.metrics[0] < first)
    let clusters = try method.finishRound(on: images) { _ in }
    #expect((0..<60).allSatisfy { clusters[$0] == clusters[$0 % 2] } && clusters[0] != clusters[1])
  }

  @Test func outlinesTellEveryParameter() throws {
    let method = try vade()
    #expect(method.outline.reduce(0) { $0 + $1.parameterCount } == method.parameterCount)
    var configuration = AutoencoderMethod.Configuration(clusterCount: 2)
    configuration.widths.third = 100
    let other = try AutoencoderMethod(configuration, images: shape, source: RandomSource(seed: 1))
    #expect(other.outline.reduce(0) { $0 + $1.parameterCount } == other.parameterCount)
  }
}
