import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// The sizes of a network of several levels, each half as wide as the one before.
struct LevelPlan: Sendable {
  /// Channels of each level in multiples of the base width.
  let multipliers: [Int]
  /// Levels with attention after each of their blocks.
  var attended: Set<Int> = []

  /// Sides are multiples of this.
  var divisor: Int { 1 << (multipliers.count - 1) }
}

/// The paper's conditional U-Net for images larger than MNIST's (arXiv 2312.08029, appendix B): t and z enter every
/// residual block by adaptive group normalisation, and the encoder has the shape of the U-Net's first half.
///
/// Down: a block a level, then a 3×3 convolution of stride 2. Middle: block, attention, block. Up: two blocks a level,
/// each beside what the way down left, then a doubling (nearest neighbour) with a 3×3 convolution. The encoder ends in
/// the mean over all positions and two linear heads. For images whose sides are multiples of 2^(levels − 1).
struct LevelledNetwork: ConditionalNetwork {
  private var encoder: LevelledEncoder
  private var timeEmbedding: Perceptron
  private var latentEmbedding: Perceptron
  private var stem: Convolution
  private var downs: [DownLevel]
  private var middle: MiddleLevel
  private var ups: [UpLevel]
  private var outputNorm: GroupNorm
  private var output: Convolution
  private let images: ImageShape
  /// Channels of the levels.
  private let widths: [Int]

  static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder),
    .operation("unet.embedding", "perceptrons of t and z", output: \.embedding),
    .layer("unet.timeEmbedding", \.timeEmbedding, countedIn: "unet.embedding"),
    .layer("unet.latentEmbedding", \.latentEmbedding, countedIn: "unet.embedding"),
    .layer("unet.stem", \.stem, "convolution 3×3", output: \.full),
    .layers("unet.downs", \.downs) { whole, level in
      (whole.downs[level].operation, shape(whole.images, level: level, width: whole.widths[level]))
    },
    .layer("unet.middle", \.middle, MiddleLevel.operation, output: \.innermost),
    .layers("unet.ups", \.ups) { whole, number in
      let level = whole.widths.count - 1 - number
      return (whole.ups[number].operation, shape(whole.images, level: level, width: whole.widths[level]))
    },
    .layer("unet.outputNorm", \.outputNorm, countedIn: "unet.output"),
    .layer("unet.output", \.output, "GroupNorm, SiLU, convolution 3×3", output: \.image),
  ]

  // Shapes without the batch.
  private var image: [Int] { images.dimensions }
  private var embedding: [Int] { [timeEmbedding.second.bias.count] }
  private var full: [Int] { Self.shape(images, level: 0, width: stem.bias.count) }
  private var innermost: [Int] { Self.shape(images, level: widths.count - 1, width: widths.last!) }

  fileprivate static func shape(_ images: ImageShape, level: Int, width: Int) -> [Int] {
    [images.height >> level, images.width >> level, width]
  }

  init(_ plan: LevelPlan, images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    self.images = images
    let widths = plan.multipliers.map { $0 * n }
    self.widths = widths
    encoder = LevelledEncoder(
      plan, images: images, channels: n, latentSize: latentSize, source: source.derived("encoder"))
    let source = source.derived("unet")
    let size = 4 * n
    timeEmbedding = Perceptron(
      TimeFeatures.plain(count: n).count, hidden: size, size, activation: .silu,
      source: source.derived("timeEmbedding"))
    latentEmbedding = Perceptron(
      latentSize, hidden: size, size, activation: .silu, source: source.derived("latentEmbedding"))
    stem = Convolution(images.channels, n, kernel: 3, padding: 1, source: source.derived("stem"))
    downs = DownLevel.all(plan, channels: n, embedding: size, source: source.derived("downs"))
    middle = MiddleLevel(widths.last!, embedding: size, source: source.derived("middle"))
    // What the way down leaves: the stem's output, and of each level what its block makes and its halving.
    var skips = [n]
    for (level, width) in widths.enumerated() { skips += level + 1 < widths.count ? [width, width] : [width] }
    var inputs = widths.last!
    ups = widths.indices.reversed().map { level in
      let source = source.derived("ups").derived(level)
      let width = widths[level]
      let (first, second) = (skips.removeLast(), skips.removeLast())
      defer { inputs = width }
      return UpLevel(
        (inputs + first, width + second), width, isAttended: plan.attended.contains(level), isLast: level == 0,
        embedding: size, source: source)
    }
    outputNorm = GroupNorm(n, activation: .silu)
    output = Convolution(zero: n, images.channels, kernel: 3, padding: 1)
  }

  mutating func encode(_ images: Tensor, _ mode: PassMode) -> EncodedImages { encoder(images) }

  mutating func predict(_ noisy: Tensor, times: [Double], latents: Tensor, _ mode: PassMode) -> Tensor {
    let features = TimeFeatures.plain(count: stem.bias.count).features(of: times)
    let embeddings = (
      time: timeEmbedding(features).activated(.silu), latent: latentEmbedding(latents).activated(.silu)
    )
    var h = stem(noisy)
    var skips = [h]
    for down in downs {
      h = down(h, embeddings) { skips.append($0) }
    }
    h = middle(h, embeddings)
    for up in ups {
      let (first, second) = (skips.removeLast(), skips.removeLast())
      h = up(h, (first, second), embeddings)
    }
    return output(outputNorm(h))
  }
}

