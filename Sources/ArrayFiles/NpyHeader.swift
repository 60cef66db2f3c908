/// What a .npy file says of its array: the Python dictionary in front of the elements.
///
/// NumPy's own form is read and nothing else of Python: the keys descr, fortran_order and shape in any order and with
/// any spacing, a string, True or False, and a tuple of whole numbers (`7L` too, as Python 2 wrote them).
struct NpyHeader: Equatable {
  let type: ElementType
  let isFortranOrder: Bool
  let shape: [Int]

  /// As many axes as a NumPy array can have.
  private static let axisLimit = 64
  private static let keys = ["descr", "fortran_order", "shape"]

  /// - Parameter mayHoldLongs: whether Python 2 may have written it, whose numbers may end in L: up to version 2.0.
  /// - Throws: `ArrayFileError.badHeader`, and `ArrayFileError.elementType` for a type that is not read.
  init(_ text: [UInt8], mayHoldLongs: Bool = true, file: String) throws(ArrayFileError) {
    var scanner = LiteralScanner(text, mayHoldLongs: mayHoldLongs, file: file)
    var (type, isFortranOrder, shape): (ElementType?, Bool?, [Int]?)
    var found: [String] = []
    // A new line in front would make Python take what follows for indented wrongly, or not.
    guard text.first(where: { $0 != 0x20 && $0 != 0x09 }) == UInt8(ascii: "{") else {
      throw .badHeader(file: file, expected: "'{'", found: scanner.rest())
    }
    try scanner.expect("{")
    while !scanner.skip("}") {
      let key = try scanner.string()
      guard Self.keys.contains(key), !found.contains(key) else {
        throw .badHeader(
          file: file, expected: "the keys \(Self.keys.joined(separator: ", ")), each once",
          found: found.contains(key) ? "\(key) twice" : "the key '\(key)'")
      }
      found.append(key)
      try scanner.expect(":")
      switch key {
      case "descr":
        if scanner.isNext("[") || scanner.isNext("(") {
          throw .elementType(file: file, found: "records of several fields (\(scanner.rest()))")
        }
        let descriptor = try scanner.string()
        guard let known = ElementType(descriptor: descriptor) else {
          throw .elementType(file: file, found: ElementType.meaning(ofDescriptor: descriptor))
        }
        type = known
      case "fortran_order": isFortranOrder = try scanner.boolean()
      default: shape = try scanner.wholeNumbers(limit: Self.axisLimit)
      }
      if !scanner.skip(",") {
        try scanner.expect("}")
        break
      }
    }
    try scanner.expectEnd()
    guard let type, let isFortranOrder, let shape else {
      throw .badHeader(
        file: file, expected: "the keys \(Self.keys.joined(separator: ", "))",
        found: found.isEmpty ? "none" : found.joined(separator: ", "))
    }
    (self.type, self.isFortranOrder, self.shape) = (type, isFortranOrder, shape)
  }
}

/// Reads Python literals from left to right.
private struct LiteralScanner {
  private let text: [UInt8]
  private let file: String
  private var position = 0

  private let mayHoldLongs: Bool

  init(_ text: [UInt8], mayHoldLongs: Bool, file: String) {
    (self.text, self.mayHoldLongs, self.file) = (text, mayHoldLongs, file)
  }

  private mutating func skipSpace() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) { position += 1 }
  }

  private func failure(expected: String) -> ArrayFileError {
    .badHeader(file: file, expected: expected, found: rest())
  }

  /// What comes next, for people.
  func rest() -> String {
    let rest = text[position...].prefix(24)
    if rest.isEmpty { return "its end" }
    let shown = String(decoding: rest, as: UTF8.self)
    return shown + (rest.endIndex < text.count ? "…" : "")
  }

  mutating func isNext(_ character: Character) -> Bool {
    skipSpace()
    return position < text.count && text[position] == character.asciiValue
  }

  mutating func skip(_ character: Character) -> Bool {
    guard isNext(character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Character) throws(ArrayFileError) {
    guard skip(character) else { throw failure(expected: "'\(character)'") }
  }

  mutating func expectEnd() throws(ArrayFileError) {
    skipSpace()
    guard position == text.count else { throw failure(expected: "nothing but spaces after '}'") }
  }

  /// A string in quotes of either kind, without backslashes.
  mutating func string() throws(ArrayFileError) -> String {
    skipSpace()
    let quotes: [UInt8] = [UInt8(ascii: "'"), UInt8(ascii: "\"")]
    guard position < text.count, quotes.contains(text[position]),
      let end = text[(position + 1)...].firstIndex(of: text[position]),
      !text[position..<end].contains(UInt8(ascii: "\\"))
    else { throw failure(expected: "a text in quotes") }
    defer { position = end + 1 }
    return String(decoding: text[position + 1..<end], as: UTF8.self)
  }

  mutating func boolean() throws(ArrayFileError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)] where text[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw failure(expected: "True or False")
  }

  /// A tuple of at most `limit` whole numbers, none of them negative.
  mutating func wholeNumbers(limit: Int) throws(ArrayFileError) -> [Int] {
    try expect("(")
    var numbers: [Int] = []
    while !skip(")") {
      skipSpace()
      let start = position
      let digits = text[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      position = digits.endIndex
      guard let number = Int(String(decoding: digits, as: UTF8.self)), digits.count == 1 || digits.first != 0x30 else {
        position = start
        throw failure(expected: "the length of an axis, a whole number up to \(Int.max),")
      }
      if mayHoldLongs, position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
      numbers.append(number)
      guard numbers.count <= limit else { throw failure(expected: "at most \(limit) axes") }
      if skip(",") { continue }
      // Python reads (5) as the number, not as a tuple.
      guard numbers.count > 1, isNext(")") else { throw failure(expected: "','") }
    }
    return numbers
  }
}
