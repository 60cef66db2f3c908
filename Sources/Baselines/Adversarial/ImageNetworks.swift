import ClusteringMethods
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

/// How wide the networks of the adversarial methods are, from the pixels on: channels of two convolutions, units of the
/// layer behind them (DCGAN's, as InfoGAN has them for 28×28 images).
package struct ImageWidths: Sendable, Equatable {
  package var first: Int
  package var second: Int
  package var hidden: Int

  package init(_ first: Int = 64, _ second: Int = 128, hidden: Int = 1024) {
    (self.first, self.second, self.hidden) = (first, second, hidden)
  }

  /// Half as wide: a quarter of the work.
  static let half = ImageWidths(32, 64, hidden: 512)
}

/// Settings of a method with these networks.
protocol ImageConfiguration: Sendable {
  var widths: ImageWidths { get set }
}

extension ImageConfiguration {
  static var widthOptions: [MethodOption<Self>] {
    [
      MethodOption(
        "width1", \Self.widths.first, .integer(in: 1...4096), help: "channels of the convolution next to the pixels"),
      MethodOption("width2", \Self.widths.second, .integer(in: 1...4096), help: "channels of the other convolution"),
      MethodOption(
        "width3", \Self.widths.hidden, .integer(in: 1...65_536), help: "units of the layer next to the code"),
    ]
  }
}

/// Images of sides that 4 divides, in 0...1, through two convolutions 4×4 of stride 2 and a hidden layer to some numbers:
/// a critic that gives one, or an encoder.
package struct ImageReader: Layer {
  package var convolution1: Convolution
  package var convolution2: Convolution
  package var hidden: Linear
  package var output: Linear
  private let shape: ImageShape
  /// Of the leaky ReLUs between the layers.
  package let slope: Float

  package static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1, "convolution 4×4, stride 2, leaky ReLU", output: \.halved),
    .layer("convolution2", \.convolution2, "convolution 4×4, stride 2, leaky ReLU", output: \.quartered),
    .layer("hidden", \.hidden, "linear, leaky ReLU", output: \.hiddenSize),
    .layer("output", \.output, "linear", output: \.outputSize),
  ]

  private var halved: [Int] { [shape.height / 2, shape.width / 2, convolution1.bias.count] }
  private var quartered: [Int] { [shape.height / 4, shape.width / 4, convolution2.bias.count] }
  private var hiddenSize: [Int] { [hidden.bias.count] }
  private var outputSize: [Int] { [output.bias.count] }

  init(_ shape: ImageShape, _ widths: ImageWidths, outputs: Int, slope: Double, source: RandomSource) {
    (self.shape, self.slope) = (shape, Float(slope))
    convolution1 = .narrow(shape.channels, widths.first, source.derived("convolution1"))
    convolution2 = .narrow(widths.first, widths.second, source.derived("convolution2"))
    hidden = .narrow(shape.height / 4 * (shape.width / 4) * widths.second, widths.hidden, source.derived("hidden"))
    output = .narrow(widths.hidden, outputs, source.derived("output"))
  }

  /// `[batch, outputs]` of `[batch, height, width, channels]`.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let features = convolution2(convolution1(x).leakyRectified(slope: slope)).leakyRectified(slope: slope)
    let flat = features.reshaped(to: [x.shape[0], hidden.weight.shape[0]])
    return output(hidden(flat).leakyRectified(slope: slope))
  }

  /// The penalty of a critic's slope at some images.
  package func gradientPenalty(at x: Tensor) -> Tensor {
    x.gradientPenalty(
      of: [
        .convolution(weight: convolution1.weight, bias: convolution1.bias, stride: 2, padding: 1),
        .convolution(weight: convolution2.weight, bias: convolution2.bias, stride: 2, padding: 1),
        .linear(weight: hidden.weight, bias: hidden.bias), .linear(weight: output.weight, bias: output.bias),
      ], slope: slope)
  }
}

