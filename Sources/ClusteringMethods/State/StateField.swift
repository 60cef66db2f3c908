import ArrayFiles

/// Something that `Whole` has learnt, named once: from one table of them a method's state is written and read back.
///
///     static let learnt: [StateField<Self>] = [
///       .value("position.rounds", \.roundsBegun),
///       .optional("mixture", \.mixture) { mixture, method, state in … },
///     ]
public struct StateField<Whole>: Sendable {
  /// Throws what speaks against a value that was read, beside what the whole had before it.
  public typealias Check<Value> = @Sendable (Value, Whole, StateReader) throws -> Void

  let save: @Sendable (Whole, inout StateWriter) -> Void
  let restore: @Sendable (inout Whole, StateReader) throws -> Void

  /// A field that is no property by itself: what is saved of the whole, and how it comes back.
  public init(
    save: @escaping @Sendable (Whole, inout StateWriter) -> Void,
    restore: @escaping @Sendable (inout Whole, StateReader) throws -> Void
  ) {
    (self.save, self.restore) = (save, restore)
  }

  /// A value that is always there.
  public static func value<Value: StateValue>(
    _ name: String, _ property: WritableKeyPath<Whole, Value> & Sendable, check: @escaping Check<Value> = { _, _, _ in }
  ) -> Self {
    Self(
      save: { $0[keyPath: property].save(as: name, to: &$1) },
      restore: { whole, state in
        let value = try Value(name, from: state)
        try check(value, whole, state)
        whole[keyPath: property] = value
      })
  }

  /// A value that may not be there yet: no array then has its name, or a name that begins with it and a dot.
  public static func optional<Value: StateValue>(
    _ name: String, _ property: WritableKeyPath<Whole, Value?> & Sendable,
    check: @escaping Check<Value> = { _, _, _ in }
  ) -> Self {
    Self(
      save: { $0[keyPath: property]?.save(as: name, to: &$1) },
      restore: { whole, state in
        let value = state.holds(name) ? try Value(name, from: state) : nil
        if let value { try check(value, whole, state) }
        whole[keyPath: property] = value
      })
  }

  /// Any number of values, numbered from 0.
  public static func list<Value: StateValue>(
    _ name: String, _ property: WritableKeyPath<Whole, [Value]> & Sendable,
    check: @escaping Check<Value> = { _, _, _ in }
  ) -> Self {
    Self(
      save: { whole, state in
        for (number, value) in whole[keyPath: property].enumerated() { value.save(as: "\(name).\(number)", to: &state) }
      },
      restore: { whole, state in
        var values: [Value] = []
        while state.holds("\(name).\(values.count)") {
          let value = try Value("\(name).\(values.count)", from: state)
          try check(value, whole, state)
          values.append(value)
        }
        whole[keyPath: property] = values
      })
  }
}

/// What arrays can hold: how it is written to them under a name, and how it is read.
public protocol StateValue: Sendable {
  /// Adds arrays under `name`, or under names that begin with it and a dot; one at least.
  func save(as name: String, to state: inout StateWriter)
  /// Throws `StateError` unless there are such arrays, and everything about them is as it must be: what is read comes
  /// from anybody's file.
  init(_ name: String, from state: StateReader) throws
}

/// The arrays of a state as they come together.
public struct StateWriter: Sendable {
  public private(set) var arrays: [PromisedArray] = []

  public init() {}

  /// Adds an array whose numbers are made when they are asked for.
  public mutating func add(
    _ name: String, shape: [Int], _ kind: ElementType.Kind, elements: @escaping @Sendable () -> NamedArray.Elements
  ) {
    arrays.append(PromisedArray(name, shape: shape, kind, elements: elements))
  }

  /// Adds an array whose numbers are made when they are asked for, some places of its first axis at a time.
  mutating func add(
    _ name: String, shape: [Int], _ kind: ElementType.Kind,
    rows: @escaping @Sendable (Range<Int>) -> NamedArray.Elements
  ) {
    arrays.append(PromisedArray(name, shape: shape, kind, rows: rows))
  }

  public mutating func add(_ name: String, _ integers: [Int]) {
    add(name, shape: [integers.count], .int64) { .int64(integers.map(Int64.init)) }
  }

  public mutating func add(_ name: String, _ numbers: [Double]) {
    add(name, shape: [numbers.count], .float64) { .float64(numbers) }
  }
}
