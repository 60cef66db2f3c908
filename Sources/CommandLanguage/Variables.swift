import Options

/// What a variable holds: one item or a list, each as it is spelled; its reader decides on the type.
public struct Value: Sendable, Hashable {
  /// The most items a variable holds.
  public static let itemLimit = 100_000
  /// The most bytes its items take together.
  static let byteLimit = 1 << 20

  /// At least one.
  public let items: [String]

  public init(items: [String]) {
    precondition(!items.isEmpty, "a value has at least one item")
    self.items = items
  }

  public init(_ text: String) {
    items = [text]
  }

  /// About what it takes in memory.
  var byteCount: Int { items.reduce(0) { $0 + $1.utf8.count + 16 } }
}

extension Value: CustomStringConvertible {
  /// The value as it must be written to be read back.
  public var description: String {
    items.map(Spelling.quoted).joined(separator: ",")
  }
}

/// The session's variables, in the order in which they first got a value.
public struct Variables: Sendable, Equatable {
  /// The most bytes that they take together: a script could set as many as it has lines.
  static let byteLimit = 64 << 20

  public private(set) var names: [String] = []
  private var byteCount = 0
  private var values: [String: Value] = [:]

  public init() {}

  public subscript(name: String) -> Value? {
    get { values[name] }
    set {
      if let newValue {
        let old = values.updateValue(newValue, forKey: name)
        if old == nil { names.append(name) }
        byteCount += newValue.byteCount - (old?.byteCount ?? 0)
      } else if let old = values.removeValue(forKey: name) {
        names.removeAll { $0 == name }
        byteCount -= old.byteCount
      }
    }
  }

  /// Whether they stay within their bytes when `name` becomes `value`.
  func hasRoom(for value: Value, as name: String) -> Bool {
    byteCount + value.byteCount - (values[name]?.byteCount ?? 0) <= Self.byteLimit
  }
}
