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
}

extension Value {
  /// The value of an argument from outside: a list if it reads as one, else the text as it is.
  public init(argument: String) {
    let script = Script("let v = \(argument)", name: "")
    if script.errors.isEmpty, script.statements.count == 1, case .assignment(let syntax) = script.statements[0].kind,
      let items = try? syntax.value.resolved(in: Variables(), source: script.source), items.count > 1
    {
      self.init(items: items.map(\.text))
    } else {
      self.init(argument)
    }
  }
}

extension Value: CustomStringConvertible {
  /// The value as it must be written to be read back.
  public var description: String {
    items.map(Spelling.quoted).joined(separator: ",")
  }
}

/// The session's variables, in the order in which they first got a value.
public struct Variables: Sendable, Equatable {
  public private(set) var names: [String] = []
  private var values: [String: Value] = [:]

  public init() {}

  public subscript(name: String) -> Value? {
    get { values[name] }
    set {
      if let newValue {
        if values.updateValue(newValue, forKey: name) == nil { names.append(name) }
      } else if values.removeValue(forKey: name) != nil {
        names.removeAll { $0 == name }
      }
    }
  }
}
