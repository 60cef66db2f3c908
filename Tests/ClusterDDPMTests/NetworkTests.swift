import ClusterDDPM
import Clustering
import Images
import NeuralNetworks
import Options
import TensorEngine
import TestSupport
import Testing

@Suite("Networks") struct NetworkTests {
  static let mnist = ImageShape(height: 28, width: 28, channels: 1)

  private func model(
    _ preset: Preset, _ images: ImageShape? = nil, _ change: (inout ModelConfiguration) -> Void = { _ in }
  ) throws -> ClusterDDPMModel {
    var configuration = preset.configuration(clusterCount: 10, for: .example)
    change(&configuration)
    return try ClusterDDPMModel(configuration, images: images ?? smallest(preset), source: RandomSource(seed: 0))
  }

  private func smallest(_ preset: Preset) -> ImageShape {
    ImageShape(height: preset.smallestSide, width: preset.smallestSide, channels: 1)
  }

  private func encoderParameters(_ model: ClusterDDPMModel) -> Int {
    model.outline.filter { $0.name.hasPrefix("encoder") }.reduce(0) { $0 + $1.parameterCount }
  }

  @Test func parameterCountsArePublished() throws {
    let reference = try model(.reference)
    #expect(reference.parameterCount == 1_996_673)
    #expect(encoderParameters(reference) == 342_144)
    #expect(try model(.reference) { $0.latentSize = 64 }.parameterCount == 2_011_073)
    #expect(try model(.fashion).parameterCount == 2_011_073)
    let fast = try model(.fast, Self.mnist)
    #expect(fast.parameterCount == 1_366_456)
    #expect(encoderParameters(fast) == 888_084)
  }

  /// The paper gives 46.2 and 11.14 million; PyTorch modules of these sizes have as many as here.
  @Test func parameterCountsOfLargerImagesAreThePapers() throws {
    let coil20 = try model(.coil20, ImageShape(height: 128, width: 128, channels: 1))
    #expect(coil20.parameterCount == 11_143_477)
    #expect(encoderParameters(coil20) == 2_924_532)
    #expect(coil20.outline.first { $0.name == "unet.middle" }?.outputShape == [4, 4, 192])
    let cifar10 = try model(.cifar10, ImageShape(height: 32, width: 32, channels: 3))
    #expect(cifar10.parameterCount == 46_233_091)
    #expect(encoderParameters(cifar10) == 12_217_888)
    let attended = cifar10.outline.filter { $0.name.contains("downs") && $0.operation.contains("attention") }
    #expect(attended.map(\.name) == ["encoder.downs.2", "unet.downs.2"])
    #expect(attended.allSatisfy { $0.outputShape == [8, 8, 288] })
  }

  /// Sides, and the patch, channels and U-Net's grid that the rule of `fast` makes of them.
  @Test(arguments: [
    (28, 28, 32, 14), (32, 32, 32, 16), (64, 64, 48, 16), (128, 128, 64, 16), (48, 40, 48, 12), (36, 36, 32, 18),
    (256, 256, 80, 16), (8, 8, 32, 4),
  ])
  func fastFollowsTheSizeOfImages(_ height: Int, _ width: Int, _ channels: Int, _ grid: Int) throws {
    let shape = ImageShape(height: height, width: width, channels: 3)
    let traits = ImageTraits(shape: shape, count: 1000, margin: 0.2)
    var configuration = Preset.fast.configuration(clusterCount: 10, for: traits)
    #expect(configuration.channelCount == channels && configuration.imageSide == height)
    configuration.channelCount = 8
    let model = try ClusterDDPMModel(configuration, images: shape, source: RandomSource(seed: 0))
    let outline = Dictionary(uniqueKeysWithValues: model.outline.map { ($0.name, $0.outputShape) })
    #expect(outline["unet.stem"]?.first == grid && outline["unet.block2"]?.first == grid / 2)
    #expect(outline["encoder.convolution4"]?.first == grid / 2)
    #expect(outline["unet.output"] == [height, width, 3])
    var network = model.network
    let images = fixedNormals([1, height, width, 3], "images")
    let encoded = network.encode(images, .evaluation)
    #expect(network.predict(images, times: [0.5], latents: encoded.mean, .evaluation).shape == images.shape)
  }

  @Test(arguments: Preset.all) func outlineCountsEveryParameter(preset: Preset) throws {
    let images = smallest(preset)
    let model = try model(preset, images)
    #expect(model.outline.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    #expect(model.networkState.count == Set(model.networkState.map(\.path)).count)
    #expect(model.outline.last?.outputShape == [images.height, images.width, images.channels])
  }

