/// How values are spelled: which characters make words and names, and when text needs quotes.
public enum Spelling {
  /// Whether `text` is a name: letters, digits, `-` and `_`.
  public static func isName(_ text: String) -> Bool {
    consists(of: nameCharacterLength, text)
  }

  /// Whether `text` can stand without quotes.
  public static func isWord(_ text: String) -> Bool {
    consists(of: wordCharacterLength, text)
  }

  /// `text` as it must be written to be read back: as it is when it is a word, else in double quotes.
  public static func quoted(_ text: String) -> String {
    if isWord(text) { return text }
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
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
    let isMark =
      switch properties.generalCategory {
      case .nonspacingMark, .spacingMark, .enclosingMark: true
      default: false
      }
    return properties.isAlphabetic || properties.numericType != nil || isMark ? encoded.count : nil
  }
}
