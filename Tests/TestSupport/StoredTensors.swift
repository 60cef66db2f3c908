import TensorEngine

/// A tensor that a value holds, with the names of the stored properties that lead to it, joined by dots.
public struct StoredTensor: Sendable {
  public let path: String
  public let tensor: Tensor
}

/// Every tensor among the stored properties of `value` and of what they hold, private ones too, in the order of their
/// declaration: what a layer really has, whatever its table of parts says.
public func storedTensors(in value: Any) -> [StoredTensor] {
  storedTensors(in: value, path: [])
}

private func storedTensors(in value: Any, path: [String]) -> [StoredTensor] {
  if let tensor = value as? Tensor { return [StoredTensor(path: path.joined(separator: "."), tensor: tensor)] }
  let mirror = Mirror(reflecting: value)
  return mirror.children.enumerated().flatMap { index, child in
    // What is in an optional has the optional's name.
    let name = mirror.displayStyle == .optional ? [] : [child.label ?? "\(index)"]
    return storedTensors(in: child.value, path: path + name)
  }
}
