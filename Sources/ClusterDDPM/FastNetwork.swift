import ElementaryFunctions
import NeuralNetworks
import TensorEngine

/// The small-machine network: 1,366,456 parameters at 32 channels and 10 latents for 28×28×1 (METHOD: `fast`).
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

  mutating func visitState(_ path: String, _ visit: (String, StateKind, inout Tensor) -> Void) {
    encoder.visitState(path + "encoder", visit)
    timeEmbedding.visitState(path + "unet.timeEmbedding", visit)
    latentEmbedding.visitState(path + "unet.latentEmbedding", visit)
    stem.visitState(path + "unet.stem", visit)
    block1.visitState(path + "unet.block1", visit)
    down.visitState(path + "unet.down", visit)
    block2.visitState(path + "unet.block2", visit)
    latentImage.visitState(path + "unet.latentImage", visit)
    block3.visitState(path + "unet.block3", visit)
    block4.visitState(path + "unet.block4", visit)
    up.visitState(path + "unet.up", visit)
    block5.visitState(path + "unet.block5", visit)
    outputNorm.visitState(path + "unet.outputNorm", visit)
    output.visitState(path + "unet.output", visit)
  }

  var outline: [LayerOutline] {
    let (n, c) = (channels, 4 * geometry.channels)
    let (h, w) = (geometry.height / 2, geometry.width / 2)
    return encoder.outline + [
      LayerOutline(
        "unet.embedding", "perceptrons of t and z", [Self.embeddingSize],
        timeEmbedding.parameterCount + latentEmbedding.parameterCount),
      LayerOutline("unet.unshuffle", "pixel unshuffle 2", [h, w, c], 0),
      LayerOutline("unet.stem", "convolution 3×3", [h, w, n], stem.parameterCount),
      LayerOutline("unet.block1", "adaptive residual block", [h, w, n], block1.parameterCount),
      LayerOutline("unet.down", "convolution 2×2, stride 2", [h / 2, w / 2, 2 * n], down.parameterCount),
      LayerOutline("unet.block2", "adaptive residual block", [h / 2, w / 2, 2 * n], block2.parameterCount),
      LayerOutline("unet.latentImage", "linear image of z, added", [h / 2, w / 2, 2 * n], latentImage.parameterCount),
      LayerOutline("unet.block3", "adaptive residual block", [h / 2, w / 2, 2 * n], block3.parameterCount),
      LayerOutline(
        "unet.block4", "concatenate block2, adaptive residual block", [h / 2, w / 2, 2 * n], block4.parameterCount),
      LayerOutline("unet.up", "transposed convolution 2×2", [h, w, n], up.parameterCount),
      LayerOutline("unet.block5", "concatenate block1, adaptive residual block", [h, w, n], block5.parameterCount),
      LayerOutline(
        "unet.output", "GroupNorm, SiLU, convolution 3×3, pixel shuffle 2",
        [geometry.height, geometry.width, geometry.channels], outputNorm.parameterCount + output.parameterCount),
    ]
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

  mutating func visitState(_ path: String, _ visit: (String, StateKind, inout Tensor) -> Void) {
    convolution1.visitState(path + ".convolution1", visit)
    convolution2.visitState(path + ".convolution2", visit)
    norm2.visitState(path + ".norm2", visit)
    convolution3.visitState(path + ".convolution3", visit)
    norm3.visitState(path + ".norm3", visit)
    convolution4.visitState(path + ".convolution4", visit)
    norm4.visitState(path + ".norm4", visit)
    hidden.visitState(path + ".hidden", visit)
    heads.visitState(path + ".heads", visit)
  }

  var outline: [LayerOutline] {
    let n = convolution2.bias.count
    let (h, w) = (images.height / 2, images.width / 2)
    return [
      LayerOutline("encoder.convolution1", "convolution 4×4, stride 2, SiLU", [h, w, n], convolution1.parameterCount),
      LayerOutline(
        "encoder.convolution2", "convolution 3×3, GroupNorm, SiLU", [h, w, n],
        convolution2.parameterCount + norm2.parameterCount),
      LayerOutline(
        "encoder.convolution3", "convolution 4×4, stride 2, GroupNorm, SiLU", [h / 2, w / 2, 2 * n],
        convolution3.parameterCount + norm3.parameterCount),
      LayerOutline(
        "encoder.convolution4", "convolution 3×3, GroupNorm, SiLU", [h / 2, w / 2, 2 * n],
        convolution4.parameterCount + norm4.parameterCount),
      LayerOutline("encoder.hidden", "linear, SiLU", [256], hidden.parameterCount),
      LayerOutline("encoder.heads", "linear: mean and log variance", [heads.bias.count], heads.parameterCount),
    ]
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
