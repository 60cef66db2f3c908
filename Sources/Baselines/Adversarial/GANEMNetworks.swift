import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// GAN-EM's networks: generator, discriminator, and the encoder that says the clusters.
package struct GANEMNetworks: Layer {
  package var generator: ImageGenerator
  package var discriminator: DeepImageReader
  package var encoder: DeepImageReader

  package static let parts: [Part<Self>] = [
    .layer("generator", \.generator), .layer("discriminator", \.discriminator), .layer("encoder", \.encoder),
  ]

  package init(
    _ shape: ImageShape, _ widths: ImageWidths, noise: Int, classes: Int, slope: Double, source: RandomSource
  ) {
    generator = ImageGenerator(
      noise + classes, shape, widths, hasHiddenNorm: true, source: source.derived("generator"))
    discriminator = DeepImageReader(
      shape, widths, outputs: classes + 1, slope: slope, hasNorms: true, source: source.derived("discriminator"))
    encoder = DeepImageReader(
      shape, widths, outputs: classes, slope: slope, hasNorms: false, source: source.derived("encoder"))
  }
}

/// Images through three convolutions 4×4 of stride 2 and a hidden layer to some numbers: GAN-EM's discriminator, with
/// BatchNorm, and its encoder, without.
package struct DeepImageReader: Layer {
  package var convolution1: Convolution
  package var norm1: BatchNorm?
  package var convolution2: Convolution
  package var norm2: BatchNorm?
  package var convolution3: Convolution
  package var norm3: BatchNorm?
  package var hidden: Linear
  package var hiddenNorm: BatchNorm?
  package var output: Linear
  private let shape: ImageShape
  private let slope: Float

  package static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1, "convolution 4×4, stride 2, leaky ReLU", output: \.size1),
    .layer("norm1", \.norm1, countedIn: "convolution1"),
    .layer("convolution2", \.convolution2, "convolution 4×4, stride 2, leaky ReLU", output: \.size2),
    .layer("norm2", \.norm2, countedIn: "convolution2"),
    .layer("convolution3", \.convolution3, "convolution 4×4, stride 2, leaky ReLU", output: \.size3),
    .layer("norm3", \.norm3, countedIn: "convolution3"),
    .layer("hidden", \.hidden, "linear, leaky ReLU", output: \.hiddenSize),
    .layer("hiddenNorm", \.hiddenNorm, countedIn: "hidden"),
    .layer("output", \.output, "linear", output: \.outputSize),
  ]

  private var size1: [Int] { [shape.height / 2, shape.width / 2, convolution1.bias.count] }
  private var size2: [Int] { [shape.height / 4, shape.width / 4, convolution2.bias.count] }
  private var size3: [Int] { [shape.height / 8, shape.width / 8, convolution3.bias.count] }
  private var hiddenSize: [Int] { [hidden.bias.count] }
  private var outputSize: [Int] { [output.bias.count] }

  init(
    _ shape: ImageShape, _ widths: ImageWidths, outputs: Int, slope: Double, hasNorms: Bool, source: RandomSource
  ) {
    (self.shape, self.slope) = (shape, Float(slope))
    let third = 2 * widths.second
    convolution1 = .narrow(shape.channels, widths.first, source.derived("convolution1"))
    convolution2 = .narrow(widths.first, widths.second, source.derived("convolution2"))
    convolution3 = .narrow(widths.second, third, source.derived("convolution3"))
    hidden = .narrow(shape.height / 8 * (shape.width / 8) * third, widths.hidden, source.derived("hidden"))
    output = .narrow(widths.hidden, outputs, source.derived("output"))
    if hasNorms {
      (norm1, norm2) = (BatchNorm(widths.first), BatchNorm(widths.second))
      (norm3, hiddenNorm) = (BatchNorm(third), BatchNorm(widths.hidden))
    }
  }

  /// `[batch, outputs]` of `[batch, height, width, channels]`.
  package mutating func callAsFunction(_ x: Tensor, _ mode: PassMode) -> Tensor {
    func normalised(_ x: Tensor, _ norm: inout BatchNorm?) -> Tensor {
      (norm?(x, mode) ?? x).leakyRectified(slope: slope)
    }
    let first = normalised(convolution1(x), &norm1)
    let second = normalised(convolution2(first), &norm2)
    let third = normalised(convolution3(second), &norm3)
    return output(normalised(hidden(third.reshaped(to: [x.shape[0], hidden.weight.shape[0]])), &hiddenNorm))
  }

  /// The discriminator's loss: on real images the logistic loss of each class, weighted by how likely the image is of it,
  /// and twice that of not being drawn; on drawn images that of being drawn and of no class; both averaged over images and
  /// outputs.
  ///
  /// - Parameter weights: p(class | image) of the real images, `[batch, K]`.
  package mutating func discriminatorLoss(real: Tensor, weights: Tensor, drawn: Tensor) -> Tensor {
    let (batch, k) = (real.shape[0], weights.shape[1])
    let isClass = Tensor.concatenatingChannels(
      Tensor(repeating: 1, shape: [batch, k]), Tensor.zeros([batch, 1]))
    let isDrawn = Tensor.concatenatingChannels(
      Tensor.zeros([drawn.shape[0], k]), Tensor(repeating: 1, shape: [drawn.shape[0], 1]))
    let importance = Tensor.concatenatingChannels(weights, Tensor(repeating: 2, shape: [batch, 1]))
    let onReal = (self(real, .training).logisticLosses(target: isClass) * importance).mean
    return onReal + self(drawn, .training).logisticLosses(target: isDrawn).mean
  }

  /// The generator's: that its images are taken for real ones of their class, by a discriminator as it is.
  ///
  /// - Parameter classes: one-hot, `[batch, K]`.
  package func generatorLoss(_ drawn: Tensor, classes: Tensor) -> Tensor {
    var copy = self
    let target = Tensor.concatenatingChannels(classes, Tensor.zeros([drawn.shape[0], 1]))
    return copy(drawn, .batch).logisticLosses(target: target).mean
  }

  /// The encoder's: the cross-entropy of the class that an image was drawn of.
  package mutating func classLoss(_ drawn: Tensor, classes: Tensor) -> Tensor {
    -(self(drawn, .training).logSoftmax * classes).sum * (1 / Float(drawn.shape[0]))
  }
}
