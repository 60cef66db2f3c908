import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// What the tables of parts promise: every tensor is in one, once, under its property's name; the outline tells all.
@Suite("Tables of parts") struct PartTests {
  private static let source = RandomSource(seed: 2)

  static let layers: [any Layer] = [
    Linear(2, 3, source: source), Perceptron(2, hidden: 3, 4, activation: .silu, source: source),
    Convolution(2, 3, kernel: 3, source: source), Upsampling(2, 3, size: 2, source: source),
    GroupNorm(8), BatchNorm(3), AdaptiveResidualBlock(8, 8, embedding: 2, source: source),
    AdaptiveResidualBlock(8, 16, embedding: 2, source: source), DoubleConvolutionBlock(2, 3, source: source),
    TimeLatentBlock(8, 16, embedding: 2, source: source), TimeLatentBlock(8, 8, embedding: nil, source: source),
    AttentionBlock(8, source: source),
  ]

  /// A tensor that a table forgets would be neither trained nor saved.
  @Test(arguments: layers) func everyTensorIsNamedOnce(layer: any Layer) {
    let stored = storedTensors(in: layer)
    #expect(layer.state.map(\.path) == stored.map(\.path))
    #expect(layer.state.map(\.tensor.storageIdentifier) == stored.map(\.tensor.storageIdentifier))
    #expect(layer.outline.isEmpty, "a layer is one line in the outline of its network")
  }

  private struct Forgetful: Layer {
    var first = Linear(2, 3, source: source)
    private var second: Linear? = Linear(3, 2, source: source)

    static let parts: [Part<Self>] = [.layer("first", \.first)]
  }

  @Test func aTensorThatIsForgottenIsFound() {
    let layer = Forgetful()
    #expect(storedTensors(in: layer).map(\.path) == ["first.weight", "first.bias", "second.weight", "second.bias"])
    #expect(layer.state.map(\.path) == ["first.weight", "first.bias"])
  }

  private struct Encoder: Layer {
    var convolution = Convolution(1, 4, kernel: 3, source: source)
    var norm = GroupNorm(4, groups: 2)
    private var shape: [Int] { [6, 6, convolution.bias.count] }

    static let parts: [Part<Self>] = [
      .layer("convolution", \.convolution, "convolution 3×3, GroupNorm", output: \.shape),
      .layer("norm", \.norm, countedIn: "convolution"),
    ]
  }

  private struct Network: Layer {
    var encoder = Encoder()
    var time = Linear(1, 4, source: source)
    var head: Linear? = Linear(4, 2, source: source)
    var offset = Tensor([1, 2, 3, 4])
    private var vector: [Int] { [4] }

    static let parts: [Part<Self>] = [
      .layer("encoder", \.encoder),
      .layer("unet.time", \.time, countedIn: "unet.embedding"),
      .operation("unet.pool", "average pool 6", output: \.vector),
      .operation("unet.embedding", "linear of t", output: \.vector),
      .layer("head", \.head),
      .parameter("offset", \.offset),
    ]
  }

  @Test func outlineTellsPartsInTheOrderOfTheTable() {
    var network = Network()
    #expect(
      network.outline == [
        LayerOutline("encoder.convolution", "convolution 3×3, GroupNorm", [6, 6, 4], 9 * 4 + 4 + 4 + 4),
        LayerOutline("unet.pool", "average pool 6", [4], 0),
        LayerOutline("unet.embedding", "linear of t", [4], 4 + 4),
      ])
    #expect(
      network.state.map(\.path).suffix(5) == [
        "unet.time.weight", "unet.time.bias", "head.weight", "head.bias", "offset",
      ])
    let count = network.parameterCount
    network.head = nil
    #expect(network.state.map(\.path).suffix(3) == ["unet.time.weight", "unet.time.bias", "offset"])
    #expect(network.parameterCount == count - 4 * 2 - 2)
  }

  @Test func optimisingCopiesNoTensor() {
    var network = Network()
    // Tensors that nothing else refers to.
    network.visitState { _, _, tensor in tensor = tensor + 0 }
    let before = network.state.map(\.tensor.storageIdentifier)
    let values = network.parameters.map(\.scalars)
    var adam = Adam(learningRate: 0.1)
    for _ in 0..<2 {
      let gradients = network.parameters.map { Tensor(repeating: 1, shape: $0.shape) }
      network.mutateParameters { _ = adam.update(&$0, gradients: gradients) }
    }
    #expect(network.state.map(\.tensor.storageIdentifier) == before)
    #expect(!zip(network.parameters, values).contains { $0.scalars == $1 })
    // A copy keeps what it had, at the price of the copy.
    let copy = network
    let gradients = network.parameters.map { Tensor(repeating: 1, shape: $0.shape) }
    network.mutateParameters { _ = adam.update(&$0, gradients: gradients) }
    #expect(copy.state.map(\.tensor.storageIdentifier) == before)
    #expect(Set(network.state.map(\.tensor.storageIdentifier)).isDisjoint(with: before))
  }
}
