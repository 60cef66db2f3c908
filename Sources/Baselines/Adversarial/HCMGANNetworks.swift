import ClusteringMethods
import ElementaryFunctions
import Images
import NeuralNetworks
import TensorEngine

/// How wide HC-MGAN's networks are: maps next to the pixels, of what reads images and of what draws them. Every further
/// convolution has twice as many.
package struct SplitWidths: Sendable, Equatable {
  package var reader: Int
  package var generator: Int

  package init(_ reader: Int = 128, _ generator: Int = 128) { (self.reader, self.generator) = (reader, generator) }

  /// A quarter as wide.
  static let narrow = SplitWidths(32, 32)
}

/// Images in −1...1 through three convolutions 5×5 of stride 2, each with LayerNorm over all of an image and a leaky ReLU:
/// what a discriminator and a classifier have in common.
package struct SplitTrunk: Layer {
  package var convolution1: Convolution
  package var norm1: LayerNorm
  package var convolution2: Convolution
  package var norm2: LayerNorm
  package var convolution3: Convolution
  package var norm3: LayerNorm
  private let slope: Float

  package static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1, "convolution 5×5, stride 2, LayerNorm, leaky ReLU", output: \.size1),
    .layer("norm1", \.norm1, countedIn: "convolution1"),
    .layer("convolution2", \.convolution2, "convolution 5×5, stride 2, LayerNorm, leaky ReLU", output: \.size2),
    .layer("norm2", \.norm2, countedIn: "convolution2"),
    .layer("convolution3", \.convolution3, "convolution 5×5, stride 2, LayerNorm, leaky ReLU", output: \.size3),
    .layer("norm3", \.norm3, countedIn: "convolution3"),
  ]

  private var size1: [Int] { norm1.gamma.shape }
  private var size2: [Int] { norm2.gamma.shape }
  private var size3: [Int] { norm3.gamma.shape }
  /// Of an image's features.
  var featureCount: Int { size3.reduce(1, *) }

  package init(_ shape: ImageShape, _ width: Int, slope: Double, source: RandomSource) {
    let sizes = Self.sizes(shape, width)
    func convolution(_ inputs: Int, _ outputs: Int, _ name: String) -> Convolution {
      Convolution(inputs, outputs, kernel: 5, stride: 2, padding: 2, source: source.derived(name))
    }
    convolution1 = convolution(shape.channels, width, "convolution1")
    convolution2 = convolution(width, 2 * width, "convolution2")
    convolution3 = convolution(2 * width, 4 * width, "convolution3")
    (norm1, norm2, norm3) = (LayerNorm(sizes[0]), LayerNorm(sizes[1]), LayerNorm(sizes[2]))
    self.slope = Float(slope)
  }

  /// What the convolutions make of an image, `[height, width, channels]` each.
  private static func sizes(_ shape: ImageShape, _ width: Int) -> [[Int]] {
    var (height, breadth, maps) = (shape.height, shape.width, width)
    return (0..<3).map { _ in
      (height, breadth) = ((height + 1) / 2, (breadth + 1) / 2)
      defer { maps *= 2 }
      return [height, breadth, maps]
    }
  }

  /// Its layers and those on it, each by its inputs and outputs.
  static func layers(_ shape: ImageShape, _ width: Int, heads: Int) -> [(Int, Int)] {
    let sizes = sizes(shape, width)
    return [(25 * shape.channels, width), (25 * width, 2 * width), (50 * width, 4 * width)]
      + sizes.map { (1, $0.reduce(1, *)) } + [(sizes[2].reduce(1, *), heads)]
  }

  /// Features `[batch, featureCount]` of `[batch, height, width, channels]`.
  package func callAsFunction(_ x: Tensor) -> Tensor {
    let first = norm1(convolution1(x)).leakyRectified(slope: slope)
    let second = norm2(convolution2(first)).leakyRectified(slope: slope)
    let third = norm3(convolution3(second)).leakyRectified(slope: slope)
    return third.reshaped(to: [x.shape[0], featureCount])
  }
}

