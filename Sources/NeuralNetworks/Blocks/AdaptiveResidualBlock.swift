import TensorEngine

/// A residual block whose second norm is scaled and shifted by an embedding: adaptive group normalisation (Dhariwal and
/// Nichol 2021, section 4.3).
///
/// h = conv1(SiLU(norm1(x))), output = x + conv2(SiLU(norm2(h)·(1 + scale) + shift)) with (scale, shift) a linear
/// function of the embedding. Input `[batch, h, w, inputs]`, embedding `[batch, embedding]`, output `[batch, h, w,
/// outputs]`; channels in multiples of 8, for the norms' groups. Where `inputs` and `outputs` differ, a 1×1 convolution
/// of x takes its place in the sum. The second convolution starts at zero, the block therefore as the identity or as
/// that projection; the other layers start as they do by themselves.
public struct AdaptiveResidualBlock: Layer {
  private var norm1: GroupNorm
  private var convolution1: Convolution
  private var modulation: Linear
  private var norm2: GroupNorm
  private var convolution2: Convolution
  private var projection: Convolution?

  public static let parts: [Part<Self>] = [
    .layer("norm1", \.norm1),
    .layer("convolution1", \.convolution1),
    .layer("modulation", \.modulation),
    .layer("norm2", \.norm2),
    .layer("convolution2", \.convolution2),
    .layer("projection", \.projection),
  ]

  public init(_ inputs: Int, _ outputs: Int, embedding: Int, source: RandomSource) {
    norm1 = GroupNorm(inputs, activation: .silu)
    convolution1 = Convolution(inputs, outputs, kernel: 3, padding: 1, source: source.derived("convolution1"))
    modulation = Linear(embedding, 2 * outputs, source: source.derived("modulation"))
    norm2 = GroupNorm(outputs, activation: .silu)
    convolution2 = Convolution(zero: outputs, outputs, kernel: 3, padding: 1)
    if inputs != outputs {
      projection = Convolution(inputs, outputs, kernel: 1, source: source.derived("projection"))
    }
  }

  public func callAsFunction(_ x: Tensor, _ embedding: Tensor) -> Tensor {
    let hidden = convolution1(norm1(x))
    let channels = hidden.shape[3]
    let modulations = modulation(embedding)
    let adapted = norm2(
      hidden, scale: modulations.columns(0..<channels), shift: modulations.columns(channels..<2 * channels))
    return (projection?(x) ?? x) + convolution2(adapted)
  }
}
