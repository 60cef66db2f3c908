import Clustering
import ClusteringMethods
import Diffusion
import Images
import NeuralNetworks
import TensorEngine

extension Preset {
  /// The published MNIST experiment of the ClusterDDPM paper (arXiv 2312.08029), network and settings as its authors'
  /// code has them.
  public static let reference = Preset(
    name: "reference",
    summary: "ClusterDDPM as published for MNIST, for 28×28 images",
    discussion: """
      Network and settings as the authors' code has them (arXiv 2312.08029). On two cores it takes days where the paper \
      trains for 580 epochs.
      """,
    sizes: "1996673 parameters, 32 latents, 10 clusters",
    examples: [("lambda=0.05", "another weight of the prior")],
    design: .reference,
    settings: { preset, clusterCount, _ in
      ModelConfiguration(
        preset: preset.name, design: preset.design, latentSize: 32, clusterCount: clusterCount,
        componentCount: clusterCount, channelCount: 64,
        schedule: .discrete(DiscreteSchedule()), target: .noise, pixelRange: .unit, batchSize: 128, learningRate: 1e-4,
        clippingNorm: nil, lambda: 0.1, pretrainingWeight: 0, latentDropout: 0.1, responsibilities: .live, motion: nil,
        mixtureInput: .sample,
        mixtureOptions: GaussianMixture.Options(
          maximumIterations: 100, tolerance: 1e-3, regularisation: 1e-6, restarts: 1),
        firstFitCount: .max, grouping: .consensus, samplingVariance: .forward)
    },
    recipe: { _, _ in TrainingRecipe(pretrainingEpochs: 10, rounds: 570) })
}

extension NetworkDesign {
  static let reference = NetworkDesign(
    name: "reference",
    imageRequirement: "28×28 images with one channel",
    accepts: { shape in
      shape.height == ReferenceNetwork.side && shape.width == ReferenceNetwork.side && shape.channels == 1
    },
    network: { _, channels, latentSize, source in
      ReferenceNetwork(channels: channels, latentSize: latentSize, source: source)
    })
}

/// The published MNIST network: 1,996,673 parameters at 64 channels and 32 latents.
///
/// For 28×28 images with one channel: its two halvings end in a 7×7 pooling.
struct ReferenceNetwork: ConditionalNetwork {
  private var encoder: ReferenceEncoder
  private var stem: DoubleConvolutionBlock
  private var down1: DoubleConvolutionBlock
  private var down2: DoubleConvolutionBlock
  private var spread: Upsampling
  private var spreadNorm: GroupNorm
  private var time1: Perceptron
  private var latent1: Perceptron
  private var time2: Perceptron
  private var latent2: Perceptron
  private var up1: UpBlock
  private var up2: UpBlock
  private var merge: Convolution
  private var mergeNorm: GroupNorm
  private var output: Convolution
  private let channels: Int

  static let side = 28

  static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder),
    .layer("unet.stem", \.stem, "residual block, 3×3 convolutions", output: \.full),
    .layer("unet.down1", \.down1, "block, max pool 2", output: \.half),
    .layer("unet.down2", \.down2, "block, max pool 2", output: \.quarter),
    .operation("unet.pool", "average pool 7, GELU", output: \.pooled),
    .layer("unet.spread", \.spread, "transposed convolution 7×7, GroupNorm, ReLU", output: \.quarter),
    .layer("unet.spreadNorm", \.spreadNorm, countedIn: "unet.spread"),
    .operation("unet.embed1", "perceptrons of t and z", output: \.embedding1),
    .layer("unet.time1", \.time1, countedIn: "unet.embed1"),
    .layer("unet.latent1", \.latent1, countedIn: "unet.embed1"),
    .layer("unet.time2", \.time2, countedIn: "unet.embed2"),
    .layer("unet.latent2", \.latent2, countedIn: "unet.embed2"),
    .layer("unet.up1", \.up1, "concatenate, transposed convolution 2×2, two blocks", output: \.half),
    .operation("unet.embed2", "perceptrons of t and z", output: \.embedding2),
    .layer("unet.up2", \.up2, "concatenate, transposed convolution 2×2, two blocks", output: \.full),
    .layer("unet.merge", \.merge, "concatenate, convolution 3×3, GroupNorm, ReLU", output: \.full),
    .layer("unet.mergeNorm", \.mergeNorm, countedIn: "unet.merge"),
    .layer("unet.output", \.output, "convolution 3×3", output: \.image),
  ]

  // Shapes without the batch: of the image, of the U-Net's levels and of what comes between them.
  private var image: [Int] { [Self.side, Self.side, 1] }
  private var full: [Int] { [Self.side, Self.side, channels] }
  private var half: [Int] { [Self.side / 2, Self.side / 2, channels] }
  private var quarter: [Int] { [Self.side / 4, Self.side / 4, 2 * channels] }
  private var pooled: [Int] { [1, 1, 2 * channels] }
  private var embedding1: [Int] { [2 * channels] }
  private var embedding2: [Int] { [channels] }

  init(channels n: Int, latentSize: Int, source: RandomSource) {
    channels = n
    encoder = ReferenceEncoder(channels: n, latentSize: latentSize, source: source.derived("encoder"))
    let source = source.derived("unet")
    stem = DoubleConvolutionBlock(1, n, source: source.derived("stem"))
    down1 = DoubleConvolutionBlock(n, n, source: source.derived("down1"))
    down2 = DoubleConvolutionBlock(n, 2 * n, source: source.derived("down2"))
    spread = Upsampling(2 * n, 2 * n, size: 7, source: source.derived("spread"))
    spreadNorm = GroupNorm(2 * n, activation: .relu)
    time1 = Perceptron(1, hidden: 2 * n, 2 * n, activation: .gelu, source: source.derived("time1"))
    latent1 = Perceptron(latentSize, hidden: 2 * n, 2 * n, activation: .gelu, source: source.derived("latent1"))
    time2 = Perceptron(1, hidden: n, n, activation: .gelu, source: source.derived("time2"))
    latent2 = Perceptron(latentSize, hidden: n, n, activation: .gelu, source: source.derived("latent2"))
    up1 = UpBlock(4 * n, n, source: source.derived("up1"))
    up2 = UpBlock(2 * n, n, source: source.derived("up2"))
    merge = Convolution(2 * n, n, kernel: 3, padding: 1, source: source.derived("merge"))
    mergeNorm = GroupNorm(n, activation: .relu)
    output = Convolution(n, 1, kernel: 3, padding: 1, source: source.derived("output"))
  }

  mutating func encode(_ images: Tensor, _ mode: PassMode) -> EncodedImages {
    encoder(images, mode)
  }

  mutating func predict(_ noisy: Tensor, times: [Double], latents: Tensor, _ mode: PassMode) -> Tensor {
    let time = Tensor(times.map(Float.init), shape: [times.count, 1])
    let first = stem.residual(noisy, mode)
    let half = down1(first, mode).maxPooled(by: 2)
    let quarter = down2(half, mode).maxPooled(by: 2)
    let vector = quarter.averagePooled(by: 7).activated(.gelu)
    let spreadOut = spreadNorm(spread(vector))
    let upper = up1(spreadOut.modulated(scale: latent1(latents), shift: time1(time)), skip: quarter, mode)
    let full = up2(upper.modulated(scale: latent2(latents), shift: time2(time)), skip: half, mode)
    return output(mergeNorm(merge(.concatenatingChannels(full, first))))
  }
}

