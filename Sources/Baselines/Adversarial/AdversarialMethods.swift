import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import Interruptions
import NeuralNetworks
import Options
import TensorEngine

extension MethodOption {
  /// Adam's decays of its two moments.
  static func adam(
    _ beta1: WritableKeyPath<Configuration, Double> & Sendable,
    _ beta2: WritableKeyPath<Configuration, Double> & Sendable
  ) -> [Self] {
    [
      MethodOption("beta1", beta1, .number(in: 0...0.9999), help: "Adam's β₁"),
      MethodOption("beta2", beta2, .number(in: 0...0.999999), help: "Adam's β₂"),
    ]
  }
}

extension [TrainingMetric] {
  /// The losses of methods in which a discriminator, generators and what tells classes are trained, in this order.
  static let ofDiscriminatorGeneratorAndClasses = [
    TrainingMetric(
      "discriminatorLoss", "discriminator", decimals: 4, width: 13, curve: .init("loss", name: "discriminator")),
    TrainingMetric("generatorLoss", "generator", decimals: 4, width: 9, curve: .init("loss", name: "generator")),
    TrainingMetric("classLoss", "class", decimals: 4, width: 8, curve: .init("loss", name: "class")),
  ]
}

/// What speaks against images or settings of an adversarial method.
enum AdversarialError: Error, Equatable, CustomStringConvertible {
  case imageShape(ImageShape, method: String)
  case tooSmall(ImageShape, method: String)

  var description: String {
    switch self {
    case .imageShape(let shape, let method):
      "\(method) halves images twice, so 4 must divide their sides; these are \(shape): load them with size= a multiple of 4"
    case .tooSmall(let shape, let method):
      "\(method) halves images three times, so their sides must be 8 at least; these are \(shape): load them with size=8 or more"
    }
  }

  static func requireSides(_ shape: ImageShape, method: String) throws {
    guard shape.height % 4 == 0, shape.width % 4 == 0 else { throw imageShape(shape, method: method) }
  }

  /// Three halvings leave something only of such sides.
  static func requireEight(_ shape: ImageShape, method: String) throws {
    guard shape.height >= 8, shape.width >= 8 else { throw tooSmall(shape, method: method) }
  }
}

extension ImageWidths {
  /// The layers of an `ImageReader`, each by its inputs and outputs.
  func readerLayers(_ shape: ImageShape, outputs: Int) -> [(Int, Int)] {
    [
      (16 * shape.channels, first), (16 * first, second), (shape.height / 4 * (shape.width / 4) * second, hidden),
      (hidden, outputs),
    ]
  }

  /// The layers of a `DeepImageReader`, each by its inputs and outputs.
  func deepReaderLayers(_ shape: ImageShape, outputs: Int) -> [(Int, Int)] {
    [
      (16 * shape.channels, first), (16 * first, second), (16 * second, 2 * second),
      (shape.height / 8 * (shape.width / 8) * 2 * second, hidden), (hidden, outputs),
    ]
  }

  /// The same of an `ImageGenerator`; a norm counts as a layer of one input.
  func generatorLayers(_ shape: ImageShape, inputs: Int, hasHiddenNorm: Bool) -> [(Int, Int)] {
    let pixels = shape.height / 4 * (shape.width / 4) * second
    return [
      (inputs, hidden), (hidden, pixels), (1, pixels), (16 * second, first), (1, first), (16 * first, shape.channels),
    ] + (hasHiddenNorm ? [(1, hidden)] : [])
  }
}

extension NetworkMethod {
  /// As `encoded`, of tensors of images.
  func encodedImages(
    _ images: ImageSet, widths: [Int], watch: Watch, _ encode: (Tensor) throws -> [Tensor]
  ) throws -> [Matrix] {
    try encoded(images, widths: widths, watch: watch) { batch in
      try encode(batch.reshaped(to: [batch.shape[0]] + imageShape.dimensions))
    }
  }
}

extension ClusteringMethod {
  /// Calls `body` with images after the other as tensors of images, as many as a network takes in a fraction of a second.
  func inImageBatches(of images: ImageSet, watch: Watch, _ body: (Tensor) throws -> Void) throws {
    for start in stride(from: 0, to: images.count, by: evaluationBatch) {
      try Interruption.check()
      let batch = start..<min(start + evaluationBatch, images.count)
      try body(pixelTensor(of: images, at: batch).reshaped(to: [batch.count] + imageShape.dimensions))
      try watch(.encoding(done: batch.upperBound, count: images.count))
    }
  }
}

extension ImageSet {
  /// `count` of the images at most, evenly spaced.
  func evenly(_ count: Int) -> ImageSet {
    let step = max(1, (self.count + count - 1) / max(count, 1))
    return step == 1 ? self : selecting(Array(stride(from: 0, to: self.count, by: step)))
  }
}

extension [Int] {
  /// Pieces of `size`, the last of what is left.
  func chunks(of size: Int) -> [[Int]] {
    stride(from: 0, to: count, by: size).map { Array(self[$0..<Swift.min($0 + size, count)]) }
  }
}

/// Latents that are logarithms, a column a cluster.
extension Matrix {
  /// Each row's exponentials, which then sum up to 1.
  var probabilitiesOfLogarithms: Matrix {
    var probabilities = self
    for row in 0..<rows {
      let values = (0..<columns).map { exp(self[row, $0]) }
      let sum = values.reduce(0, +)
      for column in 0..<columns { probabilities[row, column] = values[column] / sum }
    }
    return probabilities
  }
}
