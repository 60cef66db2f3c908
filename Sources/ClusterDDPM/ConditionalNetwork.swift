import ClusteringMethods
import NeuralNetworks
import TensorEngine

/// An encoder and a noise predictor conditioned on its latents.
public protocol ConditionalNetwork: Layer {
  /// The encoder f_φ; `images` `[batch, h, w, c]` in the range the preset trains on.
  mutating func encode(_ images: Tensor, _ mode: PassMode) -> EncodedImages

  /// The conditional U-Net ε_θ(x_t, t, z) of Eq. 24: what the diffusion process predicts, in the shape of `noisy`.
  /// `times` holds each image's time in 0...1, `latents` is `[batch, latent]`.
  mutating func predict(_ noisy: Tensor, times: [Double], latents: Tensor, _ mode: PassMode) -> Tensor
}