/// The published encoder: the U-Net's first half with two linear heads.
private struct ReferenceEncoder: Layer {
  private var stem: DoubleConvolutionBlock
  private var down1: DoubleConvolutionBlock
  private var down2: DoubleConvolutionBlock
  private var mean: Linear
  private var logVariance: Linear
  private let channels: Int

  static let parts: [Part<Self>] = [
    .layer("stem", \.stem, "residual block, 3×3 convolutions", output: \.full),
    .layer("down1", \.down1, "block, max pool 2", output: \.half),
    .layer("down2", \.down2, "block, max pool 2", output: \.quarter),
    .operation("pool", "average pool 7, GELU", output: \.pooled),
    .layer("mean", \.mean, "linear", output: \.latents),
    .layer("logVariance", \.logVariance, "linear", output: \.latents),
  ]

  // Shapes without the batch.
  private var full: [Int] { [ReferenceNetwork.side, ReferenceNetwork.side, channels] }
  private var half: [Int] { [ReferenceNetwork.side / 2, ReferenceNetwork.side / 2, channels] }
  private var quarter: [Int] { [ReferenceNetwork.side / 4, ReferenceNetwork.side / 4, 2 * channels] }
  private var pooled: [Int] { [2 * channels] }
  private var latents: [Int] { [mean.bias.count] }

  init(channels n: Int, latentSize: Int, source: RandomSource) {
    channels = n
    stem = DoubleConvolutionBlock(1, n, source: source.derived("stem"))
    down1 = DoubleConvolutionBlock(n, n, source: source.derived("down1"))
    down2 = DoubleConvolutionBlock(n, 2 * n, source: source.derived("down2"))
    mean = Linear(2 * n, latentSize, source: source.derived("mean"))
    logVariance = Linear(2 * n, latentSize, source: source.derived("logVariance"))
  }

  mutating func callAsFunction(_ images: Tensor, _ mode: PassMode) -> EncodedImages {
    let half = down1(stem.residual(images, mode), mode).maxPooled(by: 2)
    let quarter = down2(half, mode).maxPooled(by: 2)
    let vector = quarter.averagePooled(by: 7).activated(.gelu).reshaped(to: [images.shape[0], 2 * channels])
    return EncodedImages(mean: mean(vector), logVariance: logVariance(vector))
  }
}

/// Concatenates a skip, doubles the sides by a transposed convolution, then two blocks.
private struct UpBlock: Layer {
  private var upsampling: Upsampling
  private var block1: DoubleConvolutionBlock
  private var block2: DoubleConvolutionBlock

  static let parts: [Part<Self>] = [
    .layer("upsampling", \.upsampling),
    .layer("block1", \.block1),
    .layer("block2", \.block2),
  ]

  init(_ inputs: Int, _ outputs: Int, source: RandomSource) {
    upsampling = Upsampling(inputs, outputs, size: 2, source: source.derived("upsampling"))
    block1 = DoubleConvolutionBlock(outputs, outputs, source: source.derived("block1"))
    block2 = DoubleConvolutionBlock(outputs, outputs, source: source.derived("block2"))
  }

  mutating func callAsFunction(_ x: Tensor, skip: Tensor, _ mode: PassMode) -> Tensor {
    block2(block1(upsampling(.concatenatingChannels(x, skip)), mode), mode)
  }
}
