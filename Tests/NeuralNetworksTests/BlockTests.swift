import NeuralNetworks
import TensorEngine
import TestSupport
import Testing

/// The blocks that networks are made of: shapes, how they start, and their derivatives. Their outputs are checked
/// against PyTorch's within whole networks.
@Suite("Blocks") struct BlockTests {
  private static let source = RandomSource(seed: 7)

  /// `layer` with numbers in all its parameters: away from the start, where whole layers are zero.
  private func moved<L: Layer>(_ layer: L) -> L {
    var layer = layer
    layer.visitState { path, kind, tensor in
      if kind == .parameter { tensor = tensor + formulaTensor(tensor.shape, path, scale: 0.3) }
    }
    return layer
  }

  @Test(arguments: [(8, 8), (16, 8), (8, 24)]) func adaptiveResidualBlockStartsAsItsShortcut(inputs: Int, outputs: Int)
  {
    let block = AdaptiveResidualBlock(inputs, outputs, embedding: 5, source: Self.source)
    let x = fixedNormals([2, 3, 4, inputs], "x")
    let output = block(x, fixedNormals([2, 5], "embedding"))
    #expect(output.shape == [2, 3, 4, outputs])
    if inputs == outputs {
      #expect(output == x)
    } else {
      // A 1×1 convolution: a pixel's output depends on that pixel alone.
      let pixel = block(x.rows(1..<2), fixedNormals([1, 5], "another embedding"))
      #expect(pixel.scalars == output.rows(1..<2).scalars)
      #expect(output.sumOfSquares > 0)
    }
    let names = ["norm1", "convolution1", "modulation", "norm2", "convolution2", "projection"]
    let paths = names.prefix(inputs == outputs ? 5 : 6).flatMap { name in
      name.hasPrefix("norm") ? ["\(name).gamma", "\(name).beta"] : ["\(name).weight", "\(name).bias"]
    }
    #expect(block.state.map(\.path) == paths)
    #expect(block.state.allSatisfy { $0.kind == .parameter })
  }

  @Test func adaptiveResidualBlockFollowsItsEmbedding() {
    let block = moved(AdaptiveResidualBlock(8, 8, embedding: 5, source: Self.source))
    let x = fixedNormals([2, 3, 4, 8], "x")
    #expect(block(x, fixedNormals([2, 5], "one")) != block(x, fixedNormals([2, 5], "another")))
  }

  @Test(arguments: [(8, 8), (16, 8)]) func adaptiveResidualBlockMatchesCentralDifferences(inputs: Int, outputs: Int) {
    let block = moved(AdaptiveResidualBlock(inputs, outputs, embedding: 5, source: Self.source))
    let inputs = [fixedNormals([2, 3, 4, inputs], "x"), fixedNormals([2, 5], "embedding")]
    let error = gradientError(at: inputs + block.parameters) { values in
      var block = block
      block.parameters = Array(values[2...])
      return block(values[0], values[1])
    }
    #expect(error < 5e-3, "relative error \(error)")
  }

  @Test(arguments: [(8, 8), (16, 8)], [nil, 5]) func timeLatentBlockStartsAsItsShortcut(
    sizes: (Int, Int), embedding: Int?
  ) {
    let block = TimeLatentBlock(sizes.0, sizes.1, embedding: embedding, source: Self.source)
    let x = fixedNormals([2, 3, 4, sizes.0], "x")
    let embeddings = embedding.map { (time: fixedNormals([2, $0], "t"), latent: fixedNormals([2, $0], "z")) }
    let output = block(x, embeddings)
    #expect(output.shape == [2, 3, 4, sizes.1])
    if sizes.0 == sizes.1 { #expect(output == x) }
    let moved = moved(block)
    guard let embeddings else { return }
    #expect(moved(x, embeddings) != moved(x, (embeddings.latent, embeddings.latent)))
    #expect(moved(x, embeddings) != moved(x, (embeddings.time, embeddings.time)))
  }

  @Test(arguments: [(8, 8), (16, 8)]) func timeLatentBlockMatchesCentralDifferences(sizes: (Int, Int)) {
    let block = moved(TimeLatentBlock(sizes.0, sizes.1, embedding: 5, source: Self.source))
    let inputs = [fixedNormals([2, 3, 4, sizes.0], "x"), fixedNormals([2, 5], "t"), fixedNormals([2, 5], "z")]
    let error = gradientError(at: inputs + block.parameters) { values in
      var block = block
      block.parameters = Array(values[3...])
      return block(values[0], (values[1], values[2]))
    }
    #expect(error < 5e-3, "relative error \(error)")
  }

  @Test func attentionBlockStartsAsTheIdentity() {
    let block = AttentionBlock(16, source: Self.source)
    let x = fixedNormals([2, 3, 4, 16], "x")
    #expect(block(x) == x)
    // Attention sees every pixel and does not know where they are: turned images give turned results.
    let moved = moved(block)
    let rows = (0..<2).map { x.rows($0..<$0 + 1).reshaped(to: [12, 16]) }
    func turned(_ image: Tensor) -> [Float] {
      (0..<12).reversed().flatMap { image.rows($0..<$0 + 1).scalars }
    }
    let backwards = moved(Tensor(rows.flatMap(turned), shape: x.shape))
    let forwards = moved(x)
    let expected = (0..<2).flatMap { turned(forwards.rows($0..<$0 + 1).reshaped(to: [12, 16])) }
    #expect(largestDifference(backwards.scalars, expected) < 1e-5)
    #expect(forwards != x)
  }

  @Test func attentionBlockMatchesCentralDifferences() {
    let block = moved(AttentionBlock(16, source: Self.source))
    let error = gradientError(at: [fixedNormals([2, 3, 4, 16], "x")] + block.parameters) { values in
      var block = block
      block.parameters = Array(values[1...])
      return block(values[0])
    }
    #expect(error < 5e-3, "relative error \(error)")
  }

  @Test(arguments: [(1, 4), (4, 4)]) func doubleConvolutionBlockInBothForms(inputs: Int, outputs: Int) {
    let start = DoubleConvolutionBlock(inputs, outputs, source: Self.source)
    let x = fixedNormals([3, 4, 6, inputs], "x")
    var (plain, residual) = (start, start)
    let second = plain(x, .training)
    let sum = residual.residual(x, .training)
    #expect(second.shape == [3, 4, 6, outputs] && sum.shape == second.shape)
    // Where channels agree the shortcut is x itself; else it is the first half's output.
    if inputs == outputs { #expect(largestDifference(sum.scalars, ((x + second) * (1 / 1.414)).scalars) < 1e-6) }
    // Both forms compute the same halves: they leave the same running statistics.
    #expect(zip(plain.state, residual.state).allSatisfy { $0.tensor == $1.tensor })
    let statistics = zip(plain.state, start.state).filter { $0.0.kind == .statistic }
    #expect(statistics.count == 4 && statistics.allSatisfy { $0.tensor != $1.tensor })

    let before = plain
    _ = plain(x, .evaluation)
    #expect(zip(plain.state, before.state).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test(arguments: [false, true], [(1, 4), (4, 4)])
  func doubleConvolutionBlockMatchesCentralDifferences(isResidual: Bool, sizes: (Int, Int)) {
    let block = moved(DoubleConvolutionBlock(sizes.0, sizes.1, source: Self.source))
    let error = gradientError(at: [fixedNormals([3, 4, 6, sizes.0], "x")] + block.parameters) { values in
      var block = block
      block.parameters = Array(values[1...])
      return isResidual ? block.residual(values[0], .training) : block(values[0], .training)
    }
    #expect(error < 5e-3, "relative error \(error)")
  }
}
