/// Numbers of one type in row-major order, with a shape and a name: what array files hold.
public struct NamedArray: Sendable, Equatable {
  public enum Elements: Sendable, Equatable {
    case float32([Float])
    case float64([Double])
    case int64([Int64])
  }

  public let name: String
  /// Lengths of the axes, the slowest first; empty for a single number.
  public let shape: [Int]
  public let elements: Elements

  /// Traps unless there are as many elements as the shape says.
  public init(_ name: String, shape: [Int], _ elements: Elements) {
    precondition(
      elements.count == shape.reduce(1, *), "\(elements.count) elements cannot have the shape \(shape)")
    (self.name, self.shape, self.elements) = (name, shape, elements)
  }
}

extension NamedArray.Elements {
  var count: Int {
    switch self {
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// NumPy's name of the type, little-endian.
  var typeDescription: String {
    switch self {
    case .float32: "<f4"
    case .float64: "<f8"
    case .int64: "<i8"
    }
  }

  /// The elements' bytes, least significant first.
  var littleEndianBytes: [UInt8] {
    switch self {
    case .float32(let values): Self.bytes(of: values.lazy.map(\.bitPattern.littleEndian))
    case .float64(let values): Self.bytes(of: values.lazy.map(\.bitPattern.littleEndian))
    case .int64(let values): Self.bytes(of: values.lazy.map(\.littleEndian))
    }
  }

  private static func bytes<Word: FixedWidthInteger>(of words: some Collection<Word>) -> [UInt8] {
    Array(words).withUnsafeBytes { Array($0) }
  }
}
