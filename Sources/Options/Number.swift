/// The language's numbers: `3`, `-2`, `1e-3`, `70_000`.
public enum Number {
  /// The whole number that `text` spells (`1e4` is one), or nil.
  public static func integer(_ text: String) -> Int? {
    guard let digits = digits(text) else { return nil }
    if let value = Int(digits) { return value }
    // Whole numbers in exponent form; beyond 2⁵³ a Double would no longer say which.
    guard let value = Double(digits), value == value.rounded(), abs(value) <= 0x1p53 else { return nil }
    return Int(value)
  }

  /// The finite number that `text` spells, or nil.
  public static func real(_ text: String) -> Double? {
    guard let digits = digits(text), let value = Double(digits), value.isFinite else { return nil }
    return value
  }

  /// The shortest spelling that reads back as the same number.
  public static func spelling(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// `text` without its underscores if it is a decimal number: Swift's own parsing also takes "0x1p3" and "nan".
  private static func digits(_ text: String) -> String? {
    var result = ""
    var previous: UInt8 = 0
    let bytes = Array(text.utf8)
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"),
        UInt8(ascii: "+"), UInt8(ascii: "-"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "_"):
        let next = index + 1 < bytes.count ? bytes[index + 1] : 0
        guard isDigit(previous), isDigit(next) else { return nil }
      default: return nil
      }
      previous = byte
    }
    return result.isEmpty ? nil : result
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}
