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

extension NetworkDesign {
  /// How many parameters a network has, without building it: their number is a quadratic polynomial in the channels, found
  /// from three small networks.
  func parameterCount(_ images: ImageShape, _ channels: Int, _ latentSize: Int) -> Int {
    let unit = 8
    let turns = channels / unit
    func count(_ turns: Int) -> Int { network(images, turns * unit, latentSize, RandomSource(seed: 0)).parameterCount }
    guard turns > 3 else { return count(turns) }
    // Newton's forward differences.
    let (first, second, third) = (count(1), count(2), count(3))
    let steps = turns - 1
    return first + steps * (second - first) + steps * (steps - 1) / 2 * (third - 2 * second + first)
  }
}

extension NetworkDesign: Equatable {
  public static func == (a: NetworkDesign, b: NetworkDesign) -> Bool { a.name == b.name }
}