/// A code through two linear layers and two transposed convolutions 4×4 of stride 2 to the logits of an image's pixels.
package struct ImageGenerator: Layer {
  package var hidden: Linear
  package var hiddenNorm: BatchNorm?
  package var spread: Linear
  package var spreadNorm: BatchNorm
  package var convolution1: TransposedConvolution
  package var norm1: BatchNorm
  package var convolution2: TransposedConvolution
  private let shape: ImageShape

  package static let parts: [Part<Self>] = [
    .layer("hidden", \.hidden, "linear, ReLU", output: \.hiddenSize),
    .layer("hiddenNorm", \.hiddenNorm, countedIn: "hidden"),
    .layer("spread", \.spread, "linear, BatchNorm, ReLU", output: \.quartered),
    .layer("spreadNorm", \.spreadNorm, countedIn: "spread"),
    .layer(
      "convolution1", \.convolution1, "transposed convolution 4×4, stride 2, BatchNorm, ReLU", output: \.halved),
    .layer("norm1", \.norm1, countedIn: "convolution1"),
    .layer("convolution2", \.convolution2, "transposed convolution 4×4, stride 2, sigmoid", output: \.image),
  ]

  private var hiddenSize: [Int] { [hidden.bias.count] }
  private var quartered: [Int] { [shape.height / 4, shape.width / 4, convolution1.weight.shape[3]] }
  private var halved: [Int] { [shape.height / 2, shape.width / 2, convolution1.bias.count] }
  private var image: [Int] { shape.dimensions }

  /// - Parameter hasHiddenNorm: whether the first layer is normalised too.
  init(_ inputs: Int, _ shape: ImageShape, _ widths: ImageWidths, hasHiddenNorm: Bool, source: RandomSource) {
    self.shape = shape
    let pixels = shape.height / 4 * (shape.width / 4) * widths.second
    hidden = .narrow(inputs, widths.hidden, source.derived("hidden"))
    hiddenNorm = hasHiddenNorm ? BatchNorm(widths.hidden, activation: .relu) : nil
    spread = .narrow(widths.hidden, pixels, source.derived("spread"))
    spreadNorm = BatchNorm(pixels, activation: .relu)
    convolution1 = .narrow(widths.second, widths.first, source.derived("convolution1"))
    norm1 = BatchNorm(widths.first, activation: .relu)
    convolution2 = .narrow(widths.first, shape.channels, source.derived("convolution2"))
  }

  /// Logits `[batch, height, width, channels]` of `[batch, inputs]`; their sigmoid is how bright pixels are.
  package mutating func callAsFunction(_ code: Tensor, _ mode: PassMode) -> Tensor {
    let first = hidden(code)
    let wide = spread(hiddenNorm?(first, mode) ?? first.activated(.relu))
    let features = spreadNorm(wide, mode).reshaped(to: [code.shape[0]] + quartered)
    return convolution2(norm1(convolution1(features), mode))
  }

  /// Images `[batch, height, width, channels]` in 0...1 of some codes, whatever others they are drawn with.
  package func images(of codes: Tensor) -> Tensor {
    var generator = self
    return generator(codes, .evaluation).activated(.sigmoid)
  }

  /// The same as images; throws `Interrupted` once there is a wish to end.
  func images(of codes: Tensor, shape: ImageShape) throws -> ImageSet {
    var pixels: [Float] = []
    for start in stride(from: 0, to: codes.shape[0], by: 200) {
      try Interruption.check()
      pixels += images(of: codes.rows(start..<min(start + 200, codes.shape[0]))).scalars
    }
    return ImageSet(
      floats: pixels, count: codes.shape[0], height: shape.height, width: shape.width, channelCount: shape.channels,
      range: .unit)
  }
}

/// Layers as the adversarial methods start them: weights normal with a deviation of 0.02 (Radford, Metz and Chintala
/// 2016), no biases.
private let startDeviation: Float = 0.02

extension Tensor {
  fileprivate static func narrow(_ shape: [Int], _ source: RandomSource) -> Tensor {
    .normals(shape, from: source.derived("weight")) * startDeviation
  }
}

extension Linear {
  static func narrow(_ inputs: Int, _ outputs: Int, _ source: RandomSource) -> Linear {
    Linear(weight: .narrow([inputs, outputs], source), bias: .zeros([outputs]))
  }
}

extension Convolution {
  /// 4×4 with stride 2: sides are halved.
  static func narrow(_ inputs: Int, _ outputs: Int, _ source: RandomSource) -> Convolution {
    Convolution(weight: .narrow([4, 4, inputs, outputs], source), bias: .zeros([outputs]), stride: 2, padding: 1)
  }
}

extension TransposedConvolution {
  /// 4×4 with stride 2: sides are doubled.
  static func narrow(_ inputs: Int, _ outputs: Int, _ source: RandomSource) -> TransposedConvolution {
    TransposedConvolution(
      weight: .narrow([4, 4, outputs, inputs], source), bias: .zeros([outputs]), stride: 2, padding: 1)
  }
}

/// Images as these networks take them: `[indices.count, height, width, channels]`, 0 black to 1 white.
func imageTensor(of images: ImageSet, at indices: some Collection<Int>) -> Tensor {
  Tensor(
    images.floats(at: indices, in: .unit),
    shape: [indices.count, images.height, images.width, images.channelCount])
}
