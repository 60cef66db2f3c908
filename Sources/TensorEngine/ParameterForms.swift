import Synchronization

/// What operations make of parameters alone, transposes and transforms, kept while several passes go over the same
/// parameters: as the shards of a batch do, each of which would make them anew. They are the same numbers either way.
public final class ParameterForms: Sendable {
  enum Kind {
    case transposed, turned, padded, winograd
  }

  private struct Form: Hashable {
    let source: ObjectIdentifier
    let kind: Kind
    let shape: [Int]
  }

  private struct Kept {
    /// The memory of parameters, and of forms of which others are made.
    var sources: Set<ObjectIdentifier>
    var forms: [Form: Tensor] = [:]
    var size = 0
  }

  @TaskLocal private static var current: ParameterForms?
  /// The most floats that are kept: a gigabyte. What would go beyond is made anew each time.
  private static let limit = 1 << 28

  private let kept: Mutex<Kept>
  /// Held, so that their memory is no other tensor's meanwhile.
  private let parameters: [Tensor]

  private init(_ parameters: [Tensor]) {
    self.parameters = parameters
    kept = Mutex(Kept(sources: Set(parameters.map { ObjectIdentifier($0.storage) })))
  }

  /// Runs `body`, in which a form of one of the `parameters` is made once.
  public static func keeping<Result>(of parameters: [Tensor], _ body: () throws -> Result) rethrows -> Result {
    try $current.withValue(ParameterForms(parameters), operation: body)
  }

  /// The form of a tensor that `make` makes: kept where the tensor is a parameter, or a form of one.
  ///
  /// - Parameter shape: what it depends on beside the tensor's elements.
  static func form(_ kind: Kind, _ shape: [Int], of tensor: Tensor, _ make: () -> Tensor) -> Tensor {
    guard let current else { return make() }
    let form = Form(source: ObjectIdentifier(tensor.storage), kind: kind, shape: shape)
    let (isKept, known) = current.kept.withLock { ($0.sources.contains(form.source), $0.forms[form]) }
    if let known { return known }
    let made = make()
    guard isKept else { return made }
    current.kept.withLock { kept in
      guard kept.size + made.count <= limit else { return }
      kept.size += made.count
      kept.forms[form] = made
      kept.sources.insert(ObjectIdentifier(made.storage))
    }
    return made
  }
}
