import TensorEngine

/// Properties of methods that live within one command, or follow from the others and the images: not kept.
let workedOutAgain: Set = ["ended", "known"]

/// Everything that the stored properties of a value lead to, private ones too, whatever the value says of itself: a line
/// each, with its path; but for what is worked out again. Dictionaries and sets by their elements in order of their texts.
func storedLeaves(of value: Any, path: String = "") -> [String] {
  func line(_ text: String) -> [String] { ["\(path): \(text)"] }
  switch value {
  case let tensor as Tensor:
    return line("\(tensor.shape) \(checksum(tensor.scalars.lazy.map { UInt64($0.bitPattern) }))")
  case let values as [UInt8]: return line("\(values.count) \(checksum(values.lazy.map { UInt64($0) }))")
  case let values as [Int]:
    return line("\(values.count) \(checksum(values.lazy.map { UInt64(bitPattern: Int64($0)) }))")
  case let values as [Float]: return line("\(values.count) \(checksum(values.lazy.map { UInt64($0.bitPattern) }))")
  case let values as [Double]: return line("\(values.count) \(checksum(values.lazy.map(\.bitPattern)))")
  default: break
  }
  let mirror = Mirror(reflecting: value)
  if mirror.displayStyle == .dictionary || mirror.displayStyle == .set {
    return line("\(mirror.children.map { "\($0.value)" }.sorted())")
  }
  guard !mirror.children.isEmpty else { return line("\(value)") }
  return mirror.children.enumerated().flatMap { index, child in
    workedOutAgain.contains(child.label ?? "")
      ? [] : storedLeaves(of: child.value, path: path + "." + (child.label ?? "\(index)"))
  }
}

/// FNV-1a.
private func checksum(_ words: some Sequence<UInt64>) -> UInt64 {
  words.reduce(14_695_981_039_346_656_037) { ($0 ^ $1) &* 1_099_511_628_211 }
}
