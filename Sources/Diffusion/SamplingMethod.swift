import TensorEngine

/// A way from noise to an image, under a name.
///
/// A new one is a file beside those in `Samplers`, which declares it with its solver, and its word in `all`: what can be
/// typed, completed and read in the help follows from that list.
public struct SamplingMethod: Sendable {
  /// How it is called, a word that commands take.
  public let name: String
  /// What it is, to stand after "NAME is"; no full stop.
  public let summary: String
  /// Steps that it takes unless told otherwise.
  public let defaultStepCount: Int
  /// What draws one batch of images, given the variance of the noise that a stochastic method adds.
  let solver: @Sendable (AncestralVariance) -> any SamplingSolver
}

extension SamplingMethod {
  /// Every method, in the order in which they are offered.
  public static let all: [SamplingMethod] = [.ancestral, .ddim, .dpm]
}

extension SamplingMethod: Equatable, CustomStringConvertible {
  public static func == (a: SamplingMethod, b: SamplingMethod) -> Bool { a.name == b.name }
  public var description: String { name }
}

/// The variance of ancestral sampling's added noise.
public enum AncestralVariance: String, Sendable, CaseIterable {
  /// β_t, the paper's choice; right for many small steps.
  case forward
  /// β̃_t = β_t·σ_s²/σ_t², exact for steps of any size.
  case posterior
}

/// A sampler at work on one batch of images: asked for step after step, it may keep what it saw on the way, as multistep
/// methods must.
protocol SamplingSolver {
  /// x_t at the end of `step`, given the batch `noisy` at its beginning, `[batch, …]`.
  ///
  /// `estimates` asks the network what a batch holds at a noise level, as often as the method needs it.
  mutating func advance(_ noisy: Tensor, _ step: SamplingStep, _ estimates: (Tensor, NoiseLevel) -> DenoisingEstimates)
    -> Tensor
}

/// The clean image and the noise that a batch is estimated to be made of: x_t = α·x0 + σ·ε.
typealias DenoisingEstimates = (x0: Tensor, epsilon: Tensor)

/// One step of a sampler, from a noise level to the next lower one.
struct SamplingStep {
  /// Steps taken before.
  let index: Int
  let from: NoiseLevel
  /// Time 0 in the last step. That of a discrete schedule still holds β_0's noise.
  let to: NoiseLevel
  let isLast: Bool
  /// A source for each image.
  let sources: [RandomSource]

  /// Fresh N(0, 1) noise for images like those of a batch, the step's own and each image's own.
  func noise(like batch: Tensor) -> Tensor {
    .normals(imageShape: Array(batch.shape.dropFirst()), from: sources.map { $0.derived("step").derived(index) })
  }
}
