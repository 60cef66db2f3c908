import TensorEngine

/// The Gaussian that the encoder gives for each image (Eq. 18-20): both tensors `[batch, latent]`.
public struct EncodedImages: Sendable {
  public let mean: Tensor
  public let logVariance: Tensor

  public init(mean: Tensor, logVariance: Tensor) {
    (self.mean, self.logVariance) = (mean, logVariance)
  }

  /// z = μ + σ·ε (Eq. 20), the reparameterised draw.
  public func sampled(with epsilon: Tensor) -> Tensor {
    mean + (logVariance * 0.5).exponential * epsilon
  }
}
