import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// ClusterGAN's networks: generator and encoder, which learn together, and the critic that they learn from.
package struct ClusterGANNetworks: Layer {
  package var cycle: CodeCycle
  package var critic: ImageReader

  package static let parts: [Part<Self>] = [.layer("cycle", \.cycle), .layer("critic", \.critic)]

  package init(
    _ shape: ImageShape, _ widths: ImageWidths, noise: Int, classes: Int, slope: Double, source: RandomSource
  ) {
    cycle = CodeCycle(shape, widths, noise: noise, classes: classes, slope: slope, source: source)
    critic = ImageReader(shape, widths, outputs: 1, slope: slope, source: source.derived("critic"))
  }
}

/// A generator of images from noise and class, and an encoder that is to find both again.
package struct CodeCycle: Layer {
  package var generator: ImageGenerator
  package var encoder: ImageReader

  package static let parts: [Part<Self>] = [.layer("generator", \.generator), .layer("encoder", \.encoder)]

  init(_ shape: ImageShape, _ widths: ImageWidths, noise: Int, classes: Int, slope: Double, source: RandomSource) {
    generator = ImageGenerator(
      noise + classes, shape, widths, hasHiddenNorm: true, source: source.derived("generator"))
    encoder = ImageReader(shape, widths, outputs: noise + classes, slope: slope, source: source.derived("encoder"))
  }

  /// The terms of the loss that generator and encoder learn by, averaged over the batch: what a critic, low on real
  /// images, says of the images drawn; how far the encoder is from their noise; the cross-entropy of their class.
  ///
  /// - Parameter code: `[batch, noise + classes]`, the noise first, then a one-hot class.
  package mutating func lossTerms(
    _ code: Tensor, noise: Int, critic: ImageReader
  ) -> (critic: Tensor, noise: Tensor, classes: Tensor) {
    let images = generator(code, .training).activated(.sigmoid)
    let found = encoder(images)
    let width = code.shape[1]
    let logits = found.columns(noise..<width).logSoftmax
    return (
      critic(images).mean, (found.columns(0..<noise) - code.columns(0..<noise)).squared.mean,
      -(logits * code.columns(noise..<width)).sum * (1 / Float(code.shape[0]))
    )
  }
}

extension ImageReader {
  /// A critic's loss, low on real images: mean D(real) − mean D(drawn) + weight · penalty of its slope at images between
  /// them (Gulrajani et al. 2017), with the first two terms' difference.
  ///
  /// - Parameters:
  ///   - real: `[batch, height, width, channels]`, as `drawn`.
  ///   - shares: how much of each image between comes of the real one, `[batch, 1, 1, 1]` in 0...1.
  package func wassersteinLoss(
    real: Tensor, drawn: Tensor, shares: Tensor, weight: Double
  ) -> (loss: Tensor, distance: Tensor, penalty: Tensor) {
    let distance = self(real).mean - self(drawn).mean
    let penalty = gradientPenalty(at: drawn + shares * (real - drawn))
    return (distance + penalty * Float(weight), distance, penalty)
  }
}