private typealias Embeddings = (time: Tensor, latent: Tensor)

/// The first half of the U-Net without embeddings, the mean over all positions, and two heads.
private struct LevelledEncoder: Layer {
  private var stem: Convolution
  private var downs: [DownLevel]
  private var middle: MiddleLevel
  private var mean: Linear
  private var logVariance: Linear
  private let images: ImageShape
  private let widths: [Int]

  static let parts: [Part<Self>] = [
    .layer("stem", \.stem, "convolution 3×3", output: \.full),
    .layers("downs", \.downs) { whole, level in
      (
        whole.downs[level].operation,
        LevelledNetwork.shape(whole.images, level: level, width: whole.widths[level])
      )
    },
    .layer("middle", \.middle, MiddleLevel.operation, output: \.innermost),
    .operation("pool", "mean over positions", output: \.pooled),
    .layer("mean", \.mean, "linear", output: \.latents),
    .layer("logVariance", \.logVariance, "linear", output: \.latents),
  ]

  // Shapes without the batch.
  private var full: [Int] { LevelledNetwork.shape(images, level: 0, width: stem.bias.count) }
  private var innermost: [Int] { LevelledNetwork.shape(images, level: widths.count - 1, width: widths.last!) }
  private var pooled: [Int] { [widths.last!] }
  private var latents: [Int] { [mean.bias.count] }

  init(_ plan: LevelPlan, images: ImageShape, channels n: Int, latentSize: Int, source: RandomSource) {
    self.images = images
    widths = plan.multipliers.map { $0 * n }
    stem = Convolution(images.channels, n, kernel: 3, padding: 1, source: source.derived("stem"))
    downs = DownLevel.all(plan, channels: n, embedding: nil, source: source.derived("downs"))
    middle = MiddleLevel(widths.last!, embedding: nil, source: source.derived("middle"))
    mean = Linear(widths.last!, latentSize, source: source.derived("mean"))
    logVariance = Linear(widths.last!, latentSize, source: source.derived("logVariance"))
  }

  func callAsFunction(_ images: Tensor) -> EncodedImages {
    var h = stem(images)
    for down in downs { h = down(h, nil) { _ in } }
    h = middle(h, nil)
    let (batch, positions, width) = (h.shape[0], h.shape[1] * h.shape[2], h.shape[3])
    let vector =
      h.reshaped(to: [batch, positions, width]).sum(axes: [1]).reshaped(to: [batch, width])
      * (1 / Float(positions))
    return EncodedImages(
      mean: mean(vector),
      // Beyond these the exponential in the KL term overflows or a latent is frozen.
      logVariance: logVariance(vector).clamped(to: -10...5))
  }
}

/// A level on the way down.
private struct DownLevel: Layer {
  private var block: TimeLatentBlock
  private var attention: AttentionBlock?
  private var halving: Convolution?

