/// What the elements of an array in a file are, and how their bytes lie.
public struct ElementType: Sendable, Equatable, CustomStringConvertible {
  /// A type of numbers, by NumPy's code for it.
  public enum Kind: String, Sendable, CaseIterable {
    case bool = "b1"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case float16 = "f2"
    case float32 = "f4"
    case float64 = "f8"

    /// Bytes of an element.
    public var size: Int { Int(rawValue.last!.wholeNumberValue!) }

    public var isFloatingPoint: Bool { rawValue.first == "f" }
  }

  public let kind: Kind
  /// Whether the most significant byte comes first; false where there is but one.
  public let isBigEndian: Bool

  public init(_ kind: Kind, isBigEndian: Bool = false) {
    self.kind = kind
    self.isBigEndian = isBigEndian && kind.size > 1
  }

  /// The type that a .npy header's `descr` names, such as `<f4`; nil for one that is not read.
  ///
  /// Where the order is the writer's (`=`) or said not to matter (`|`) it is taken to be little-endian, as on every
  /// machine that this program runs on.
  public init?(descriptor: String) {
    guard let order = descriptor.first, "<>=|".contains(order),
      let kind = Kind(rawValue: String(descriptor.dropFirst()))
    else { return nil }
    self.init(kind, isBigEndian: order == ">")
  }

  /// NumPy's name of the type: `float32`, and `float32, big-endian`.
  public var description: String { "\(kind)" + (isBigEndian ? ", big-endian" : "") }

  /// The types that are read, for people.
  static let allNames = "numbers (bool, int8 to int64, uint8 to uint64, float16, float32 or float64)"

  /// What a `descr` that is not read means, for people: "Python objects ('|O')".
  static func meaning(ofDescriptor descriptor: String) -> String {
    let code = descriptor.drop { "<>=|".contains($0) }
    let words: String? =
      switch code.first {
      case "O": "Python objects"
      case "U", "S", "a": "text"
      case "c": "complex numbers"
      case "M", "m": "dates or times"
      case "V": "raw bytes"
      case "f", "g": "floats of another width"
      default: nil
      }
    return words.map { "\($0) ('\(descriptor)')" } ?? "the type '\(descriptor)'"
  }
}
