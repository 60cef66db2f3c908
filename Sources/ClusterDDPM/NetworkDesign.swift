import Images
import TensorEngine

/// How a network is laid out: which images it takes and how one is built. Presets that differ in their settings alone
/// share it.
public struct NetworkDesign: Sendable {
  /// Tells designs apart.
  let name: String
  /// Which images its network takes, to stand after "needs".
  public let imageRequirement: String
  /// Whether its network takes images of a shape.
  public let accepts: @Sendable (ImageShape) -> Bool
  /// An untrained network for images that it accepts, of a base width in channels and a latent's dimension; all its start
  /// follows from the source.
  let network: @Sendable (ImageShape, _ channels: Int, _ latentSize: Int, RandomSource) -> any ConditionalNetwork
}

extension NetworkDesign: Equatable {
  public static func == (a: NetworkDesign, b: NetworkDesign) -> Bool { a.name == b.name }
}
