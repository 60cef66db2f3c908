import NeuralNetworks
import TensorEngine

/// The published MNIST network: 1,996,673 parameters at 64 channels and 32 latents (METHOD: the `reference` preset).
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

  mutating func visitState(_ path: String, _ visit: (String, StateKind, inout Tensor) -> Void) {
    encoder.visitState(path + "encoder", visit)
    stem.visitState(path + "unet.stem", visit)
    down1.visitState(path + "unet.down1", visit)
    down2.visitState(path + "unet.down2", visit)
    spread.visitState(path + "unet.spread", visit)
    spreadNorm.visitState(path + "unet.spreadNorm", visit)
    time1.visitState(path + "unet.time1", visit)
    latent1.visitState(path + "unet.latent1", visit)
    time2.visitState(path + "unet.time2", visit)
    latent2.visitState(path + "unet.latent2", visit)
    up1.visitState(path + "unet.up1", visit)
    up2.visitState(path + "unet.up2", visit)
    merge.visitState(path + "unet.merge", visit)
    mergeNorm.visitState(path + "unet.mergeNorm", visit)
    output.visitState(path + "unet.output", visit)
  }

  var outline: [LayerOutline] {
    let n = channels
    return encoder.outline + [
      LayerOutline("unet.stem", "residual block, 3×3 convolutions", [28, 28, n], stem.parameterCount),
      LayerOutline("unet.down1", "block, max pool 2", [14, 14, n], down1.parameterCount),
      LayerOutline("unet.down2", "block, max pool 2", [7, 7, 2 * n], down2.parameterCount),
      LayerOutline("unet.pool", "average pool 7, GELU", [1, 1, 2 * n], 0),
      LayerOutline(
        "unet.spread", "transposed convolution 7×7, GroupNorm, ReLU", [7, 7, 2 * n],
        spread.parameterCount + spreadNorm.parameterCount),
      LayerOutline(
        "unet.embed1", "perceptrons of t and z", [2 * n], time1.parameterCount + latent1.parameterCount),
      LayerOutline("unet.up1", "concatenate, transposed convolution 2×2, two blocks", [14, 14, n], up1.parameterCount),
      LayerOutline("unet.embed2", "perceptrons of t and z", [n], time2.parameterCount + latent2.parameterCount),
      LayerOutline("unet.up2", "concatenate, transposed convolution 2×2, two blocks", [28, 28, n], up2.parameterCount),
      LayerOutline(
        "unet.merge", "concatenate, convolution 3×3, GroupNorm, ReLU", [28, 28, n],
        merge.parameterCount + mergeNorm.parameterCount),
      LayerOutline("unet.output", "convolution 3×3", [28, 28, 1], output.parameterCount),
    ]
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

  mutating func visitState(_ path: String, _ visit: (String, StateKind, inout Tensor) -> Void) {
    stem.visitState(path + ".stem", visit)
    down1.visitState(path + ".down1", visit)
    down2.visitState(path + ".down2", visit)
    mean.visitState(path + ".mean", visit)
    logVariance.visitState(path + ".logVariance", visit)
  }

  var outline: [LayerOutline] {
    let n = channels
    let latent = mean.bias.count
    return [
      LayerOutline("encoder.stem", "residual block, 3×3 convolutions", [28, 28, n], stem.parameterCount),
      LayerOutline("encoder.down1", "block, max pool 2", [14, 14, n], down1.parameterCount),
      LayerOutline("encoder.down2", "block, max pool 2", [7, 7, 2 * n], down2.parameterCount),
      LayerOutline("encoder.pool", "average pool 7, GELU", [2 * n], 0),
      LayerOutline("encoder.mean", "linear", [latent], mean.parameterCount),
      LayerOutline("encoder.logVariance", "linear", [latent], logVariance.parameterCount),
    ]
  }
}

/// Concatenates a skip, doubles the sides by a transposed convolution, then two blocks.
private struct UpBlock: Layer {
  private var upsampling: Upsampling
  private var block1: DoubleConvolutionBlock
  private var block2: DoubleConvolutionBlock

  init(_ inputs: Int, _ outputs: Int, source: RandomSource) {
    upsampling = Upsampling(inputs, outputs, size: 2, source: source.derived("upsampling"))
    block1 = DoubleConvolutionBlock(outputs, outputs, source: source.derived("block1"))
    block2 = DoubleConvolutionBlock(outputs, outputs, source: source.derived("block2"))
  }

  mutating func callAsFunction(_ x: Tensor, skip: Tensor, _ mode: PassMode) -> Tensor {
    block2(block1(upsampling(.concatenatingChannels(x, skip)), mode), mode)
  }

  mutating func visitState(_ path: String, _ visit: (String, StateKind, inout Tensor) -> Void) {
    upsampling.visitState(path + ".upsampling", visit)
    block1.visitState(path + ".block1", visit)
    block2.visitState(path + ".block2", visit)
  }
}
