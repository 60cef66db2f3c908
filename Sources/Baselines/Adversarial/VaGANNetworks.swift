import ClusteringMethods
import Images
import NeuralNetworks
import TensorEngine

/// VaGAN's networks: encoder, generator and mixture, which learn together, and the critic.
package struct VaGANNetworks: Layer {
  package var autoencoder: VaGANAutoencoder
  package var critic: ImageReader

  package static let parts: [Part<Self>] = [.layer("autoencoder", \.autoencoder), .layer("critic", \.critic)]

  package init(
    _ shape: ImageShape, _ widths: ImageWidths, latentSize: Int, clusterCount: Int, prior: LatentPrior, slope: Double,
    source: RandomSource
  ) {
    autoencoder = VaGANAutoencoder(
      shape, widths, latentSize: latentSize, clusterCount: clusterCount, prior: prior, source: source)
    critic = ImageReader(shape, widths, outputs: 1, slope: slope, source: source.derived("critic"))
  }
}

/// What a latent is drawn from, and what is taken for granted of its clusters.
package enum LatentPrior: Sendable, Equatable {
  /// Gaussians, in a mixture of them (VaGAN-GMM).
  case gaussian
  /// A Student's t by the published code, whose prior is a mixture of Gaussians all the same (VaGAN-SMM).
  case studentInGaussians
  /// Student's t distributions in a mixture of them.
  case student
}

/// Images through two convolutions and a hidden layer, each with BatchNorm and ReLU, to what a latent is drawn from.
package struct VaGANEncoder: Layer {
  package var convolution1: Convolution
  package var norm1: BatchNorm
  package var convolution2: Convolution
  package var norm2: BatchNorm
  package var hidden: Linear
  package var hiddenNorm: BatchNorm
  package var mean: Linear
  package var logVariance: Linear
  /// The logarithm of an image's degrees of freedom but for a constant; nil where latents are Gaussian.
  package var freedom: Linear?
  private let shape: ImageShape

  package static let parts: [Part<Self>] = [
    .layer("convolution1", \.convolution1, "convolution 4×4, stride 2, BatchNorm, ReLU", output: \.halved),
    .layer("norm1", \.norm1, countedIn: "convolution1"),
    .layer("convolution2", \.convolution2, "convolution 4×4, stride 2, BatchNorm, ReLU", output: \.quartered),
    .layer("norm2", \.norm2, countedIn: "convolution2"),
    .layer("hidden", \.hidden, "linear, BatchNorm, ReLU", output: \.hiddenSize),
    .layer("hiddenNorm", \.hiddenNorm, countedIn: "hidden"),
    .layer("mean", \.mean, "linear: mean", output: \.codeSize),
    .layer("logVariance", \.logVariance, "linear: log variance", output: \.codeSize),
    .layer("freedom", \.freedom, "linear: degrees of freedom", output: [1]),
  ]

  private var halved: [Int] { [shape.height / 2, shape.width / 2, convolution1.bias.count] }
  private var quartered: [Int] { [shape.height / 4, shape.width / 4, convolution2.bias.count] }
  private var hiddenSize: [Int] { [hidden.bias.count] }
  private var codeSize: [Int] { [mean.bias.count] }

  init(_ shape: ImageShape, _ widths: ImageWidths, latentSize: Int, hasFreedom: Bool, source: RandomSource) {
    self.shape = shape
    convolution1 = .narrow(shape.channels, widths.first, source.derived("convolution1"))
    norm1 = BatchNorm(widths.first, activation: .relu)
    convolution2 = .narrow(widths.first, widths.second, source.derived("convolution2"))
    norm2 = BatchNorm(widths.second, activation: .relu)
    hidden = .narrow(shape.height / 4 * (shape.width / 4) * widths.second, widths.hidden, source.derived("hidden"))
    hiddenNorm = BatchNorm(widths.hidden, activation: .relu)
    mean = .narrow(widths.hidden, latentSize, source.derived("mean"))
    logVariance = .narrow(widths.hidden, latentSize, source.derived("logVariance"))
    // As published: positive weights, so that the degrees of freedom start well above their least.
    freedom =
      hasFreedom
      ? Linear(
        weight: .uniforms([widths.hidden, 1], from: source.derived("freedom"), low: 0.01, high: 0.03),
        bias: .zeros([1])) : nil
  }

  package mutating func features(_ x: Tensor, _ mode: PassMode) -> Tensor {
    let wide = norm2(convolution2(norm1(convolution1(x), mode)), mode)
    return hiddenNorm(hidden(wide.reshaped(to: [x.shape[0], hidden.weight.shape[0]])), mode)
  }
}

