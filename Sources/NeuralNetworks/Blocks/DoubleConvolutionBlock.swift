import TensorEngine

/// Twice a 3×3 convolution, batch normalisation and GELU, as in the published ClusterDDPM networks; also in a residual
/// form.
///
/// Input `[batch, h, w, inputs]`, output `[batch, h, w, outputs]`. Convolutions start as they do by themselves, norms
/// with gamma 1 and beta 0.
public struct DoubleConvolutionBlock: Layer {
  private var convolution1: Convolution
  private var norm1: BatchNorm
  private var convolution2: Convolution
  private var norm2: BatchNorm

  public static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1),
    .layer("norm1", \.norm1),
    .layer("convolution2", \.convolution2),
    .layer("norm2", \.norm2),
  ]

  public init(_ inputs: Int, _ outputs: Int, source: RandomSource) {
    convolution1 = Convolution(inputs, outputs, kernel: 3, padding: 1, source: source.derived("convolution1"))
    norm1 = BatchNorm(outputs, activation: .gelu)
    convolution2 = Convolution(outputs, outputs, kernel: 3, padding: 1, source: source.derived("convolution2"))
    norm2 = BatchNorm(outputs, activation: .gelu)
  }

  /// The second half's output; a training pass moves the running statistics.
  public mutating func callAsFunction(_ x: Tensor, _ mode: PassMode) -> Tensor {
    norm2(convolution2(norm1(convolution1(x), mode)), mode)
  }

  /// (x + x2)/1.414, or (x1 + x2)/1.414 where the channel counts differ; x1 and x2 are the two halves' outputs.
  ///
  /// The divisor is the published code's, which keeps the sum's spread at that of its terms.
  public mutating func residual(_ x: Tensor, _ mode: PassMode) -> Tensor {
    let x1 = norm1(convolution1(x), mode)
    let x2 = norm2(convolution2(x1), mode)
    let shortcut = x.shape == x2.shape ? x : x1
    return (shortcut + x2) * (1 / 1.414)
  }
}
