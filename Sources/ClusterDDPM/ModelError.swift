/// What can be wrong with a model's configuration, or come of its training.
///
/// Descriptions say what is so, in the terms of the method; what a user can do about it depends on the front end.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// The preset's network does not take the images; those of the presets in `fitting` do.
  case imageShape(ImageShape, preset: Preset, fitting: [Preset])
  case channelCount(Int)
  case fewerComponents(Int, clusters: Int)
  /// A loss is not a number: in which epoch or round, counted from 1, and at which of its steps.
  case diverged(phase: String, position: Int, step: Int)
  /// There has been no E-step, which `action` needs.
  case noMixture(action: String)
  case tooFewComponents(Int, asked: Int)
  /// The share of the images that one cluster holds.
  case collapsed(share: Double)

  public var description: String {
    switch self {
    case .imageShape(let shape, let preset, _):
      "the \(preset.name) preset needs \(preset.imageRequirement); these images are \(shape)"
    case .channelCount(let count):
      "channels must be a multiple of 8, for group normalisation, not \(count)"
    case .fewerComponents(let components, let clusters):
      "components must be at least clusters, \(clusters), not \(components)"
    case .diverged(let phase, let position, let step):
      "\(phase) \(position) came to a loss that is not a number at step \(step)"
    case .noMixture(let action):
      "\(action) needs a mixture, and there is none yet"
    case .collapsed(let share):
      "the mixture has collapsed: one cluster holds \((share * 1000).rounded() / 10) % of the images"
    case .tooFewComponents(let count, let asked):
      "there is nothing to merge: the mixture has \(count) components for \(asked) clusters"
    }
  }
}
