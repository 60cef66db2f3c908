import Clustering
import ClusteringMethods
import ElementaryFunctions
import Images
import NeuralNetworks
import TensorEngine

extension Preset {
  /// The small-machine recipe: a smaller network, v-prediction, the encoder's images moved at random so that the latents
  /// need not keep pose.
  public static let fast = Preset(
    name: "fast",
    summary: "ClusterDDPM for small machines: minutes on two cores",
    discussion: """
      For images whose sides are multiples of 4: a smaller network that predicts v, its encoder shown images moved at \
      random, so that the latents need not keep pose. Then: pretrain, train, evaluate. More components than clusters, \
      four times as many for instance, mostly find better clusters.
      """,
    sizes: "1366456 parameters, 10 latents, 10 clusters",
    examples: [
      ("components=40", "40 components, of which those that belong together make a cluster"),
      ("components=20 latent=16", "20, in a larger latent space"),
      ("motion=off lambda=0.5", "images as they are, a lighter prior"),
    ],
    design: .fast,
    settings: { preset, clusterCount, _ in
      ModelConfiguration(
        preset: preset.name, design: preset.design, latentSize: 10, clusterCount: clusterCount,
        componentCount: clusterCount, channelCount: 32,
        schedule: .cosine, target: .velocity, pixelRange: .symmetric, batchSize: 128, learningRate: 1e-3,
        clippingNorm: 500, lambda: 1, pretrainingWeight: 0.1, latentDropout: 0.1, responsibilities: .unmoved,
        motion: RandomMotion(), mixtureInput: .mean,
        mixtureOptions: GaussianMixture.Options(
          maximumIterations: 100, tolerance: 1e-3, regularisation: 1e-4, restarts: 3),
        firstFitCount: 20_000, grouping: .consensus, samplingVariance: .posterior)
    },
    recipe: { TrainingRecipe(pretrainingEpochs: $0.epochs(ofSteps: 1000, on: $1), rounds: 4) })
}

extension NetworkDesign {
  static let fast = NetworkDesign(
    name: "fast",
    imageRequirement: "sides that are multiples of 4, at least 8",
    accepts: { shape in
      shape.height % 4 == 0 && shape.width % 4 == 0 && shape.height >= 8 && shape.width >= 8
    },
    network: { images, channels, latentSize, source in
      FastNetwork(images: images, channels: channels, latentSize: latentSize, source: source)
    })
}

/// The small-machine network: 1,366,456 parameters at 32 channels and 10 latents for 28×28×1.
///
/// The U-Net works on the 2×2 pixel-unshuffled image; sides must be multiples of 4, channels any.
struct FastNetwork: ConditionalNetwork {
  private var encoder: FastEncoder
  private var timeEmbedding: Perceptron
  private var latentEmbedding: Perceptron
  private var stem: Convolution
  private var block1: AdaptiveResidualBlock
  private var down: Convolution
  private var block2: AdaptiveResidualBlock
  private var latentImage: Linear
  private var block3: AdaptiveResidualBlock
  private var block4: AdaptiveResidualBlock
  private var up: Upsampling
  private var block5: AdaptiveResidualBlock
  private var outputNorm: GroupNorm
  private var output: Convolution
  private let geometry: ImageShape
  private let channels: Int

  private static let embeddingSize = 128

  static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder),
    .operation("unet.embedding", "perceptrons of t and z", output: \.embedding),
    .layer("unet.timeEmbedding", \.timeEmbedding, countedIn: "unet.embedding"),
    .layer("unet.latentEmbedding", \.latentEmbedding, countedIn: "unet.embedding"),
    .operation("unet.unshuffle", "pixel unshuffle 2", output: \.unshuffled),
    .layer("unet.stem", \.stem, "convolution 3×3", output: \.full),
    .layer("unet.block1", \.block1, "adaptive residual block", output: \.full),
    .layer("unet.down", \.down, "convolution 2×2, stride 2", output: \.half),
    .layer("unet.block2", \.block2, "adaptive residual block", output: \.half),
    .layer("unet.latentImage", \.latentImage, "linear image of z, added", output: \.half),
    .layer("unet.block3", \.block3, "adaptive residual block", output: \.half),
    .layer("unet.block4", \.block4, "concatenate block2, adaptive residual block", output: \.half),
    .layer("unet.up", \.up, "transposed convolution 2×2", output: \.full),
    .layer("unet.block5", \.block5, "concatenate block1, adaptive residual block", output: \.full),
    .layer("unet.outputNorm", \.outputNorm, countedIn: "unet.output"),
    .layer("unet.output", \.output, "GroupNorm, SiLU, convolution 3×3, pixel shuffle 2", output: \.image),
  ]

  // Shapes without the batch: of the image, of the embedding, and of the U-Net's two levels.
  private var image: [Int] { geometry.dimensions }
  private var embedding: [Int] { [Self.embeddingSize] }
  private var unshuffled: [Int] { [geometry.height / 2, geometry.width / 2, 4 * geometry.channels] }
  private var full: [Int] { [geometry.height / 2, geometry.width / 2, channels] }
  private var half: [Int] { [geometry.height / 4, geometry.width / 4, 2 * channels] }

  init(images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    geometry = images
    channels = n
    encoder = FastEncoder(images: images, channels: n, latentSize: latentSize, source: source.derived("encoder"))
    let source = source.derived("unet")
    let size = Self.embeddingSize
    timeEmbedding = Perceptron(
      TimeFeatures.count, hidden: size, size, activation: .silu, source: source.derived("timeEmbedding"))
    latentEmbedding = Perceptron(
      latentSize, hidden: size, size, activation: .silu, source: source.derived("latentEmbedding"))
    stem = Convolution(4 * images.channels, n, kernel: 3, padding: 1, source: source.derived("stem"))
    block1 = AdaptiveResidualBlock(n, n, embedding: size, source: source.derived("block1"))
    down = Convolution(n, 2 * n, kernel: 2, stride: 2, source: source.derived("down"))
    block2 = AdaptiveResidualBlock(2 * n, 2 * n, embedding: size, source: source.derived("block2"))
    latentImage = Linear(
      latentSize, images.height / 4 * (images.width / 4) * 2 * n, source: source.derived("latentImage"))
    block3 = AdaptiveResidualBlock(2 * n, 2 * n, embedding: size, source: source.derived("block3"))
    block4 = AdaptiveResidualBlock(4 * n, 2 * n, embedding: size, source: source.derived("block4"))
    up = Upsampling(2 * n, n, size: 2, source: source.derived("up"))
    block5 = AdaptiveResidualBlock(2 * n, n, embedding: size, source: source.derived("block5"))
    outputNorm = GroupNorm(n, activation: .silu)
    output = Convolution(zero: n, 4 * images.channels, kernel: 3, padding: 1)
  }

  mutating func encode(_ images: Tensor, _ mode: PassMode) -> EncodedImages {
    encoder(images)
  }

  mutating func predict(_ noisy: Tensor, times: [Double], latents: Tensor, _ mode: PassMode) -> Tensor {
    let embedding = (timeEmbedding(TimeFeatures.features(of: times)) + latentEmbedding(latents)).activated(.silu)
    let full = block1(stem(noisy.pixelUnshuffled(by: 2)), embedding)
    let half = block2(down(full), embedding)
    let conditioned = block3(half + latentImage(latents).reshaped(to: half.shape), embedding)
    let merged = block4(.concatenatingChannels(conditioned, half), embedding)
    let restored = block5(.concatenatingChannels(up(merged), full), embedding)
    return output(outputNorm(restored)).pixelShuffled(by: 2)
  }
}

