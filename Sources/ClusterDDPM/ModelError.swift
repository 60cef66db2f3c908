/// What a user can get wrong with a model, or a model can get wrong by itself.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  case imageShape(ImageShape, preset: Preset, fitting: [Preset])
  case channelCount(Int)
  case fewerComponents(Int, clusters: Int)
  case diverged(phase: String, position: Int, step: Int)
  case noMixture(action: String)
  case tooFewComponents(Int, asked: Int)
  /// The share of the images that one cluster holds.
  case collapsed(share: Double)

  public var description: String {
    switch self {
    case .imageShape(let shape, let preset, let fitting):
      let advice =
        fitting.isEmpty
        ? "load the images with size= a multiple of 4"
        : "use model \(fitting.map(\.name).joined(separator: " or model "))"
      return "the \(preset.name) preset needs \(preset.imageRequirement); these images are \(shape): \(advice)"
    case .channelCount(let count):
      return "channels must be a multiple of 8, for group normalisation, not \(count)"
    case .fewerComponents(let components, let clusters):
      return "components must be at least clusters, \(clusters), not \(components)"
    case .diverged(let phase, let position, let step):
      return
        "\(phase) \(position) came to a loss that is not a number at step \(step): try "
        + "a smaller rate= or lambda=, or more pretraining"
    case .noMixture(let action):
      return "\(action) needs a mixture, and there is none yet: run train, or estep after pretrain"
    case .collapsed(let share):
      return
        "the mixture has collapsed: one cluster holds \((share * 1000).rounded() / 10) % of the images; try "
        + "a smaller lambda= or rate=, or more pretraining"
    case .tooFewComponents(let count, let asked):
      return
        "there is nothing to merge: the mixture has \(count) components for \(asked) clusters; build the model with "
        + "components= above clusters="
    }
  }
}
