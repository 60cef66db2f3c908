import Options

/// What a reader needs to know of a parameter, apart from the type that holds it.
public struct ParameterDescription: Sendable {
  public enum Role: Sendable, Equatable {
    /// A value before the options that must be given.
    case required
    /// A value before the options that may be left out.
    case positional
    /// Any number of values before the options.
    case rest
    /// `name=value`
    case option
  }

  public let name: String
  public let role: Role
  public let help: String
  /// What is expected, to stand after "needs".
  public let expected: String
  public let valueForm: String
  public let range: String?
  public let completion: ValueCompletion
  public let takesList: Bool
  /// The default as it would be written; nil when absence means something of its own.
  public let defaultText: String?

  public var isPositional: Bool { role != .option }
}

/// One parameter of the command `C`: binds a name to the stored property that holds its value.
///
///     .required("file", \.file, .path, help: "where to write")
///     .option("rounds", \.rounds, .integer(in: 1...100_000), help: "EM rounds")
///     .option("channels", \.channels, .integer(in: 1...4096), help: "a list: one value a level")
///
/// The property is a `T`, a `T?` (nil: not given) or a `[T]` or `[T]?` (a list); its value in `C.init()` is the
/// default.
public struct Parameter<C: Command>: Sendable {
  public let description: ParameterDescription
  let decode: @Sendable (inout C, [String]) -> DecodeFailure?
  /// The value as items of a list, nil when there is none.
  let encode: @Sendable (C) -> [String]?
  /// The file that it names if the command writes one there, and what else has a say in that.
  var written: (file: @Sendable (C) -> WrittenFile?, others: [String])?

  typealias Storage<T> = WritableKeyPath<C, T> & Sendable

  enum DecodeFailure {
    case item(Int)
    case count
  }

  private init(
    _ name: String, _ role: ParameterDescription.Role, help: String, expected: String, valueForm: String,
    range: String?, completion: ValueCompletion, takesList: Bool, standard: [String]? = nil,
    decode: @escaping @Sendable (inout C, [String]) -> DecodeFailure?, encode: @escaping @Sendable (C) -> [String]?
  ) {
    precondition(Spelling.isOptionName(name), "'\(name)' cannot be typed as a parameter's name")
    description = ParameterDescription(
      name: name, role: role, help: help, expected: expected, valueForm: valueForm, range: range,
      completion: completion, takesList: takesList,
      defaultText: role == .required
        ? nil : (standard ?? encode(C())).flatMap { $0.isEmpty ? nil : $0.map(Spelling.quoted).joined(separator: ",") })
    self.decode = decode
    self.encode = encode
  }

  private init<T>(
    single name: String, _ role: ParameterDescription.Role, _ kind: ValueKind<T>, help: String, standard: T? = nil,
    set: @escaping @Sendable (inout C, T) -> Void, get: @escaping @Sendable (C) -> T?
  ) {
    self.init(
      name, role, help: help, expected: kind.expected, valueForm: kind.valueForm, range: kind.range,
      completion: kind.completion, takesList: false, standard: standard.map { [kind.print($0)] },
      decode: { command, items in
        guard items.count == 1 else { return .count }
        guard let value = kind.parse(items[0]) else { return .item(0) }
        set(&command, value)
        return nil
      }, encode: { get($0).map { [kind.print($0)] } })
  }

  private init<T>(
    list name: String, _ role: ParameterDescription.Role, _ kind: ValueKind<T>, count: ClosedRange<Int>,
    help: String, set: @escaping @Sendable (inout C, [T]) -> Void, get: @escaping @Sendable (C) -> [T]?
  ) {
    let number: String? =
      if count.lowerBound == count.upperBound {
        "\(count.lowerBound) values"
      } else if count.upperBound < Int.max {
        "\(count.lowerBound) to \(count.upperBound) values"
      } else if count.lowerBound > 1 {
        "at least \(count.lowerBound) values"
      } else {
        nil
      }
    let separator = role == .rest ? " " : ","
    self.init(
      name, role, help: help,
      expected: "\(number ?? "values separated by \(role == .rest ? "spaces" : "commas")"), each \(kind.expected)",
      valueForm: "\(kind.valueForm)\(separator)…",
      range: [kind.range, number].compactMap(\.self).joined(separator: ", ").nonEmpty, completion: kind.completion,
      takesList: true,
      decode: { command, items in
        guard count.contains(items.count) else { return .count }
        var values: [T] = []
        for (index, item) in items.enumerated() {
          guard let value = kind.parse(item) else { return .item(index) }
          values.append(value)
        }
        set(&command, values)
        return nil
      }, encode: { get($0).map { $0.map(kind.print) } })
  }
}