/// The encoder of the `fast` preset: four convolutions, two of them halving, and two linear layers.
private struct FastEncoder: Layer {
  private var convolution1: Convolution
  private var convolution2: Convolution
  private var norm2: GroupNorm
  private var convolution3: Convolution
  private var norm3: GroupNorm
  private var convolution4: Convolution
  private var norm4: GroupNorm
  private var hidden: Linear
  private var heads: Linear
  private let images: ImageShape

  static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1, "convolution 4×4, stride 2, SiLU", output: \.half),
    .layer("convolution2", \.convolution2, "convolution 3×3, GroupNorm, SiLU", output: \.half),
    .layer("norm2", \.norm2, countedIn: "convolution2"),
    .layer("convolution3", \.convolution3, "convolution 4×4, stride 2, GroupNorm, SiLU", output: \.quarter),
    .layer("norm3", \.norm3, countedIn: "convolution3"),
    .layer("convolution4", \.convolution4, "convolution 3×3, GroupNorm, SiLU", output: \.quarter),
    .layer("norm4", \.norm4, countedIn: "convolution4"),
    .layer("hidden", \.hidden, "linear, SiLU", output: \.features),
    .layer("heads", \.heads, "linear: mean and log variance", output: \.latents),
  ]

  // Shapes without the batch.
  private var half: [Int] { [images.height / 2, images.width / 2, convolution2.bias.count] }
  private var quarter: [Int] { [images.height / 4, images.width / 4, convolution4.bias.count] }
  private var features: [Int] { [hidden.bias.count] }
  private var latents: [Int] { [heads.bias.count] }

  init(images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    self.images = images
    convolution1 = Convolution(
      images.channels, n, kernel: 4, stride: 2, padding: 1, source: source.derived("convolution1"))
    convolution2 = Convolution(n, n, kernel: 3, padding: 1, source: source.derived("convolution2"))
    norm2 = GroupNorm(n, activation: .silu)
    convolution3 = Convolution(n, 2 * n, kernel: 4, stride: 2, padding: 1, source: source.derived("convolution3"))
    norm3 = GroupNorm(2 * n, activation: .silu)
    convolution4 = Convolution(2 * n, 2 * n, kernel: 3, padding: 1, source: source.derived("convolution4"))
    norm4 = GroupNorm(2 * n, activation: .silu)
    hidden = Linear(images.height / 4 * (images.width / 4) * 2 * n, 256, source: source.derived("hidden"))
    heads = Linear(256, 2 * latentSize, source: source.derived("heads"))
  }

  func callAsFunction(_ images: Tensor) -> EncodedImages {
    let half = norm2(convolution2(convolution1(images).activated(.silu)))
    let quarter = norm4(convolution4(norm3(convolution3(half))))
    let output = heads(
      hidden(quarter.reshaped(to: [images.shape[0], hidden.weight.shape[0]])).activated(.silu))
    let latent = output.shape[1] / 2
    return EncodedImages(
      mean: output.columns(0..<latent),
      // Beyond these the exponential in the KL term overflows or a latent is frozen.
      logVariance: output.columns(latent..<2 * latent).clamped(to: -10...5))
  }
}

/// Sines and cosines of the time at geometric frequencies from 1 to 1000.
enum TimeFeatures {
  static let count = 64

  /// `[times.count, 64]`: 32 sines, then 32 cosines.
  static func features(of times: [Double]) -> Tensor {
    let half = count / 2
    let frequencies = (0..<half).map { exp(log(1000) * Double($0) / Double(half - 1)) }
    let rows = Parallel.map(times.count) { row in
      frequencies.map { Float(sin(times[row] * $0)) } + frequencies.map { Float(cos(times[row] * $0)) }
    }
    return Tensor(rows.flatMap(\.self), shape: [times.count, count])
  }
}
