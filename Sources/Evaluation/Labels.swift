/// The true classes of a data set's images.
///
/// Labels live in this module, which nothing that trains or selects a model imports: the package's dependency
/// graph, not discipline, keeps them for evaluation and colouring.
public struct Labels: Sendable, Equatable {
  /// The class of each image, from 0.
  public let classes: [Int]
  /// A name for each class.
  public let names: [String]
  /// The number by which the files know each class; its own unless they number it otherwise.
  public let classNumbers: [Int]

  /// The most classes of a data set: a label is a byte.
  public static let classLimit = 256

  public init(classes: [Int], names: [String], classNumbers: [Int]? = nil) {
    precondition(
      classes.allSatisfy { names.indices.contains($0) }, "every class must be in 0..<\(names.count)")
    self.classes = classes
    self.names = names
    self.classNumbers = classNumbers ?? Array(names.indices)
    precondition(self.classNumbers.count == names.count, "\(names.count) classes need a number each")
  }

  /// The labels as the files have them: for each image the number of its class.
  public var numbers: [Int] { classes.map { classNumbers[$0] } }

  public var count: Int { classes.count }
  public var classCount: Int { names.count }

  /// The same labels without the classes that no image has; those that are left keep their order, names and numbers.
  public var occurring: Labels {
    var occurs = [Bool](repeating: false, count: classCount)
    for label in classes { occurs[label] = true }
    guard occurs.contains(false) else { return self }
    let kept = names.indices.filter { occurs[$0] }
    var place = [Int](repeating: 0, count: classCount)
    for (new, old) in kept.enumerated() { place[old] = new }
    return Labels(
      classes: classes.map { place[$0] }, names: kept.map { names[$0] }, classNumbers: kept.map { classNumbers[$0] })
  }

  /// The labels at `indices`, in that order.
  public func selecting(_ indices: some Collection<Int>) -> Labels {
    Labels(classes: indices.map { classes[$0] }, names: names, classNumbers: classNumbers)
  }
}
