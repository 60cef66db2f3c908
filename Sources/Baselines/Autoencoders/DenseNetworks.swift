import ClusteringMethods
import Images
import NeuralNetworks
import Options
import TensorEngine

/// Pixels through three hidden layers with ReLU to a code: 784-500-500-2000-10 (Xie et al. 2016, Jiang et al. 2017).
package struct DenseEncoder: Layer {
  var hidden1: Linear
  var hidden2: Linear
  var hidden3: Linear
  package var code: Linear

  package static let parts: [Part<Self>] = [
    .layer("hidden1", \.hidden1, "linear, ReLU", output: \.size1),
    .layer("hidden2", \.hidden2, "linear, ReLU", output: \.size2),
    .layer("hidden3", \.hidden3, "linear, ReLU", output: \.size3),
    .layer("code", \.code, "linear", output: \.codeSize),
  ]

  private var size1: [Int] { [hidden1.bias.count] }
  private var size2: [Int] { [hidden2.bias.count] }
  private var size3: [Int] { [hidden3.bias.count] }
  private var codeSize: [Int] { [code.bias.count] }

  init(_ inputs: Int, _ widths: DenseWidths, code size: Int, source: RandomSource) {
    hidden1 = Linear(inputs, widths.first, source: source.derived("hidden1"))
    hidden2 = Linear(widths.first, widths.second, source: source.derived("hidden2"))
    hidden3 = Linear(widths.second, widths.third, source: source.derived("hidden3"))
    code = Linear(widths.third, size, source: source.derived("code"))
  }

  /// The last hidden layer of `[batch, pixels]`.
  func features(_ x: Tensor) -> Tensor {
    hidden3(hidden2(hidden1(x).activated(.relu)).activated(.relu)).activated(.relu)
  }

  package func callAsFunction(_ x: Tensor) -> Tensor { code(features(x)) }
}

/// The encoder's mirror image: a code to the logits of pixels.
package struct DenseDecoder: Layer {
  var hidden1: Linear
  var hidden2: Linear
  var hidden3: Linear
  var pixels: Linear

  package static let parts: [Part<Self>] = [
    .layer("hidden1", \.hidden1, "linear, ReLU", output: \.size1),
    .layer("hidden2", \.hidden2, "linear, ReLU", output: \.size2),
    .layer("hidden3", \.hidden3, "linear, ReLU", output: \.size3),
    .layer("pixels", \.pixels, "linear, sigmoid", output: \.pixelCount),
  ]

  private var size1: [Int] { [hidden1.bias.count] }
  private var size2: [Int] { [hidden2.bias.count] }
  private var size3: [Int] { [hidden3.bias.count] }
  private var pixelCount: [Int] { [pixels.bias.count] }

  init(_ outputs: Int, _ widths: DenseWidths, code size: Int, source: RandomSource) {
    hidden1 = Linear(size, widths.third, source: source.derived("hidden1"))
    hidden2 = Linear(widths.third, widths.second, source: source.derived("hidden2"))
    hidden3 = Linear(widths.second, widths.first, source: source.derived("hidden3"))
    pixels = Linear(widths.first, outputs, source: source.derived("pixels"))
  }

  /// Logits of `[batch, code]`; their sigmoid is how bright pixels are.
  package func callAsFunction(_ code: Tensor) -> Tensor {
    pixels(hidden3(hidden2(hidden1(code).activated(.relu)).activated(.relu)).activated(.relu))
  }

  /// The images of some codes, by `[codes, pixels]` in 0...1.
  func images(of codes: Tensor) -> Tensor {
    let odds = (-self(codes)).exponential + 1
    return Tensor(repeating: 1, shape: odds.shape) / odds
  }
}

/// Settings of a method with these networks.
protocol DenseConfiguration: Sendable {
  var widths: DenseWidths { get set }
}

extension DenseConfiguration {
  static var widthOptions: [MethodOption<Self>] {
    [
      MethodOption(
        "width1", \Self.widths.first, .integer(in: 1...65_536), help: "units of the layer next to the pixels"),
      MethodOption("width2", \Self.widths.second, .integer(in: 1...65_536), help: "units of the middle layer"),
      MethodOption("width3", \Self.widths.third, .integer(in: 1...65_536), help: "units of the layer next to the code"),
    ]
  }
}

/// How many units the three hidden layers have, from the pixels on.
package struct DenseWidths: Sendable, Equatable {
  package var first = 500
  package var second = 500
  package var third = 2000

  package init() {}

  /// Numbers that encoder and decoder learn together, the encoder's head being `heads` codes wide; nil for more than can
  /// be counted.
  func parameterCount(pixels: Int, code: Int, heads: Int) -> Int? {
    networkParameterCount([
      (pixels, first), (first, second), (second, third), (third, heads * code), (code, third), (third, second),
      (second, first), (first, pixels),
    ])
  }
}

/// Numbers that layers with biases learn, each given by what one of its outputs sees and by its outputs; nil for more than
/// can be counted.
func networkParameterCount(_ layers: [(inputs: Int, outputs: Int)]) -> Int? {
  var sum = 0
  for (inputs, outputs) in layers {
    let (product, overflow) = (inputs + 1).multipliedReportingOverflow(by: outputs)
    guard !overflow, product < 1 << 56 else { return nil }
    sum += product
  }
  return sum
}

/// −Σ [x log y + (1 − x) log(1 − y)] over the pixels of each image, averaged over the batch, where y is the sigmoid of
/// `logits`: by softplus, so that nothing is added to a logarithm.
package func binaryCrossEntropy(_ logits: Tensor, target: Tensor) -> Tensor {
  let positive = logits.activated(.relu)
  let magnitude = positive + (-logits).activated(.relu)
  let softplus = positive + ((-magnitude).exponential + 1).logarithm
  return (softplus - logits * target).sum * (1 / Float(logits.shape[0]))
}

/// Images as the networks take them: `[indices.count, pixels]`, 0 black to 1 white.
func pixelTensor(of images: ImageSet, at indices: some Collection<Int>) -> Tensor {
  Tensor(images.floats(at: indices, in: .unit), shape: [indices.count, images.imageSize])
}
