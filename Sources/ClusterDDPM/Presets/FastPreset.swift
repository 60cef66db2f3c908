import Clustering
import ClusteringMethods
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
      four times as many for instance, mostly find better clusters. The U-Net sees squares of 2×2 pixels as one; where \
      that leaves more than 16 of them side by side the squares are doubled, as long as the sides are multiples of what \
      that asks for (8, 16, …), the encoder gets a halving more for each doubling, and both 16 channels more: 32 up to \
      32×32, 48 for 64×64, 64 for 128×128.
      """,
    sizes: "1366456 parameters, 10 latents, 10 clusters",
    examples: [
      ("components=40", "40 components, of which those that belong together make a cluster"),
      ("components=20 latent=16", "20, in a larger latent space"),
      ("motion=off lambda=0.5", "images as they are, a lighter prior"),
    ],
    design: .fast,
    settings: { preset, clusterCount, images in
      ModelConfiguration(
        preset: preset.name, design: preset.design, latentSize: 10, clusterCount: clusterCount,
        componentCount: clusterCount, channelCount: FastPatches(images.shape).usualChannelCount,
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
/// The U-Net works on the pixel-unshuffled image, in which a square of pixels is one position (`FastPatches`); sides
/// must be multiples of 4, channels any.
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
  private let patches: FastPatches
  private let channels: Int

  private static let embeddingSize = 128

  static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder),
    .operation("unet.embedding", "perceptrons of t and z", output: \.embedding),
    .layer("unet.timeEmbedding", \.timeEmbedding, countedIn: "unet.embedding"),
    .layer("unet.latentEmbedding", \.latentEmbedding, countedIn: "unet.embedding"),
    .operation("unet.unshuffle", "pixel unshuffle", output: \.unshuffled),
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
    .layer("unet.output", \.output, "GroupNorm, SiLU, convolution 3×3, pixel shuffle", output: \.image),
  ]

  // Shapes without the batch: of the image, of the embedding, and of the U-Net's two levels.
  private var image: [Int] { geometry.dimensions }
  private var embedding: [Int] { [Self.embeddingSize] }
  private var unshuffled: [Int] { patches.grid(geometry) + [patches.size * patches.size * geometry.channels] }
  private var full: [Int] { patches.grid(geometry) + [channels] }
  private var half: [Int] { patches.grid(geometry).map { $0 / 2 } + [2 * channels] }

  init(images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    geometry = images
    let patches = FastPatches(images)
    self.patches = patches
    let pixels = patches.size * patches.size * images.channels
    channels = n
    encoder = FastEncoder(images: images, channels: n, latentSize: latentSize, source: source.derived("encoder"))
    let source = source.derived("unet")
    let size = Self.embeddingSize
    timeEmbedding = Perceptron(
      TimeFeatures.fast.count, hidden: size, size, activation: .silu, source: source.derived("timeEmbedding"))
    latentEmbedding = Perceptron(
      latentSize, hidden: size, size, activation: .silu, source: source.derived("latentEmbedding"))
    stem = Convolution(pixels, n, kernel: 3, padding: 1, source: source.derived("stem"))
    block1 = AdaptiveResidualBlock(n, n, embedding: size, source: source.derived("block1"))
    down = Convolution(n, 2 * n, kernel: 2, stride: 2, source: source.derived("down"))
    block2 = AdaptiveResidualBlock(2 * n, 2 * n, embedding: size, source: source.derived("block2"))
    latentImage = Linear(latentSize, patches.innerCount(images) * 2 * n, source: source.derived("latentImage"))
    block3 = AdaptiveResidualBlock(2 * n, 2 * n, embedding: size, source: source.derived("block3"))
    block4 = AdaptiveResidualBlock(4 * n, 2 * n, embedding: size, source: source.derived("block4"))
    up = Upsampling(2 * n, n, size: 2, source: source.derived("up"))
    block5 = AdaptiveResidualBlock(2 * n, n, embedding: size, source: source.derived("block5"))
    outputNorm = GroupNorm(n, activation: .silu)
    output = Convolution(zero: n, pixels, kernel: 3, padding: 1)
  }

  mutating func encode(_ images: Tensor, _ mode: PassMode) -> EncodedImages {
    encoder(images)
  }

  mutating func predict(_ noisy: Tensor, times: [Double], latents: Tensor, _ mode: PassMode) -> Tensor {
    let embedding = (timeEmbedding(TimeFeatures.fast.features(of: times)) + latentEmbedding(latents)).activated(.silu)
    let full = block1(stem(noisy.pixelUnshuffled(by: patches.size)), embedding)
    let half = block2(down(full), embedding)
    let conditioned = block3(half + latentImage(latents).reshaped(to: half.shape), embedding)
    let merged = block4(.concatenatingChannels(conditioned, half), embedding)
    let restored = block5(.concatenatingChannels(up(merged), full), embedding)
    return output(outputNorm(restored)).pixelShuffled(by: patches.size)
  }
}

/// The squares of pixels that the U-Net of the `fast` preset sees as one position.
struct FastPatches: Sendable {
  /// Their side in pixels: 2, doubled while more than 16 lie side by side, as long as twice two of them divide the sides.
  let size: Int

  init(_ images: ImageShape) {
    var size = 2
    while max(images.height, images.width) > 16 * size, images.height % (4 * size) == 0, images.width % (4 * size) == 0
    {
      size *= 2
    }
    self.size = size
  }

  /// How often the encoder halves the sides: to half the grid's.
  var halvings: Int { size.trailingZeroBitCount + 1 }
  /// 16 for each halving.
  var usualChannelCount: Int { 16 * halvings }
  /// Positions in height and width.
  func grid(_ images: ImageShape) -> [Int] { [images.height / size, images.width / size] }
  /// Positions of the U-Net's lower level.
  func innerCount(_ images: ImageShape) -> Int { images.height / (2 * size) * (images.width / (2 * size)) }
}

/// The encoder of the `fast` preset: convolutions that halve the sides, each but the first after one that does not, and
/// two linear layers.
private struct FastEncoder: Layer {
  private var convolution1: Convolution
  private var convolution2: Convolution
  private var norm2: GroupNorm
  /// Where patches are larger than 2×2: further halvings at the base width.
  private var stages: [EncoderStage]
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
    .layers("stages", \.stages) { whole, number in
      (
        "convolution 4×4, stride 2, convolution 3×3, each with GroupNorm, SiLU",
        [whole.images.height >> (number + 2), whole.images.width >> (number + 2), whole.convolution2.bias.count]
      )
    },
    .layer("convolution3", \.convolution3, "convolution 4×4, stride 2, GroupNorm, SiLU", output: \.quarter),
    .layer("norm3", \.norm3, countedIn: "convolution3"),
    .layer("convolution4", \.convolution4, "convolution 3×3, GroupNorm, SiLU", output: \.quarter),
    .layer("norm4", \.norm4, countedIn: "convolution4"),
    .layer("hidden", \.hidden, "linear, SiLU", output: \.features),
    .layer("heads", \.heads, "linear: mean and log variance", output: \.latents),
  ]

  // Shapes without the batch.
  private var half: [Int] { [images.height / 2, images.width / 2, convolution2.bias.count] }
  private var quarter: [Int] {
    FastPatches(images).grid(images).map { $0 / 2 } + [convolution4.bias.count]
  }
  private var features: [Int] { [hidden.bias.count] }
  private var latents: [Int] { [heads.bias.count] }

  init(images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    self.images = images
    convolution1 = Convolution(
      images.channels, n, kernel: 4, stride: 2, padding: 1, source: source.derived("convolution1"))
    convolution2 = Convolution(n, n, kernel: 3, padding: 1, source: source.derived("convolution2"))
    norm2 = GroupNorm(n, activation: .silu)
    let patches = FastPatches(images)
    stages = (0..<patches.halvings - 2).map { EncoderStage(n, source: source.derived("stages").derived($0)) }
    convolution3 = Convolution(n, 2 * n, kernel: 4, stride: 2, padding: 1, source: source.derived("convolution3"))
    norm3 = GroupNorm(2 * n, activation: .silu)
    convolution4 = Convolution(2 * n, 2 * n, kernel: 3, padding: 1, source: source.derived("convolution4"))
    norm4 = GroupNorm(2 * n, activation: .silu)
    hidden = Linear(patches.innerCount(images) * 2 * n, 256, source: source.derived("hidden"))
    heads = Linear(256, 2 * latentSize, source: source.derived("heads"))
  }

  func callAsFunction(_ images: Tensor) -> EncodedImages {
    var half = norm2(convolution2(convolution1(images).activated(.silu)))
    for stage in stages { half = stage(half) }
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

/// A halving of the encoder, and a convolution after it.
private struct EncoderStage: Layer {
  private var halving: Convolution
  private var norm1: GroupNorm
  private var convolution: Convolution
  private var norm2: GroupNorm

  static let parts: [Part<Self>] = [
    .layer("halving", \.halving),
    .layer("norm1", \.norm1),
    .layer("convolution", \.convolution),
    .layer("norm2", \.norm2),
  ]

  init(_ n: Int, source: RandomSource) {
    halving = Convolution(n, n, kernel: 4, stride: 2, padding: 1, source: source.derived("halving"))
    norm1 = GroupNorm(n, activation: .silu)
    convolution = Convolution(n, n, kernel: 3, padding: 1, source: source.derived("convolution"))
    norm2 = GroupNorm(n, activation: .silu)
  }

  func callAsFunction(_ x: Tensor) -> Tensor { norm2(convolution(norm1(halving(x)))) }
}
