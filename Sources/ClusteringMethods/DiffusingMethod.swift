import Clustering
import Diffusion
import Images
import TensorEngine

/// A method that draws images by a diffusion from noise, given a latent: where both can be chosen.
public protocol DiffusingMethod: ReconstructingMethod, MixtureMethod {
  /// How an image and noise are mixed over time, and what the network says of the mix.
  var process: DiffusionProcess { get }

  /// Fresh noise x_T for images, each from its own source: `[sources.count, height, width, channels]`.
  func startingNoise(from sources: [RandomSource]) -> Tensor

  /// The noise x_T from which the deterministic denoising with these latents, a row an image, leads to `images` again, up
  /// to the error of its steps; `options` say how many of them and with what guidance. Throws what `afterStep` throws
  /// (called with steps done and asked).
  func inverted(
    _ images: ImageSet, latents: Matrix, options: SamplingOptions, afterStep: (Int, Int) throws -> Void
  ) throws -> Tensor

  /// Images from noise and latents, a row an image; `source` is that of further noise, for methods that add some. Throws
  /// what `afterStep` throws.
  func denoised(
    _ noise: Tensor, latents: Matrix, options: SamplingOptions, source: RandomSource,
    afterStep: (Int, Int) throws -> Void
  ) throws -> ImageSet

  /// What the denoising of one image passes through, by DDIM's steps: `count` times, at most one more than steps, evenly spread
  /// from noise to image; at each the noisy image, and the clean one that it is taken for. Throws what `afterStep` throws.
  func denoisingPath(
    from noise: Tensor, latents: Matrix, options: SamplingOptions, count: Int, afterStep: (Int, Int) throws -> Void
  ) throws -> [DenoisingStage]

  /// z of a cluster, as drawn for samples.
  func latent(ofCluster cluster: Int, source: RandomSource) throws -> [Double]
}

/// Images on their way from noise, at one time.
public struct DenoisingStage: Sendable {
  /// From 1, noise, to 0.
  public let time: Double
  /// x_t, what lies beyond black and white cut off.
  public let noisy: ImageSet
  /// The estimate of x_0.
  public let clean: ImageSet

  public init(time: Double, noisy: ImageSet, clean: ImageSet) {
    (self.time, self.noisy, self.clean) = (time, noisy, clean)
  }
}
