extension ValueKind {
  /// The kind for tables whose values are of many types; `print` takes only what `parse` gave or a value of this type.
  public var erased: ValueKind<any Sendable> {
    ValueKind<any Sendable>(
      expected: expected, valueForm: valueForm, range: range, completion: completion, parse: { parse($0) },
      print: { value in
        guard let value = value as? Value else {
          preconditionFailure("\(value) is a \(type(of: value)) where a \(Value.self) is spelled")
        }
        return print(value)
      })
  }
}
