import ArrayFiles
import Clustering
import Images
import Interruptions

/// What is wrong with a saved state: an array that is missing, not what it must be, or too much.
public enum StateError: Error, Equatable, CustomStringConvertible {
  case missing(file: String, name: String)
  case mismatch(file: String, name: String, expected: String, found: String)
  case unexpected(file: String, names: [String])
  /// Fewer numbers in all arrays than a method of such settings has.
  case tooSmall(file: String, method: String, found: Int)
  /// A setting that the method does not have, or not with this value.
  case setting(file: String, name: String, value: String)

  public var description: String {
    switch self {
    case .missing(let file, let name): "\(file): expected an array '\(name)', found none"
    case .mismatch(let file, let name, let expected, let found):
      "\(file): expected \(expected) in array '\(name)', found \(found)"
    case .unexpected(let file, let names):
      "\(file): expected no other arrays, found \(ArrayFileError.list(names))"
    case .tooSmall(let file, let method, let found):
      "\(file): expected as many numbers as \(method) has by its settings, found \(found)"
    case .setting(let file, let name, let value):
      "\(file): expected a setting of the method, found \(name)=\(value)"
    }
  }
}

/// The arrays of a saved state, read one by one; each is checked to be what is asked for, and finite.
public final class StateReader {
  public let file: SafetensorsFile
  /// In rising order.
  private let names: [String]
  private var used: Set<String> = []

  public init(_ file: SafetensorsFile) {
    self.file = file
    names = file.names.sorted()
  }

  /// Whether there is an array of this name, or one whose name begins with it and a dot.
  public func holds(_ name: String) -> Bool {
    if file[name] != nil { return true }
    let beginning = name + "."
    var (low, high) = (0, names.count)
    while low < high {
      let middle = (low + high) / 2
      if names[middle] < beginning { low = middle + 1 } else { high = middle }
    }
    return low < names.count && names[low].hasPrefix(beginning)
  }

  /// Throws `StateError.unexpected` if there are arrays that nobody has read.
  public func requireAllRead() throws {
    let others = file.names.filter { !used.contains($0) }
    if !others.isEmpty { throw StateError.unexpected(file: file.path, names: others) }
  }

  /// Throws `StateError.mismatch` unless something holds of an array.
  public func require(_ holds: Bool, _ name: String, _ expected: @autoclosure () -> String, found: Any) throws {
    if !holds { throw StateError.mismatch(file: file.path, name: name, expected: expected(), found: "\(found)") }
  }

  // MARK: - Arrays

  /// An array of a kind and a shape, in which nil stands for any length.
  private func array(_ name: String, _ kind: ElementType.Kind, _ shape: [Int?]) throws -> StoredArray {
    try claim(name, kind, shape)
    return try file.array(name)
  }

  /// Checks that there is an array of a kind and a shape, in which nil stands for any length; it then counts as read.
  private func claim(_ name: String, _ kind: ElementType.Kind, _ shape: [Int?]) throws {
    try Interruption.check()
    guard let entry = file[name] else { throw StateError.missing(file: file.path, name: name) }
    let fits = entry.shape.count == shape.count && zip(entry.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    try require(
      entry.kind == kind && fits, name, "\(kind) of the shape \(Self.words(shape))",
      found: "\(entry.kind) of the shape \(ArrayFileError.words(for: entry.shape))")
    used.insert(name)
  }

  private static func words(_ shape: [Int?]) -> String {
    "(\(shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))\(shape.count == 1 ? "," : ""))"
  }

  /// Gives `body` the numbers of an array of single precision, some places of the first axis after the other.
  func forEachPiece(
    ofFloats name: String, shape: [Int], _ body: (_ rows: Range<Int>, UnsafeBufferPointer<Float>) -> Void
  ) throws {
    try claim(name, .float32, shape)
    try file.forEachPiece(of: name) { rows, piece in
      try piece.withFloats { floats in
        try require(floats.allSatisfy(\.isFinite), name, "finite numbers", found: "others")
        body(rows, floats)
      }
    }
  }

  /// - Parameter count: how many; nil for any number.
  public func numbers(_ name: String, count: Int? = nil) throws -> [Double] {
    let numbers = try array(name, .float64, [count]).doubles()
    try require(numbers.allSatisfy(\.isFinite), name, "finite numbers", found: "others")
    return numbers
  }

  public func matrix(_ name: String, rows: Int? = nil, columns: Int? = nil) throws -> Matrix {
    let stored = try array(name, .float64, [rows, columns])
    let numbers = stored.doubles()
    try require(numbers.allSatisfy(\.isFinite), name, "finite numbers", found: "others")
    return Matrix(rows: stored.shape[0], columns: stored.shape[1], elements: numbers)
  }

  /// - Parameter range: what each must be in.
  public func integers(_ name: String, count: Int? = nil, in range: Range<Int>) throws -> [Int] {
    try integers(array(name, .int64, [count]), name, in: range)
  }

  /// The rows of a table of integers.
  public func integerRows(_ name: String, in range: Range<Int>) throws -> [[Int]] {
    let stored = try array(name, .int64, [nil, nil])
    let all = try integers(stored, name, in: range)
    let columns = stored.shape[1]
    return (0..<stored.shape[0]).map { Array(all[$0 * columns..<($0 + 1) * columns]) }
  }

  private func integers(_ array: StoredArray, _ name: String, in range: Range<Int>) throws -> [Int] {
    let integers = try array.integers()
    if let other = integers.first(where: { !range.contains($0) }) {
      throw StateError.mismatch(
        file: file.path, name: name, expected: "numbers from \(range.lowerBound) to \(range.upperBound - 1)",
        found: "\(other)")
    }
    return integers
  }

  /// Images of one shape, `[images, height, width, channels]`.
  func images(_ name: String, _ shape: ImageShape? = nil) throws -> ImageSet {
    let stored = try array(name, .uint8, [nil, shape?.height, shape?.width, shape?.channels])
    return ImageSet(
      count: stored.shape[0], height: stored.shape[1], width: stored.shape[2], channelCount: stored.shape[3],
      pixels: stored.bytes)
  }

  /// How many numbers of single precision the file holds: no network read from it has more.
  public var floatCount: Int {
    file.names.reduce(0) { sum, name in
      guard let entry = file[name], entry.kind == .float32 else { return sum }
      return sum + entry.shape.reduce(1, *)
    }
  }
}
