import Files

/// Numbers of one type in row-major order, with a shape and a name: what array files hold.
public struct NamedArray: Sendable, Equatable {
  public enum Elements: Sendable, Equatable {
    case uint8([UInt8])
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

extension NamedArray.Elements: LastingBytes {
  var count: Int {
    switch self {
    case .uint8(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    case .int64(let values): values.count
    }
  }

  var kind: ElementType.Kind {
    switch self {
    case .uint8: .uint8
    case .float32: .float32
    case .float64: .float64
    case .int64: .int64
    }
  }

  /// The elements' bytes, least significant first.
  var littleEndianBytes: [UInt8] { withBytes { Array($0) } }

  var byteCount: Int { count * kind.size }

  /// Gives `body` the elements' bytes, least significant first, where they are: this program runs on machines alone that
  /// keep them so.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch self {
    case .uint8(let values): try values.withUnsafeBytes(body)
    case .float32(let values): try values.withUnsafeBytes(body)
    case .float64(let values): try values.withUnsafeBytes(body)
    case .int64(let values): try values.withUnsafeBytes(body)
    }
  }
}

extension ElementType.Kind {
  /// NumPy's name of the type, little-endian.
  var typeDescription: String { (size == 1 ? "|" : "<") + rawValue }
}

/// An array whose numbers are made when they are asked for: many of them, or large ones, need not be in memory twice.
public struct PromisedArray: Sendable {
  public let name: String
  public let shape: [Int]
  public let kind: ElementType.Kind
  /// The numbers of some rows; of all, if they are made at once.
  private let elements: @Sendable (Range<Int>) -> NamedArray.Elements
  /// Rows that are made together: lengths of the first axis.
  private let rowsAtATime: Int

  /// - Parameter elements: gives them in row-major order, as many as the shape says and of this kind.
  public init(
    _ name: String, shape: [Int], _ kind: ElementType.Kind, elements: @escaping @Sendable () -> NamedArray.Elements
  ) {
    (self.name, self.shape, self.kind) = (name, shape, kind)
    self.elements = { _ in elements() }
    rowsAtATime = .max
  }

  /// An array that is made piece by piece.
  ///
  /// - Parameter rows: gives the numbers of these places of the first axis, in row-major order, of this kind; called for
  ///   each once or more.
  public init(
    _ name: String, shape: [Int], _ kind: ElementType.Kind,
    rows: @escaping @Sendable (Range<Int>) -> NamedArray.Elements
  ) {
    precondition(!shape.isEmpty, "'\(name)' has no first axis to be cut along")
    (self.name, self.shape, self.kind, elements) = (name, shape, kind, rows)
    rowsAtATime = Self.rowsAtATime(ofSize: shape.dropFirst().reduce(kind.size, *))
  }

  /// Rows of so many bytes that make a piece of a quarter of a megabyte, one at least.
  static func rowsAtATime(ofSize rowSize: Int) -> Int { max(1, pieceSize / max(1, rowSize)) }

  /// Bytes that are made together, about.
  static let pieceSize = 3 << 16

  /// An array that is there.
  public init(_ array: NamedArray) {
    self.init(array.name, shape: array.shape, array.elements.kind) { array.elements }
  }

  /// The array with its numbers; traps unless they are as promised.
  public var array: NamedArray {
    let array = NamedArray(name, shape: shape, elements(0..<(shape.first ?? 1)))
    precondition(array.elements.kind == kind, "\(name) is \(array.elements.kind), not \(kind) as promised")
    return array
  }

  /// Gives `body` the numbers piece by piece; traps unless they are as promised.
  func forEachPiece(_ body: (NamedArray.Elements) throws -> Void) throws {
    guard rowsAtATime < .max else { return try body(array.elements) }
    for start in stride(from: 0, to: shape[0], by: rowsAtATime) {
      let rows = start..<min(start + rowsAtATime, shape[0])
      let piece = NamedArray(name, shape: [rows.count] + shape.dropFirst(), elements(rows)).elements
      precondition(piece.kind == kind, "\(name) is \(piece.kind), not \(kind) as promised")
      try body(piece)
    }
  }

  /// Bytes of its numbers.
  var byteCount: Int { shape.reduce(kind.size, *) }
}
