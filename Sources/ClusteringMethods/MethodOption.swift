import Options

/// A number or choice of a method's configuration that can be set: the one place that names it.
///
///     static let options: [MethodOption<Configuration>] = [
///       MethodOption("restarts", \.restarts, .integer(in: 1...1000), help: "starts, of which the best is kept"),
///     ]
public struct MethodOption<Configuration: Sendable>: Sendable {
  public let name: String
  public let help: String
  public let kind: ValueKind<any Sendable>
  /// Whether a training may change it from one round to the next.
  public let isAdjustable: Bool
  /// What gives it a meaning where it has none: "moved images (motion=on)"; nil where it always has one.
  public let condition: String?
  let set: @Sendable (inout Configuration, any Sendable) -> Bool
  let get: @Sendable (Configuration) -> (any Sendable)?

  /// An option that every configuration has.
  public init<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<Configuration, T> & Sendable, _ kind: ValueKind<T>, help: String,
    isAdjustable: Bool = false
  ) {
    self.init(
      name, kind, help: help, isAdjustable: isAdjustable, condition: nil,
      set: { configuration, value in
        configuration[keyPath: property] = value
        return true
      }, get: { $0[keyPath: property] })
  }

  /// An option that only some configurations have: nil where it means nothing.
  public init<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<Configuration, T?> & Sendable, _ kind: ValueKind<T>, help: String,
    belongingTo condition: String
  ) {
    self.init(
      name, kind, help: help, isAdjustable: false, condition: condition,
      set: { configuration, value in
        guard configuration[keyPath: property] != nil else { return false }
        configuration[keyPath: property] = value
        return true
      }, get: { $0[keyPath: property] })
  }

  private init<T: Sendable>(
    _ name: String, _ kind: ValueKind<T>, help: String, isAdjustable: Bool, condition: String?,
    set: @escaping @Sendable (inout Configuration, T) -> Bool, get: @escaping @Sendable (Configuration) -> T?
  ) {
    (self.name, self.help, self.kind) = (name, help, kind.erased)
    (self.isAdjustable, self.condition) = (isAdjustable, condition)
    self.set = { configuration, value in
      guard let value = value as? T else { preconditionFailure("\(name)= is a \(T.self), not \(value)") }
      return set(&configuration, value)
    }
    self.get = { get($0) }
  }
}

/// An option of a method without the type of its configuration: what commands, help and completion read.
public struct MethodOptionDescription: Sendable {
  public let name: String
  public let help: String
  public let kind: ValueKind<any Sendable>
  public let isAdjustable: Bool
  /// What it is unless it is given; nil where that follows from the number of clusters or the images, or it has no meaning
  /// then.
  public let standard: (any Sendable)?
}
