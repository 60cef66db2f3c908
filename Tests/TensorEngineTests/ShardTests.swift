import TensorEngine
import TestSupport
import Testing

@Suite struct ShardTests {
  /// Gradients of a shard are cut into fewer pieces, those of 64 images and more as those of a batch: the same but for
  /// rounding, by both kinds of convolution.
  @Test(arguments: [16, 64], [1, 2]) func gradientsAreTheSameButForRounding(images: Int, stride: Int) {
    let source = RandomSource(seed: 5)
    let x = Tensor.normals([images, 14, 14, 16], from: source.derived(0))
    let weight = Tensor.normals([3, 3, 16, 32], from: source.derived(1))
    let bias = Tensor.normals([32], from: source.derived(2))
    func gradients() -> [Tensor] {
      valueAndGradient(at: [weight, bias]) {
        let y = x.convolved(with: $0[0], bias: $0[1], stride: stride, padding: 1)
        return (y * y).sum
      }.1
    }
    let (whole, shard) = (gradients(), Shard.computing(gradients))
    for (one, other) in zip(whole, shard) {
      let scale = one.scalars.reduce(0) { max($0, abs($1)) }
      #expect(zip(one.scalars, other.scalars).allSatisfy { abs($0 - $1) <= 2e-6 * scale })
    }
    #expect((whole == shard) == (images == 64))
  }
}