extension Parameter {
  /// A value before the options that must be given; the property's initial value is never seen.
  public static func required<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, T> & Sendable, _ kind: ValueKind<T>, help: String
  ) -> Self {
    Self(
      single: name, .required, kind, help: help, set: { $0[keyPath: property] = $1 }, get: { $0[keyPath: property] })
  }

  /// A list before the options that must be given.
  public static func required<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, [T]> & Sendable, _ kind: ValueKind<T>,
    count: ClosedRange<Int> = 1...Int.max, help: String
  ) -> Self {
    Self(
      list: name, .required, kind, count: count, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// A value before the options that has a default.
  public static func positional<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, T> & Sendable, _ kind: ValueKind<T>, help: String
  ) -> Self {
    Self(
      single: name, .positional, kind, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// A value before the options that may be left out.
  public static func positional<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, T?> & Sendable, _ kind: ValueKind<T>, help: String
  ) -> Self {
    Self(
      single: name, .positional, kind, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// A list `value,value` before the options that may be left out.
  public static func positional<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, [T]?> & Sendable, _ kind: ValueKind<T>,
    count: ClosedRange<Int> = 1...Int.max, help: String
  ) -> Self {
    Self(
      list: name, .positional, kind, count: count, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// Any number of values before the options; the last of the positional parameters.
  public static func rest<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, [T]> & Sendable, _ kind: ValueKind<T>,
    count: ClosedRange<Int> = 0...Int.max, help: String
  ) -> Self {
    Self(
      list: name, .rest, kind, count: count, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// `name=value` kept in a way of the command's own; `get` is nil where it was not given, which means `standard`.
  public static func option<T: Sendable>(
    _ name: String, _ kind: ValueKind<T>, help: String, standard: T? = nil,
    set: @escaping @Sendable (inout C, T) -> Void,
    get: @escaping @Sendable (C) -> T?
  ) -> Self {
    Self(single: name, .option, kind, help: help, standard: standard, set: set, get: get)
  }

  /// `name=value` with a default.
  public static func option<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, T> & Sendable, _ kind: ValueKind<T>, help: String
  ) -> Self {
    Self(
      single: name, .option, kind, help: help, set: { $0[keyPath: property] = $1 }, get: { $0[keyPath: property] })
  }

  /// `name=value` whose absence means something of its own.
  public static func option<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, T?> & Sendable, _ kind: ValueKind<T>, help: String
  ) -> Self {
    Self(
      single: name, .option, kind, help: help, set: { $0[keyPath: property] = $1 }, get: { $0[keyPath: property] })
  }

  /// `name=value,value` with a default.
  public static func option<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, [T]> & Sendable, _ kind: ValueKind<T>,
    count: ClosedRange<Int> = 1...Int.max, help: String
  ) -> Self {
    Self(
      list: name, .option, kind, count: count, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }

  /// `name=value,value` whose absence means something of its own.
  public static func option<T: Sendable>(
    _ name: String, _ property: WritableKeyPath<C, [T]?> & Sendable, _ kind: ValueKind<T>,
    count: ClosedRange<Int> = 1...Int.max, help: String
  ) -> Self {
    Self(
      list: name, .option, kind, count: count, help: help, set: { $0[keyPath: property] = $1 },
      get: { $0[keyPath: property] })
  }
}

extension String {
  var nonEmpty: String? { isEmpty ? nil : self }
}
