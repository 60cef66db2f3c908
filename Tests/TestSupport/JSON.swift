import FoundationEssentials

/// A JSON value that was read.
public enum JSON: Equatable, Decodable, Sendable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  case array([JSON])
  case object([String: JSON])

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSON].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSON].self))
    }
  }

  /// The objects of a file of JSON lines.
  public static func lines(_ text: String) throws -> [JSON] {
    try text.split(separator: "\n").map { try JSONDecoder().decode(JSON.self, from: Data($0.utf8)) }
  }

  /// A member of an object; null if there is none.
  public subscript(name: String) -> JSON {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  public var keys: Set<String> {
    if case .object(let members) = self { Set(members.keys) } else { [] }
  }

  public var string: String? { if case .string(let value) = self { value } else { nil } }
  public var number: Double? { if case .number(let value) = self { value } else { nil } }
  public var array: [JSON] { if case .array(let values) = self { values } else { [] } }

  /// The value without the members of these names, at any depth.
  public func dropping(_ names: Set<String>) -> JSON {
    switch self {
    case .array(let values): .array(values.map { $0.dropping(names) })
    case .object(let members):
      .object(members.filter { !names.contains($0.key) }.mapValues { $0.dropping(names) })
    default: self
    }
  }
}
