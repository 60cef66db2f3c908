/// What is wrong with a text that should be JSON.
public struct JSONError: Error, Equatable, CustomStringConvertible {
  /// The byte that it is about, from 0.
  public let offset: Int
  public let expected: String
  public let found: String

  public init(offset: Int, expected: String, found: String) {
    (self.offset, self.expected, self.found) = (offset, expected, found)
  }

  public var description: String { "expected \(expected) at byte \(offset), found \(found)" }
}

/// Goes through a JSON text (RFC 8259) from its beginning, value by value, taking what the caller expects next.
///
/// Strict: nothing but what the standard has, a name once in an object, text that is valid UTF-8. Time is linear in the
/// text, and memory is what the caller keeps.
///
///     var scanner = JSONScanner(bytes)
///     try scanner.object { scanner, name in values[name] = try scanner.integer() }
///     try scanner.end()
public struct JSONScanner {
  /// Values may nest this deep.
  public static let depthLimit = 64

  private let bytes: [UInt8]
  /// The next byte to be read.
  public private(set) var offset = 0
  private var depth = 0

  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Takes an object: `member` is given each name and takes its value.
  ///
  /// - Throws: `JSONError`, also for a name that occurs twice, and what `member` throws.
  public mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
    try open("{", "an object")
    var names: Set<String> = []
    if !skip("}") {
      repeat {
        skipSpace()
        let start = offset
        let name = try string()
        guard names.insert(name).inserted else {
          throw JSONError(offset: start, expected: "each name once", found: "\(quoted(name)) twice")
        }
        try take(":", "':' after \(quoted(name))")
        try member(&self, name)
      } while skip(",")
      try take("}", "',' or '}'")
    }
    depth -= 1
  }

  /// Takes an array: `element` takes each of its values; errors as in `object`.
  public mutating func array(_ element: (inout JSONScanner) throws -> Void) throws {
    try open("[", "an array")
    if !skip("]") {
      repeat { try element(&self) } while skip(",")
      try take("]", "',' or ']'")
    }
    depth -= 1
  }

  /// Takes a string.
  public mutating func string() throws(JSONError) -> String {
    skipSpace()
    guard peek == UInt8(ascii: "\"") else { throw wrong("a string") }
    offset += 1
    var text: [UInt8] = []
    let start = offset
    while true {
      let run = offset
      while let byte = peek, byte >= 0x20, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") { offset += 1 }
      text += bytes[run..<offset]
      switch peek {
      case UInt8(ascii: "\""):
        offset += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw JSONError(offset: start, expected: "text in UTF-8", found: "bytes that are none")
        }
        return string
      case UInt8(ascii: "\\"):
        offset += 1
        text += Array(String(try escaped()).utf8)
      default: throw wrong("the end of a string")
      }
    }
  }

  /// Takes a whole number without fraction or exponent, of 64 bits with a sign.
  public mutating func integer() throws(JSONError) -> Int {
    skipSpace()
    let start = offset
    let text = try numeral()
    guard let value = Int(text) else {
      throw JSONError(offset: start, expected: "a whole number of 64 bits", found: text)
    }
    return value
  }

  /// Takes any value; a number without fraction or exponent that fits is an integer.
  public mutating func value() throws -> JSONValue {
    skipSpace()
    switch peek {
    case UInt8(ascii: "{"):
      var members: [(String, JSONValue)] = []
      try object { scanner, name in members.append((name, try scanner.value())) }
      return .object(JSONObject(members))
    case UInt8(ascii: "["):
      var values: [JSONValue] = []
      try array { values.append(try $0.value()) }
      return .array(values)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default:
      let start = offset
      let text = try numeral()
      if let integer = Int(text), text != "-0" { return .integer(integer) }
      guard let number = Double(text), number.isFinite else {
        throw JSONError(offset: start, expected: "a number of double precision", found: text)
      }
      return .number(number)
    }
  }

  /// Takes any value and keeps nothing of it.
  public mutating func skip() throws {
    if isNext("{") {
      try object { scanner, _ in try scanner.skip() }
    } else if isNext("[") {
      try array { try $0.skip() }
    } else {
      _ = try value()
    }
  }

  /// Whether the next value begins so: with `{`, `[` or `"` for instance.
  public mutating func isNext(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    return peek == UInt8(ascii: character)
  }

  /// Checks that nothing but space follows.
  public mutating func end() throws(JSONError) {
    skipSpace()
    if offset < bytes.count { throw wrong("the end") }
  }

  // MARK: - Pieces

  private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func take(_ character: Unicode.Scalar, _ expected: String) throws(JSONError) {
    if !skip(character) { throw wrong(expected) }
  }

  private mutating func open(_ character: Unicode.Scalar, _ expected: String) throws(JSONError) {
    try take(character, expected)
    depth += 1
    if depth > Self.depthLimit {
      throw JSONError(
        offset: offset - 1, expected: "values nested at most \(Self.depthLimit) deep", found: "deeper ones")
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[offset...].starts(with: word.utf8) else { throw wrong("a value") }
    offset += word.utf8.count
    return value
  }

  /// A number as it is spelled: an optional sign, digits without a leading zero, a fraction, an exponent.
  private mutating func numeral() throws(JSONError) -> String {
    let start = offset
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
    func digits() throws(JSONError) {
      guard isDigit(peek) else { throw offset == start ? wrong("a value") : wrong("a digit") }
      while isDigit(peek) { offset += 1 }
    }
    if peek == UInt8(ascii: "-") { offset += 1 }
    if peek == UInt8(ascii: "0") {
      offset += 1
      if isDigit(peek) { throw wrong("a number without zeros in front") }
    } else {
      try digits()
    }
    if peek == UInt8(ascii: ".") {
      offset += 1
      try digits()
    }
    if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
      offset += 1
      if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { offset += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  /// What stands behind a backslash.
  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    guard let byte = peek else { throw wrong("an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let start = offset - 2
      let first = try hexadecimal()
      if let scalar = Unicode.Scalar(first) { return scalar }
      // A character beyond 16 bits is written as a pair.
      if first < 0xDC00, bytes[offset...].starts(with: "\\u".utf8) {
        offset += 2
        let second = try hexadecimal()
        if (0xDC00...0xDFFF).contains(second) {
          return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
        }
      }
      throw JSONError(offset: start, expected: "a character", found: "half of a surrogate pair")
    default:
      offset -= 1
      throw wrong("an escape")
    }
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
        throw wrong("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  /// What is found where something else is expected.
  private func wrong(_ expected: String) -> JSONError {
    guard let byte = peek else { return JSONError(offset: offset, expected: expected, found: "the end of the text") }
    let shown = (0x21...0x7E).contains(byte) ? "'\(Character(Unicode.Scalar(byte)))'" : "byte \(byte)"
    return JSONError(offset: offset, expected: expected, found: shown)
  }

  private func quoted(_ name: String) -> String { JSONValue.string(String(name.prefix(60))).description }
}

extension JSONValue {
  /// The value that a text spells; nothing may follow it.
  ///
  /// - Throws: `JSONError`.
  public init(parsing text: some Sequence<UInt8>) throws {
    var scanner = JSONScanner(Array(text))
    self = try scanner.value()
    try scanner.end()
  }
}
