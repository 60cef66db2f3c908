import TensorEngine

/// Self-attention of one head over the pixels of an image, as in the U-Nets of Ho et al. 2020 (appendix B):
/// x + out(attention(qkv(norm(x)))).
///
/// Input and output `[batch, h, w, channels]`. The last layer starts at zero, the block therefore as the identity.
public struct AttentionBlock: Layer {
  private var norm: GroupNorm
  private var queriesKeysValues: Linear
  private var output: Linear

  public static let parts: [Part<Self>] = [
    .layer("norm", \.norm),
    .layer("queriesKeysValues", \.queriesKeysValues),
    .layer("output", \.output),
  ]

  public init(_ channels: Int, source: RandomSource) {
    norm = GroupNorm(manyGroups: channels)
    queriesKeysValues = Linear(channels, 3 * channels, source: source.derived("queriesKeysValues"))
    output = Linear(weight: .zerosUnlessInterrupted([channels, channels]), bias: .zeros([channels]))
  }

  public func callAsFunction(_ x: Tensor) -> Tensor {
    let (batch, positions, channels) = (x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
    let rows = [batch * positions, channels]
    let attended = queriesKeysValues(norm(x).reshaped(to: rows))
      .reshaped(to: [batch, positions, 3 * channels]).selfAttended
    return x + output(attended.reshaped(to: rows)).reshaped(to: x.shape)
  }
}
