import Images

/// What can be wrong with a ClusterDDPM model's configuration, or missing from it.
///
/// Descriptions say what is so, in the terms of the method; what a user can do about it depends on the front end.
public enum ModelError: Error, Equatable, CustomStringConvertible {
  /// The preset's network does not take the images.
  case imageShape(ImageShape, preset: String, requirement: String)
  case channelCount(Int)
  /// The schedule ends in nothing but noise, and the network is to predict the noise.
  case nothingToPredict
  case fewerComponents(Int, clusters: Int)
  /// There has been no E-step, which `action` needs.
  case tooLarge(parameters: Int, limit: Int)
  case noMixture(action: String)
  case tooFewComponents(Int, asked: Int)

  public var description: String {
    switch self {
    case .imageShape(let shape, let preset, let requirement):
      "the \(preset) preset needs \(requirement); these images are \(shape)"
    case .channelCount(let count):
      "channels must be a multiple of 8, for group normalisation, not \(count)"
    case .nothingToPredict:
      "the schedule ends in nothing but noise, where a network that predicts the noise (target=noise) tells nothing"
    case .fewerComponents(let components, let clusters):
      "components must be at least clusters, \(clusters), not \(components)"
    case .tooLarge(let parameters, let limit):
      "the network would have \(parameters) parameters, and the memory of this machine trains at most \(limit)"
    case .noMixture(let action):
      "\(action) needs a mixture, and there is none yet"
    case .tooFewComponents(let count, _):
      "there is nothing to merge: the mixture has as many components as there are clusters, \(count)"
    }
  }
}
