/// How values are spelled: which characters make words and names, and when text needs quotes.
public enum Spelling {
  /// Whether `text` is a name: letters, digits, `-` and `_`.
  public static func isName(_ text: String) -> Bool {
    consists(of: nameCharacterLength, text)
  }

  /// Whether `text` can be an option's name: names with dots between them, as in `figure.font`.
  public static func isOptionName(_ text: String) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isName(String($0)) }
  }

  /// Whether `text` can stand without quotes.
  public static func isWord(_ text: String) -> Bool {
    consists(of: wordCharacterLength, text)
  }

  /// Whether `text` looks like something to be computed, `2*3` for instance: numbers with operators between them. A date
  /// such as 2024-05-17 does not.
  public static func isArithmetic(_ text: String) -> Bool {
    var rest = text.utf8[...]
    guard let first = rest.first, let last = rest.last, isNumeric(first), isNumeric(last) else { return false }
    var isSubtraction = true
    var operandLengths: [Int] = []
    while true {
      let length = numberLength(rest)
      guard length > 0 else { return false }
      operandLengths.append(length)
      rest = rest.dropFirst(length)
      guard let sign = rest.popFirst() else { break }
      guard "+-*/".utf8.contains(sign) else { return false }
      isSubtraction = isSubtraction && sign == UInt8(ascii: "-")
      if sign == UInt8(ascii: "*"), rest.first == sign { rest = rest.dropFirst() }
    }
    let isDate = isSubtraction && (operandLengths == [4, 2] || operandLengths == [4, 2, 2])
    return operandLengths.count > 1 && !isDate
  }

  private static func isNumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// The bytes of the number that `text` begins with, its sign and exponent included.
  private static func numberLength(_ text: Substring.UTF8View) -> Int {
    var rest = text
    func digits() -> Int {
      let count = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 == UInt8(ascii: "_") }.count
      rest = rest.dropFirst(count)
      return count
    }
    if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
    var count = digits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      count += digits()
    }
    guard count > 0 else { return 0 }
    let mantissa = rest
    if let letter = rest.popFirst(), letter == UInt8(ascii: "e") || letter == UInt8(ascii: "E") {
      if let sign = rest.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") { rest = rest.dropFirst() }
      if digits() == 0 { rest = mantissa }
    } else {
      rest = mantissa
    }
    return text.count - rest.count
  }

  /// Bytes above which text is quoted without a look at each character, which of a megabyte takes longer than the command.
  private static let longestWord = 1000

  /// `text` as it must be written to be read back: as it is when it is a word of some length, else in double quotes.
  public static func quoted(_ text: String) -> String {
    if text.utf8.count <= longestWord, isWord(text), !isArithmetic(text) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case "\"", "\\", "$": result += "\\\(scalar)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  private static func consists(of length: ([UInt8], Int) -> Int?, _ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      guard let step = length(bytes, offset) else { return false }
      offset += step
    }
    return !bytes.isEmpty
  }

  /// The bytes of the word character at `offset`, or nil if there is none: letters and digits of any script and
  /// `-_./+:~*`.
  public static func wordCharacterLength(_ bytes: [UInt8], at offset: Int) -> Int? {
    switch bytes[offset] {
    case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: ":"), UInt8(ascii: "~"),
      UInt8(ascii: "*"):
      1
    default: nameCharacterLength(bytes, at: offset)
    }
  }

  /// The same of a name's characters: letters and digits of any script and `-_`.
  public static func nameCharacterLength(_ bytes: [UInt8], at offset: Int) -> Int? {
    switch bytes[offset] {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
      return 1
    case ..<0x80: return nil
    default: return letterLength(bytes, at: offset)
    }
  }

  /// The bytes of the letter, digit or mark beyond ASCII at `offset`.
  private static func letterLength(_ bytes: [UInt8], at offset: Int) -> Int? {
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes[offset..<min(offset + 4, bytes.count)].makeIterator()
    guard case .valid(let encoded) = decoder.parseScalar(from: &iterator) else { return nil }
    let properties = Unicode.UTF8.decode(encoded).properties
    if properties.isAlphabetic || properties.numericType != nil { return encoded.count }
    switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: return encoded.count
    default: return nil
    }
  }
}