/// Tells real images from drawn ones; its trunk is also the classifier's, which learns nothing of it.
package struct SplitCritic: Layer {
  package var trunk: SplitTrunk
  package var output: Linear

  package static let parts: [Part<Self>] = [
    .layer("trunk", \.trunk), .layer("output", \.output, "linear: real or drawn", output: \.one),
  ]

  private var one: [Int] { [1] }

  init(_ shape: ImageShape, _ width: Int, slope: Double, source: RandomSource) {
    trunk = SplitTrunk(shape, width, slope: slope, source: source.derived("trunk"))
    output = Linear(trunk.featureCount, 1, source: source.derived("output"))
  }

  /// The logistic loss of real images, and the mean one of what each generator drew.
  package func loss(real: Tensor, drawn: [Tensor]) -> (real: Tensor, drawn: Tensor) {
    let real = output(trunk(real))
    return (
      real.logisticLosses(target: Tensor(repeating: 1, shape: real.shape)).mean,
      .average(drawn.map { drawnLoss($0) })
    )
  }

  /// The logistic loss of drawn images.
  package func drawnLoss(_ drawn: Tensor) -> Tensor {
    let found = output(trunk(drawn))
    return found.logisticLosses(target: .zeros(found.shape)).mean
  }
}

/// Noise through a linear layer and two transposed convolutions 4×4 of stride 2 to an image in −1...1.
package struct SplitGenerator: Layer {
  package var spread: Linear
  package var spreadNorm: BatchNorm?
  package var convolution1: TransposedConvolution
  package var norm1: BatchNorm?
  package var convolution2: TransposedConvolution
  private let shape: ImageShape

  package static let parts: [Part<Self>] = [
    .layer("spread", \.spread, "linear, ReLU", output: \.quartered),
    .layer("spreadNorm", \.spreadNorm, countedIn: "spread"),
    .layer("convolution1", \.convolution1, "transposed convolution 4×4, stride 2, ReLU", output: \.halved),
    .layer("norm1", \.norm1, countedIn: "convolution1"),
    .layer("convolution2", \.convolution2, "transposed convolution 4×4, stride 2, tanh", output: \.image),
  ]

  private var quartered: [Int] { [shape.height / 4, shape.width / 4, convolution1.weight.shape[3]] }
  private var halved: [Int] { [shape.height / 2, shape.width / 2, convolution1.bias.count] }
  fileprivate var image: [Int] { shape.dimensions }

  /// - Parameter hasNorms: whether BatchNorm follows the first two layers, which the published networks lack.
  package init(_ inputs: Int, _ shape: ImageShape, _ width: Int, hasNorms: Bool, source: RandomSource) {
    self.shape = shape
    func convolution(_ inputs: Int, _ outputs: Int, _ name: String) -> TransposedConvolution {
      TransposedConvolution(inputs, outputs, kernel: 4, stride: 2, padding: 1, source: source.derived(name))
    }
    spread = Linear(inputs, shape.height / 4 * (shape.width / 4) * 2 * width, source: source.derived("spread"))
    convolution1 = convolution(2 * width, width, "convolution1")
    convolution2 = convolution(width, shape.channels, "convolution2")
    guard hasNorms else { return }
    (spreadNorm, norm1) = (BatchNorm(2 * width, activation: .relu), BatchNorm(width, activation: .relu))
  }

  /// Its layers, each by its inputs and outputs.
  static func layers(_ shape: ImageShape, _ width: Int, inputs: Int, hasNorms: Bool) -> [(Int, Int)] {
    [
      (inputs, shape.height / 4 * (shape.width / 4) * 2 * width), (32 * width, width), (16 * width, shape.channels),
    ] + (hasNorms ? [(1, 2 * width), (1, width)] : [])
  }

  /// Images `[batch, height, width, channels]` of `[batch, inputs]`.
  package mutating func callAsFunction(_ code: Tensor, _ mode: PassMode) -> Tensor {
    let wide = spread(code).reshaped(to: [code.shape[0]] + quartered)
    let features = convolution1(spreadNorm?(wide, mode) ?? wide.activated(.relu))
    return convolution2(norm1?(features, mode) ?? features.activated(.relu)).activated(.tanh)
  }
}

/// Several generators that share nothing.
package struct SplitGenerators: Layer {
  package var all: [SplitGenerator]

  package static let parts: [Part<Self>] = [
    .layers("generator", \.all) { whole, _ in
      ("linear, two transposed convolutions, tanh", whole.imageSize)
    }
  ]

  private var imageSize: [Int] { all.first?.image ?? [] }

  package init(_ all: [SplitGenerator]) { self.all = all }

  /// What each makes of the same codes.
  package mutating func callAsFunction(_ code: Tensor, _ mode: PassMode) -> [Tensor] {
    all.indices.map { all[$0](code, mode) }
  }

  /// The same of generators that stay as they are.
  ///
  /// - Parameter mode: by the codes' own moments, or by those of training.
  package func images(of code: Tensor, _ mode: PassMode = .batch) -> [Tensor] {
    var copy = self
    return copy(code, mode)
  }
}

