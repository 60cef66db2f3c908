import Clustering
import ClusteringMethods
import ElementaryFunctions
import NeuralNetworks
import TensorEngine

/// VaDE's network with its prior: all that gradients move (Jiang et al. 2017, arXiv 1611.05148).
package struct VaDENetwork: Layer {
  package var encoder: DenseEncoder
  /// log σ² of z from the last hidden layer; the encoder's code is its mean.
  package var logVariance: Linear
  package var decoder: DenseDecoder
  package var mixture: LearntMixture

  package static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder),
    .layer("logVariance", \.logVariance, "linear: log variance", output: \.codeSize),
    .layer("decoder", \.decoder),
    .layer("mixture", \.mixture, "Gaussian mixture over codes", output: \.clusterCount),
  ]

  private var codeSize: [Int] { [logVariance.bias.count] }
  private var clusterCount: [Int] { [mixture.logits.count] }

  package init(
    pixels: Int, widths: DenseWidths, latentSize: Int, clusterCount: Int, varianceStart: VarianceStart,
    source: RandomSource
  ) {
    encoder = DenseEncoder(pixels, widths, code: latentSize, source: source.derived("encoder"))
    logVariance = Linear(widths.third, latentSize, source: source.derived("logVariance"))
    if varianceStart == .narrow {
      logVariance = Linear(
        weight: .zeros([widths.third, latentSize]), bias: Tensor(repeating: -2, shape: [latentSize]))
    }
    decoder = DenseDecoder(pixels, widths, code: latentSize, source: source.derived("decoder"))
    mixture = LearntMixture(clusterCount: clusterCount, latentSize: latentSize)
  }

  /// Mean and log σ² of z, which is kept where its exponential is a number that a loss can bear.
  package func encoded(_ x: Tensor) -> EncodedImages {
    let features = encoder.features(x)
    return EncodedImages(mean: encoder.code(features), logVariance: logVariance(features).clamped(to: -10...5))
  }

  /// The negative evidence bound's two terms, averaged over the images: the binary cross-entropy summed over pixels, and
  /// the divergence from the mixture prior (Eq. 17 and 18) with w = p(c|z) live.
  ///
  /// - Parameters:
  ///   - x: `[batch, pixels]` in 0...1.
  ///   - noise: ε of z, `[batch, latent]`.
  package func lossTerms(_ x: Tensor, noise: Tensor) -> (reconstruction: Tensor, prior: Tensor) {
    let encoded = encoded(x)
    let z = encoded.sampled(with: noise)
    let prior = mixture.constants
    return (
      binaryCrossEntropy(decoder(z), target: x),
      mixturePriorLoss(encoded, logResponsibilities: prior.logResponsibilities(of: z), mixture: prior)
    )
  }
}

/// A Gaussian mixture as parameters of a network: unbounded numbers, so that gradients may move them anywhere.
package struct LearntMixture: Layer {
  /// log π but for a number that is added to all, `[K]`.
  package var logits: Tensor
  /// `[K, J]`, as `logVariances`.
  package var means: Tensor
  package var logVariances: Tensor

  package static let parts: [Part<Self>] = [
    .parameter("logits", \.logits), .parameter("means", \.means), .parameter("logVariances", \.logVariances),
  ]

  init(clusterCount: Int, latentSize: Int) {
    logits = .zeros([clusterCount])
    means = .zeros([clusterCount, latentSize])
    logVariances = .zeros([clusterCount, latentSize])
  }

  /// Takes a fitted mixture's place; equal weights if `isUniform`.
  mutating func take(_ mixture: GaussianMixture, isUniform: Bool) {
    let shape = [mixture.componentCount, mixture.dimension]
    logits = Tensor(mixture.mixingWeights.map { isUniform ? 0 : Float(log(max($0, 1e-6))) }, shape: [shape[0]])
    means = Tensor(mixture.means.elements.map { Float($0) }, shape: shape)
    logVariances = Tensor(mixture.variances.elements.map { Float(log($0)) }, shape: shape)
  }

  package var constants: MixtureConstants { MixtureConstants(logits: logits, means: means, logVariances: logVariances) }

  /// The same in double precision.
  var gaussians: GaussianMixture {
    let logits = logits.scalars.map(Double.init)
    let largest = logits.max() ?? 0
    let shares = logits.map { exp($0 - largest) }
    let sum = shares.reduce(0, +)
    let (rows, columns) = (means.shape[0], means.shape[1])
    return GaussianMixture(
      mixingWeights: shares.map { $0 / sum },
      means: Matrix(rows: rows, columns: columns, elements: means.scalars),
      variances: Matrix(
        rows: rows, columns: columns,
        elements: logVariances.scalars.map { exp(min(max(Double($0), -100), 100)) }))
  }
}

/// How the head of log σ² starts.
package enum VarianceStart: String, CaseIterable, Sendable {
  /// As any other layer: the published way.
  case random
  /// At −2 for every image, so that the codes that pretraining found are not lost in noise.
  case narrow
}