  static let parts: [Part<Self>] = [
    .layer("block", \.block),
    .layer("attention", \.attention),
    .layer("halving", \.halving),
  ]

  static func all(_ plan: LevelPlan, channels n: Int, embedding: Int?, source: RandomSource) -> [DownLevel] {
    let widths = plan.multipliers.map { $0 * n }
    return widths.indices.map { level in
      let source = source.derived(level)
      let width = widths[level]
      return DownLevel(
        block: TimeLatentBlock(
          level == 0 ? n : widths[level - 1], width, embedding: embedding, source: source.derived("block")),
        attention: plan.attended.contains(level)
          ? AttentionBlock(width, source: source.derived("attention")) : nil,
        halving: level + 1 < widths.count
          ? Convolution(width, width, kernel: 3, stride: 2, padding: 1, source: source.derived("halving")) : nil)
    }
  }

  var operation: String {
    let words = ["block", attention.map { _ in "attention" }, halving.map { _ in "then convolution 3×3, stride 2" }]
    return words.compactMap(\.self).joined(separator: ", ")
  }

  /// `leave` is given what the way up will meet again.
  func callAsFunction(_ x: Tensor, _ embeddings: Embeddings?, leave: (Tensor) -> Void) -> Tensor {
    var h = block(x, embeddings)
    if let attention { h = attention(h) }
    leave(h)
    guard let halving else { return h }
    h = halving(h)
    leave(h)
    return h
  }
}

/// Between the ways down and up.
private struct MiddleLevel: Layer {
  private var block1: TimeLatentBlock
  private var attention: AttentionBlock
  private var block2: TimeLatentBlock

  static let operation = "block, attention, block"
  static let parts: [Part<Self>] = [
    .layer("block1", \.block1),
    .layer("attention", \.attention),
    .layer("block2", \.block2),
  ]

  init(_ width: Int, embedding: Int?, source: RandomSource) {
    block1 = TimeLatentBlock(width, width, embedding: embedding, source: source.derived("block1"))
    attention = AttentionBlock(width, source: source.derived("attention"))
    block2 = TimeLatentBlock(width, width, embedding: embedding, source: source.derived("block2"))
  }

  func callAsFunction(_ x: Tensor, _ embeddings: Embeddings?) -> Tensor {
    block2(attention(block1(x, embeddings)), embeddings)
  }
}

/// A level on the way up.
private struct UpLevel: Layer {
  private var block1: TimeLatentBlock
  private var attention1: AttentionBlock?
  private var block2: TimeLatentBlock
  private var attention2: AttentionBlock?
  private var doubling: Convolution?

  static let parts: [Part<Self>] = [
    .layer("block1", \.block1),
    .layer("attention1", \.attention1),
    .layer("block2", \.block2),
    .layer("attention2", \.attention2),
    .layer("doubling", \.doubling),
  ]

  init(
    _ inputs: (Int, Int), _ width: Int, isAttended: Bool, isLast: Bool, embedding: Int, source: RandomSource
  ) {
    block1 = TimeLatentBlock(inputs.0, width, embedding: embedding, source: source.derived("block1"))
    block2 = TimeLatentBlock(inputs.1, width, embedding: embedding, source: source.derived("block2"))
    if isAttended {
      attention1 = AttentionBlock(width, source: source.derived("attention1"))
      attention2 = AttentionBlock(width, source: source.derived("attention2"))
    }
    if !isLast {
      doubling = Convolution(width, width, kernel: 3, padding: 1, source: source.derived("doubling"))
    }
  }

  var operation: String {
    (attention1 == nil ? "concatenate, two blocks" : "concatenate, two blocks with attention")
      + (doubling == nil ? "" : ", then doubling and convolution 3×3")
  }

  func callAsFunction(_ x: Tensor, _ skips: (Tensor, Tensor), _ embeddings: Embeddings) -> Tensor {
    var h = block1(.concatenatingChannels(x, skips.0), embeddings)
    if let attention1 { h = attention1(h) }
    h = block2(.concatenatingChannels(h, skips.1), embeddings)
    if let attention2 { h = attention2(h) }
    return doubling.map { $0(h.enlarged(by: 2)) } ?? h
  }
}