/// One discriminator and classifier on a trunk with the generators that they judge.
package struct SplitGroup: Layer {
  package var critic: SplitCritic
  package var classifier: Linear
  package var generators: SplitGenerators

  package static let parts: [Part<Self>] = [
    .layer("critic", \.critic), .layer("classifier", \.classifier, "linear: which half", output: \.two),
    .layer("generators", \.generators),
  ]

  private var two: [Int] { [2] }

  package init(
    _ shape: ImageShape, _ widths: SplitWidths, latent: Int, generators count: Int, hasNorms: Bool = false,
    slope: Double, source: RandomSource
  ) {
    critic = SplitCritic(shape, widths.reader, slope: slope, source: source.derived("critic"))
    classifier = Linear(critic.trunk.featureCount, 2, source: source.derived("classifier"))
    generators = SplitGenerators(
      (0..<count).map {
        SplitGenerator(
          latent, shape, widths.generator, hasNorms: hasNorms, source: source.derived("generator").derived($0))
      })
  }

  var judge: SplitJudge { SplitJudge(trunk: critic.trunk, classifier: classifier) }
}

/// The networks of a split: one group, or in a refinement one for each half.
struct SplitNetworks: Layer {
  var left: SplitGroup
  var right: SplitGroup?

  static let parts: [Part<Self>] = [.layer("left", \.left), .layer("right", \.right)]
}

/// What says to which half of a node an image belongs: the logarithms of two probabilities.
package struct SplitJudge: Layer {
  package var trunk: SplitTrunk
  package var classifier: Linear

  package static let parts: [Part<Self>] = [.layer("trunk", \.trunk), .layer("classifier", \.classifier)]

  package init(trunk: SplitTrunk, classifier: Linear) { (self.trunk, self.classifier) = (trunk, classifier) }

  /// `[batch, 2]`.
  package func callAsFunction(_ x: Tensor) -> Tensor { classifier(trunk(x)).logSoftmax }
}

/// What the losses of one group need of the others.
package enum SplitLoss {
  /// The classifier's: the mean over images of −log p of the half that each was drawn for.
  ///
  /// - Parameter features: of the images drawn, a tensor a generator, with the half that it draws.
  package static func classifier(_ classifier: Linear, features: [(drawn: Tensor, half: Int)]) -> Tensor {
    .average(features.map { loss(classifier($0.drawn).logSoftmax, half: $0.half) })
  }

  /// The generators': that their images are taken for real ones, and by every judge for ones of their half.
  ///
  /// - Parameters:
  ///   - images: of each generator, by networks that stay as they are.
  ///   - halves: of each generator, for each judge.
  /// - Returns: the mean logistic loss, and the mean of −log p of their half.
  package static func generators(
    _ images: [Tensor], critic: SplitCritic, judges: [SplitJudge], halves: [[Int]]
  ) -> (real: Tensor, halves: Tensor) {
    let features = images.map { critic.trunk($0) }
    let real = features.map { features -> Tensor in
      let found = critic.output(features)
      return found.logisticLosses(target: Tensor(repeating: 1, shape: found.shape)).mean
    }
    var classes: [Tensor] = []
    for (place, judge) in judges.enumerated() {
      for (number, image) in images.enumerated() {
        // The first judge stands on the discriminator's trunk.
        let found = place == 0 ? judge.classifier(features[number]).logSoftmax : judge(image)
        classes.append(loss(found, half: halves[place][number]))
      }
    }
    return (.average(real), .average(classes))
  }

  private static func loss(_ logarithms: Tensor, half: Int) -> Tensor {
    -(logarithms.columns(half..<half + 1).mean)
  }
}

extension Tensor {
  /// The mean of scalars, one at least.
  static func average(_ scalars: [Tensor]) -> Tensor {
    scalars.dropFirst().reduce(scalars[0], +) * (1 / Float(scalars.count))
  }

  /// x + x·n·scale with n standard normal, an image by its own source: the noise that is taken back as training goes on.
  func withNoise(_ scale: Double, from sources: [RandomSource]) -> Tensor {
    guard scale > 0 else { return self }
    let noise = Tensor.normals(imageShape: Array(shape.dropFirst()), from: sources)
    return self * (noise * Float(scale) + 1)
  }
}