/// Encoder, generator, and the mixture that latents are held to.
package struct VaGANAutoencoder: Layer {
  package var encoder: VaGANEncoder
  package var generator: ImageGenerator
  package var mixture: LearntMixture
  /// The degrees of freedom of each cluster by softplus, above 2; nil where they are Gaussian.
  package var freedoms: ClusterFreedoms?
  private let prior: LatentPrior

  package static let parts: [Part<Self>] = [
    .layer("encoder", \.encoder), .layer("generator", \.generator),
    .layer("mixture", \.mixture, "mixture over latents", output: \.clusterCount),
    .layer("freedoms", \.freedoms, countedIn: "mixture"),
  ]

  private var clusterCount: [Int] { [mixture.logits.count] }

  init(
    _ shape: ImageShape, _ widths: ImageWidths, latentSize: Int, clusterCount: Int, prior: LatentPrior,
    source: RandomSource
  ) {
    self.prior = prior
    encoder = VaGANEncoder(
      shape, widths, latentSize: latentSize, hasFreedom: prior != .gaussian, source: source.derived("encoder"))
    generator = ImageGenerator(
      latentSize, shape, widths, hasHiddenNorm: false, source: source.derived("generator"))
    mixture = LearntMixture(clusterCount: clusterCount, latentSize: latentSize)
    freedoms = prior == .student ? ClusterFreedoms(clusterCount: clusterCount) : nil
  }

  /// What a latent is drawn from: mean and log variance (of a Student's t the squared scale), degrees of freedom
  /// `[batch, 1]` where it is a Student's t.
  package struct Encoded {
    let gaussian: EncodedImages
    let freedom: Tensor?
  }

  package mutating func encoded(_ x: Tensor, _ mode: PassMode) -> Encoded {
    let features = encoder.features(x, mode)
    let gaussian = EncodedImages(
      mean: encoder.mean(features), logVariance: encoder.logVariance(features).clamped(to: -10...5))
    let least = Float(max(mixture.logits.count - 1, 2))
    return Encoded(
      gaussian: gaussian, freedom: encoder.freedom.map { $0(features).clamped(to: -10...5).exponential + least })
  }

  /// A latent and what it was drawn by.
  package struct Drawn {
    let z: Tensor
    /// Gamma(ν/2, 1) draws that widen each of its numbers, where it is a Student's t.
    let gamma: Tensor?
  }

  /// z = μ + σ·n/√u, u = gamma/(ν/2); Gaussian latents have u = 1.
  ///
  /// - Parameters:
  ///   - noise: n, `[batch, J]`.
  ///   - proposals: gives, for the shapes ν/2 `[batch, 1]` of gamma distributions, e `[batch, J]` of the draws
  ///     (ν/2 − 1/3)(1 + e/√(9ν/2 − 3))³ (Marsaglia and Tsang 2000), which gradients flow through.
  package func drawn(_ encoded: Encoded, noise: Tensor, proposals: (Tensor) -> Tensor) -> Drawn {
    guard let freedom = encoded.freedom else {
      return Drawn(z: encoded.gaussian.sampled(with: noise), gamma: nil)
    }
    let shape = freedom * 0.5
    let d = shape - 1.0 / 3
    let stem = proposals(shape.detached) / (d * 9).squareRoot + 1
    let gamma = d * stem.squared * stem
    let scale = (encoded.gaussian.logVariance * 0.5).exponential * (shape / gamma).squareRoot
    return Drawn(z: encoded.gaussian.mean + scale * noise, gamma: gamma)
  }

  /// The prior's part of the loss, averaged over the batch.
  package func priorLoss(_ encoded: Encoded, _ drawn: Drawn) -> Tensor {
    let constants = mixture.constants
    switch (prior, encoded.freedom, drawn.gamma, freedoms) {
    case (.studentInGaussians, _, let gamma?, _):
      // As published: the drawn variance but for ν/2, in the Gaussian mixture's divergence.
      let widened = EncodedImages(
        mean: encoded.gaussian.mean, logVariance: encoded.gaussian.logVariance - gamma.logarithm)
      return mixturePriorLoss(
        widened, logResponsibilities: constants.logResponsibilities(of: drawn.z), mixture: constants)
    case (.student, let freedom?, _, let freedoms?):
      let prior = StudentMixture(mixture, freedoms: freedoms.values)
      let logW = prior.logResponsibilities(of: drawn.z)
      // As E[u] = 1, what the Gaussians given u come to is the Gaussian mixture's divergence.
      let gammas = (logW.exponential * prior.gammaDivergences(from: freedom)).sum
      let perImage = Float(encoded.gaussian.mean.shape[1]) / Float(encoded.gaussian.mean.shape[0])
      return mixturePriorLoss(encoded.gaussian, logResponsibilities: logW, mixture: constants) + gammas * perImage
    default:
      return mixturePriorLoss(
        encoded.gaussian, logResponsibilities: constants.logResponsibilities(of: drawn.z), mixture: constants)
    }
  }

  /// The terms of the loss, averaged over the batch: what the critic, low on real images, says of the images given back,
  /// the prior's divergence, the cross-entropy summed over pixels.
  package mutating func lossTerms(
    _ x: Tensor, noise: Tensor, critic: ImageReader, proposals: (Tensor) -> Tensor
  ) -> (critic: Tensor, prior: Tensor, reconstruction: Tensor) {
    let encoded = encoded(x, .training)
    let drawn = drawn(encoded, noise: noise, proposals: proposals)
    let logits = generator(drawn.z, .training)
    return (
      critic(logits.activated(.sigmoid)).mean, priorLoss(encoded, drawn),
      logits.logisticLosses(target: x).sum * (1 / Float(x.shape[0]))
    )
  }

  /// The cross-entropy of the images given back from their latents' means: pretraining's loss.
  package mutating func meanReconstruction(_ x: Tensor) -> Tensor {
    let mean = encoder.mean(encoder.features(x, .training))
    return generator(mean, .training).logisticLosses(target: x).sum * (1 / Float(x.shape[0]))
  }

  /// Images given back from drawn latents, by the batch's statistics: what the critic learns to tell from real ones.
  package func givenBack(_ x: Tensor, noise: Tensor, proposals: (Tensor) -> Tensor) -> Tensor {
    var copy = self
    let encoded = copy.encoded(x, .batch)
    return copy.generator(copy.drawn(encoded, noise: noise, proposals: proposals).z, .batch).activated(.sigmoid)
  }
}

/// The degrees of freedom of a mixture's Student's t distributions, as parameters of a network.
package struct ClusterFreedoms: Layer {
  /// `[K]`; 2 + softplus of these are the degrees of freedom.
  package var raw: Tensor

  package static let parts: [Part<Self>] = [.parameter("raw", \.raw)]

  /// Ten of each.
  init(clusterCount: Int) { raw = Tensor(repeating: 7.999_664_5, shape: [clusterCount]) }

  /// `[K]`.
  package var values: Tensor { raw.logisticLosses(target: .zeros(raw.shape)) + 2 }
}
