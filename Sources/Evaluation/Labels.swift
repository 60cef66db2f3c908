/// The true classes of a data set's images.
///
/// Labels live in this module, which nothing that trains or selects a model imports: the package's dependency
/// graph, not discipline, keeps them for evaluation and colouring.
public struct Labels: Sendable, Equatable {
  /// The class of each image, from 0.
  public let classes: [Int]
  /// A name for each class.
  public let names: [String]

  /// The most classes of a data set: a label is a byte.
  public static let classLimit = 256

  public init(classes: [Int], names: [String]) {
    precondition(
      classes.allSatisfy { names.indices.contains($0) }, "every class must be in 0..<\(names.count)")
    self.classes = classes
    self.names = names
  }

  /// The labels as numbers: those that the classes' names spell, or the classes where a name spells none.
  public var numbers: [Int] {
    let values = names.compactMap { Int($0) }
    return values.count == names.count ? classes.map { values[$0] } : classes
  }

  public var count: Int { classes.count }
  public var classCount: Int { names.count }

  /// The labels at `indices`, in that order.
  public func selecting(_ indices: some Collection<Int>) -> Labels {
    Labels(classes: indices.map { classes[$0] }, names: names)
  }
}
