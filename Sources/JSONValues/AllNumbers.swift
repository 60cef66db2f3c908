extension JSONValue {
  /// The value with what JSON has no number for (NaN and infinities) as an object `{"number": "nan"}`, so that nothing is
  /// lost when it is written; `withNumbers` undoes it.
  public var spellingAllNumbers: JSONValue {
    switch self {
    case .number(let value) where !value.isFinite: ["number": .string("\(value)")]
    case .array(let values): .array(values.map(\.spellingAllNumbers))
    case .object(let object): .object(object.mapValues(\.spellingAllNumbers))
    default: self
    }
  }

  public var withNumbers: JSONValue {
    switch self {
    case .array(let values): return .array(values.map(\.withNumbers))
    case .object(let object):
      if object.members.count == 1, let text = object["number"]?.string, let value = Double(text), !value.isFinite {
        return .number(value)
      }
      return .object(object.mapValues(\.withNumbers))
    default: return self
    }
  }
}

extension JSONObject {
  /// The object with its values changed.
  public func mapValues(_ change: (JSONValue) -> JSONValue) -> JSONObject {
    JSONObject(members.map { ($0.name, change($0.value)) })
  }
}
