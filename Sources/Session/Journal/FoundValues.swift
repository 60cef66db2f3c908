import CommandLanguage
import JSONValues
import Options

/// A result that scripts can use.
typealias FoundValue = (name: String, value: Value)

extension JSONObject {
  /// What scripts can use of it, by the names under which they do: numbers in the shortest spelling that reads back as
  /// the same, of lists of objects the last one's members. What is null, or no number, has no value.
  ///
  /// - Parameter declared: the names that the command says it gives.
  func values(_ declared: [ResultName]) -> [FoundValue] {
    var found: [FoundValue] = []
    add(declared, prefix: "", to: &found)
    return found
  }

  private func add(_ declared: [ResultName], prefix: String, to found: inout [FoundValue]) {
    for result in declared {
      if result.isAny {
        for member in members {
          if let value = member.value.usable { found.append((prefix + member.name, value)) }
        }
      } else if let value = self[result.name] {
        if result.parts.isEmpty {
          if let value = value.usable { found.append((prefix + result.name, value)) }
        } else if let object = value.lastObject {
          if result.isOpen { object.add(result.parts, prefix: prefix, to: &found) }
          object.add(result.parts, prefix: "\(prefix)\(result.name).", to: &found)
        }
      }
    }
  }
}

extension JSONValue {
  /// The object, or the last one of a list.
  fileprivate var lastObject: JSONObject? {
    switch self {
    case .object(let object): object
    case .array(let values): values.last?.lastObject
    default: nil
    }
  }

  /// What a variable could hold of it; nil where there is nothing, or too much.
  fileprivate var usable: CommandLanguage.Value? {
    guard let items = spellings, !items.isEmpty, items.count <= CommandLanguage.Value.itemLimit else { return nil }
    return CommandLanguage.Value(items: items)
  }

  /// Its numbers and texts one after the other; nil if one of them is missing.
  private var spellings: [String]? {
    switch self {
    case .null, .object: nil
    case .bool(let flag): [flag ? "on" : "off"]
    case .integer(let number): ["\(number)"]
    case .number(let number): number.isFinite ? [Number.spelling(number)] : nil
    case .string(let text): [text]
    case .array(let values):
      values.reduce(into: [String]?.some([])) { items, value in
        guard let more = value.spellings else {
          items = nil
          return
        }
        items?.append(contentsOf: more)
      }
    }
  }
}