  /// A tensor that a table forgets would be neither trained nor saved, one that it names twice moved twice a step.
  @Test(arguments: Preset.all) func tablesNameEveryTensorOnce(preset: Preset) throws {
    let network = try model(preset).network
    let stored = storedTensors(in: network)
    let named = network.state
    #expect(named.map(\.tensor.storageIdentifier) == stored.map(\.tensor.storageIdentifier))
    // A table may put parts under a name of their own, as those of the U-Net: their properties' names end the paths.
    for (named, stored) in zip(named, stored) {
      #expect(named.path == stored.path || named.path.hasSuffix("." + stored.path))
    }
  }

  /// Adam changes the parameters where they are: a copy of each would cost every step memory and time.
  @Test(arguments: Preset.all) func stepsAreTakenInPlace(preset: Preset) throws {
    func check<Network: ConditionalNetwork>(_ network: Network) {
      var network = network
      // Tensors that nothing else refers to.
      network.visitState { _, _, tensor in tensor = tensor + 0 }
      let before = network.state.map(\.tensor.storageIdentifier)
      let gradients = network.parameters.map { Tensor(repeating: 1, shape: $0.shape) }
      var adam = Adam(learningRate: 0.1)
      let values = network.state.map(\.tensor.scalars)
      network.mutateParameters { _ = adam.update(&$0, gradients: gradients) }
      #expect(network.state.map(\.tensor.storageIdentifier) == before)
      #expect(zip(network.state, values).allSatisfy { ($0.tensor.scalars != $1) == ($0.kind == .parameter) })
    }
    check(try model(preset).network)
  }

  @Test func referenceRefusesOtherImages() {
    for shape in [(32, 32, 3), (28, 28, 3), (32, 32, 1)] {
      let images = ImageShape(height: shape.0, width: shape.1, channels: shape.2)
      let error = #expect(throws: ModelError.self) { try model(.reference, images) }
      guard case .imageShape(images, preset: "reference", let requirement)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(requirement.contains("28×28"))
    }
    let odd = ImageShape(height: 30, width: 28, channels: 1)
    #expect(throws: ModelError.self) { try model(.reference, odd) }
    #expect(throws: ModelError.self) { try model(.fast, odd) }
  }

  @Test(arguments: [[32, 32, 3], [8, 8, 1], [12, 20, 4], [64, 64, 1]])
  func fastTakesAnySidesThatAreMultiplesOfFour(shape: [Int]) throws {
    let model = try model(.fast, ImageShape(height: shape[0], width: shape[1], channels: shape[2])) {
      $0.channelCount = 8
    }
    var network = model.network
    let images = fixedNormals([2] + shape, "images")
    let encoded = network.encode(images, .evaluation)
    #expect(encoded.mean.shape == [2, 10] && encoded.logVariance.shape == [2, 10])
    let prediction = network.predict(images, times: [0.1, 0.9], latents: encoded.mean, .evaluation)
    // The output convolution starts at zero.
    #expect(prediction == .zeros(images.shape))
  }

  @Test func sizesThatDoNotFitAreRefused() {
    func refused(_ preset: Preset, _ change: (inout ModelConfiguration) -> Void) -> (ModelError?, option: String?) {
      let error = #expect(throws: ArgumentError.self) { try model(preset, nil, change) }
      return (error?.error as? ModelError, error?.parameter)
    }
    #expect(refused(.fast) { $0.channelCount = 12 } == (.channelCount(12), "channels"))
    #expect(refused(.reference) { $0.channelCount = 0 } == (.channelCount(0), "channels"))
    #expect(refused(.fast) { $0.componentCount = 9 } == (.fewerComponents(9, clusters: 10), "components"))
  }

  @Test(arguments: Preset.all) func startDependsOnTheSeedAlone(preset: Preset) throws {
    let configuration = preset.configuration(clusterCount: 10, for: .example)
    func state(_ seed: UInt64) throws -> [[Float]] {
      try ClusterDDPMModel(configuration, images: smallest(preset), source: RandomSource(seed: seed))
        .networkState.map(\.tensor.scalars)
    }
    #expect(try state(1) == state(1))
    #expect(try state(1) != state(2))
  }

  /// log σ² is kept where its exponential neither overflows nor freezes a latent.
  @Test func fastEncoderBoundsItsVariance() throws {
    var network = try model(.fast, Self.mnist).network
    network.visitState { path, _, tensor in
      if path == "encoder.heads.bias" { tensor = Tensor((0..<20).map { $0 % 2 == 0 ? 100 : -100 }) }
    }
    let logVariance = network.encode(fixedNormals([1, 28, 28, 1], "images"), .evaluation).logVariance
    #expect(logVariance.scalars == (0..<10).map { $0 % 2 == 0 ? 5 : -10 })
  }
}
