import TensorEngine

/// A pre-activation residual block that a time scales and a latent shifts, each through a linear layer of its own
/// (ClusterDDPM, arXiv 2312.08029, appendix B); without them the block of an encoder.
///
/// h = conv1(SiLU(norm1(x))), output = x + conv2(SiLU(norm2(h)·(1 + W_t·t) + W_z·z)). Input `[batch, h, w, inputs]`,
/// output `[batch, h, w, outputs]`, embeddings of t and z `[batch, embedding]`. Where `inputs` and `outputs` differ, a
/// 1×1 convolution of x takes its place in the sum. The second convolution starts at zero.
public struct TimeLatentBlock: Layer {
  private var norm1: GroupNorm
  private var convolution1: Convolution
  private var time: Linear?
  private var latent: Linear?
  private var norm2: GroupNorm
  private var convolution2: Convolution
  private var projection: Convolution?

  public static let parts: [Part<Self>] = [
    .layer("norm1", \.norm1),
    .layer("convolution1", \.convolution1),
    .layer("time", \.time),
    .layer("latent", \.latent),
    .layer("norm2", \.norm2),
    .layer("convolution2", \.convolution2),
    .layer("projection", \.projection),
  ]

  /// - Parameter embedding: the size of both embeddings; nil for a block that takes none.
  public init(_ inputs: Int, _ outputs: Int, embedding: Int?, source: RandomSource) {
    norm1 = GroupNorm(manyGroups: inputs, activation: .silu)
    convolution1 = Convolution(inputs, outputs, kernel: 3, padding: 1, source: source.derived("convolution1"))
    time = embedding.map { Linear($0, outputs, source: source.derived("time")) }
    latent = embedding.map { Linear($0, outputs, source: source.derived("latent")) }
    norm2 = GroupNorm(manyGroups: outputs, activation: .silu)
    convolution2 = Convolution(zero: outputs, outputs, kernel: 3, padding: 1)
    if inputs != outputs {
      projection = Convolution(inputs, outputs, kernel: 1, source: source.derived("projection"))
    }
  }

  /// - Parameter embeddings: of time and latent, for a block that takes them.
  public func callAsFunction(_ x: Tensor, _ embeddings: (time: Tensor, latent: Tensor)? = nil) -> Tensor {
    precondition((embeddings == nil) == (time == nil), "a block takes embeddings if it was built for them")
    let hidden = convolution1(norm1(x))
    let adapted = norm2(
      hidden, scale: embeddings.flatMap { time?($0.time) }, shift: embeddings.flatMap { latent?($0.latent) })
    return (projection?(x) ?? x) + convolution2(adapted)
  }
}

extension GroupNorm {
  /// As many groups as the larger diffusion networks have, 32, or the most of them that divide the channels.
  init(manyGroups channels: Int, activation: Activation = .identity) {
    var groups = 32
    while channels % groups != 0 { groups /= 2 }
    self.init(channels, groups: groups, activation: activation)
  }
}
