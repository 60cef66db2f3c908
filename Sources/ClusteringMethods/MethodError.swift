/// What can be wrong with a method's settings, or come of its training, whichever method it is.
///
/// Descriptions say what is so; what a user can do about it depends on the front end.
public enum MethodError: Error, Equatable, CustomStringConvertible {
  /// An option that means nothing beside the others: it belongs to something that the configuration has not.
  case noEffect(option: String, condition: String)
  /// The number of clusters is left to a method that cannot judge it; what can.
  case cannotCount(method: String, instead: String)
  /// There are no clusters yet, which `action` needs.
  case untrained(action: String)
  /// A loss is not a number: in which epoch or round, counted from 1, and at which of its steps.
  case diverged(phase: String, position: Int, step: Int)
  /// The share of the images that one cluster holds.
  case collapsed(share: Double)
  /// Images that lie in a file, for memory is too small for them, where a method needs all of their pixels at once.
  case needsAllPixels(images: Int, bytes: Int)
  /// A cluster that cannot be split: its images, none, one or several, do not lie at two places.
  case indivisible(cluster: Int, images: Int)

  public var description: String {
    switch self {
    case .noEffect(let option, let condition):
      "\(option)= has no effect here: it belongs to \(condition)"
    case .cannotCount(let method, let instead):
      "clusters=auto leaves their number to the method, and \(method) cannot judge it: give a number, or \(instead)"
    case .untrained(let action):
      "\(action) needs clusters, and there are none yet"
    case .diverged(let phase, let position, let step):
      "\(phase) \(position) came to a loss that is not a number at step \(step)"
    case .collapsed(let share):
      "the mixture has collapsed: one cluster holds \((share * 1000).rounded() / 10) % of the images"
    case .needsAllPixels(let images, let bytes):
      "the pixels of all images are needed at once, and those of \(images) take \(bytes) bytes as numbers"
    case .indivisible(let cluster, let images):
      "cluster \(cluster) cannot be split, "
        + (images == 0
          ? "for no image is in it"
          : images == 1 ? "for it has a single image" : "for its \(images) images are all alike")
    }
  }
}
