import Options

/// A piece of the text and its bytes.
struct Token {
  enum Kind {
    /// A run of word characters, a number among them.
    case word
    /// A string or a variable.
    case item(ItemSyntax.Kind)
    case equals
    case comma
    case openBrace
    case closeBrace
    case semicolon
    case newline
    /// A line that starts with `# %%`.
    case cellMarker
    case invalid(Misreading)
    case end
  }

  /// What is wrong with the bytes of a token; put into words only where it is shown.
  enum Misreading {
    case unexpectedCharacter
    case strayBackslash
    case danglingContinuation
    case unclosedString
    case unknownEscape
    case unclosedVariableName
    case missingVariableName
    case tooLong
  }

  let kind: Kind
  let range: Range<Int>
}

/// Cuts a source into tokens, each byte looked at once.
struct Lexer {
  /// Words, strings, variables and cells that a script may have: a tree of them takes a hundred times the text's size.
  static let partLimit = 1_000_000

  let source: SourceText
  private var partCount = 0
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ source: SourceText) {
    self.source = source
    bytes = source.bytes
  }

  /// Whether the text goes on behind what a script may have; there are no tokens there.
  private(set) var isCutShort = false

  mutating func next() -> Token {
    guard !isCutShort else { return Token(kind: .end, range: bytes.count..<bytes.count) }
    let token = read()
    switch token.kind {
    case .word, .cellMarker, .item(.literal), .item(.variable): partCount += 1
    case .item(.interpolated(let segments)): partCount += segments.count + 1
    default: return token
    }
    guard partCount > Self.partLimit else { return token }
    isCutShort = true
    return Token(kind: .invalid(.tooLong), range: token.range.lowerBound..<token.range.lowerBound + 1)
  }

  private mutating func read() -> Token {
    if let problem = skipBlanks() { return problem }
    let start = offset
    guard start < bytes.count else { return Token(kind: .end, range: start..<start) }
    switch bytes[start] {
    case UInt8(ascii: "\n"): return single(.newline)
    case UInt8(ascii: ";"): return single(.semicolon)
    case UInt8(ascii: "="): return single(.equals)
    case UInt8(ascii: ","): return single(.comma)
    case UInt8(ascii: "{"): return single(.openBrace)
    case UInt8(ascii: "}"): return single(.closeBrace)
    case UInt8(ascii: "#"):
      skipLine()
      return Token(kind: .cellMarker, range: start..<offset)
    case UInt8(ascii: "'"): return rawString()
    case UInt8(ascii: "\""): return expandedString()
    case UInt8(ascii: "$"):
      switch variable() {
      case .success(let name):
        return Token(kind: .item(.variable(name)), range: start..<offset)
      case .failure(let failure):
        return Token(kind: .invalid(failure.misreading), range: start..<max(offset, start + 1))
      }
    default:
      while let length = wordCharacterLength(at: offset) { offset += length }
      if offset > start { return Token(kind: .word, range: start..<offset) }
      return unexpected()
    }
  }

  /// Reads on from `offset`, for the parser's recovery after an error.
  mutating func resume(at offset: Int) {
    precondition(offset >= 0 && offset <= bytes.count, "offset \(offset) of \(bytes.count)")
    self.offset = offset
  }

  /// The comment lines from here to the next cell marker or statement, without their `#`; empty ones only between
  /// others.
  mutating func markdown() -> String {
    var text: [UInt8] = []
    var emptyLines = 0
    while offset < bytes.count {
      var first = offset
      while first < bytes.count, isBlank(bytes[first]) { first += 1 }
      let isEmpty = first == bytes.count || bytes[first] == UInt8(ascii: "\n")
      guard isEmpty || (bytes[first] == UInt8(ascii: "#") && !isCellMarker(at: first)) else { break }
      offset = first
      skipLine()
      var start = isEmpty ? first : first + 1
      if start < offset, bytes[start] == UInt8(ascii: " ") { start += 1 }
      var end = offset
      while end > start, isBlank(bytes[end - 1]) { end -= 1 }
      if start == end {
        emptyLines += 1
      } else {
        if !text.isEmpty { text += repeatElement(UInt8(ascii: "\n"), count: emptyLines + 1) }
        text += bytes[start..<end]
        emptyLines = 0
      }
      if offset < bytes.count { offset += 1 }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func single(_ kind: Token.Kind) -> Token {
    offset += 1
    return Token(kind: kind, range: offset - 1..<offset)
  }

  /// Skips spaces, comments and continued line ends; a backslash that continues nothing comes back as a token.
  private mutating func skipBlanks() -> Token? {
    while offset < bytes.count {
      let byte = bytes[offset]
      if isBlank(byte) {
        offset += 1
      } else if byte == UInt8(ascii: "#"), !isCellMarker(at: offset) {
        skipLine()
      } else if byte == UInt8(ascii: "\\") {
        let start = offset
        offset += 1
        while offset < bytes.count, isBlank(bytes[offset]) { offset += 1 }
        guard offset < bytes.count else {
          return Token(kind: .invalid(.danglingContinuation), range: start..<start + 1)
        }
        guard bytes[offset] == UInt8(ascii: "\n") else {
          return Token(kind: .invalid(.strayBackslash), range: start..<start + 1)
        }
        offset += 1
      } else {
        return nil
      }
    }
    return nil
  }

  private mutating func skipLine() {
    while !isAtLineEnd { offset += 1 }
  }

  private var isAtLineEnd: Bool { offset >= bytes.count || bytes[offset] == UInt8(ascii: "\n") }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private func isCellMarker(at start: Int) -> Bool {
    guard start == 0 || bytes[start - 1] == UInt8(ascii: "\n") else { return false }
    var next = start + 1
    if next < bytes.count, bytes[next] == UInt8(ascii: " ") { next += 1 }
    return next + 1 < bytes.count && bytes[next] == UInt8(ascii: "%") && bytes[next + 1] == UInt8(ascii: "%")
  }

  // MARK: Strings and variables

  private mutating func rawString() -> Token {
    let start = offset
    offset += 1
    while !isAtLineEnd, bytes[offset] != UInt8(ascii: "'") { offset += 1 }
    guard !isAtLineEnd else { return unclosedString(from: start) }
    offset += 1
    return Token(kind: .item(.literal(source.text(in: start + 1..<offset - 1))), range: start..<offset)
  }

  private mutating func expandedString() -> Token {
    let start = offset
    offset += 1
    var segments: [ItemSyntax.Segment] = []
    var text: [UInt8] = []
    var misreading: Token?
    while !isAtLineEnd, bytes[offset] != UInt8(ascii: "\"") {
      switch bytes[offset] {
      case UInt8(ascii: "\\"):
        let escapeStart = offset
        offset += 1
        guard !isAtLineEnd else { break }
        switch bytes[offset] {
        case UInt8(ascii: "n"): text.append(UInt8(ascii: "\n"))
        case UInt8(ascii: "t"): text.append(UInt8(ascii: "\t"))
        case UInt8(ascii: "r"): text.append(UInt8(ascii: "\r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): text.append(bytes[offset])
        default:
          let end = min(offset + scalarLength(at: offset), bytes.count)
          misreading = misreading ?? Token(kind: .invalid(.unknownEscape), range: escapeStart..<end)
        }
        offset += 1
      case UInt8(ascii: "$"):
        let variableStart = offset
        switch variable() {
        case .success(let name):
          if !text.isEmpty { segments.append(.text(String(decoding: text, as: UTF8.self))) }
          text = []
          // More than this and the rest is only passed over.
          guard partCount + segments.count <= Self.partLimit else { continue }
          segments.append(.variable(.init(name: name, range: variableStart..<offset)))
        case .failure(let failure):
          misreading =
            misreading ?? Token(kind: .invalid(failure.misreading), range: variableStart..<variableStart + 1)
          offset = variableStart + 1
        }
      default:
        text.append(bytes[offset])
        offset += 1
      }
    }
    guard !isAtLineEnd else { return unclosedString(from: start) }
    offset += 1
    if let misreading { return misreading }
    if segments.isEmpty {
      return Token(kind: .item(.literal(String(decoding: text, as: UTF8.self))), range: start..<offset)
    }
    if !text.isEmpty { segments.append(.text(String(decoding: text, as: UTF8.self))) }
    return Token(kind: .item(.interpolated(segments)), range: start..<offset)
  }

  /// A string ends on its line: a forgotten quote swallows no more than that.
  private mutating func unclosedString(from start: Int) -> Token {
    offset = start
    skipLine()
    return Token(kind: .invalid(.unclosedString), range: start..<start + 1)
  }

  private struct Failure: Error { let misreading: Token.Misreading }

  /// Reads `$name`, `${name}` or `${verb.result}`. A name does not end with '-', so that "$seed-$i.png" reads as it looks.
  private mutating func variable() -> Result<String, Failure> {
    offset += 1
    let braced = offset < bytes.count && bytes[offset] == UInt8(ascii: "{")
    if braced { offset += 1 }
    let start = offset
    while offset < bytes.count {
      if let length = nameCharacterLength(at: offset) {
        offset += length
      } else if braced, bytes[offset] == UInt8(ascii: "."), offset > start, bytes[offset - 1] != UInt8(ascii: ".") {
        offset += 1
      } else {
        break
      }
    }
    if braced {
      guard offset > start, offset < bytes.count, bytes[offset] == UInt8(ascii: "}"),
        bytes[offset - 1] != UInt8(ascii: ".")
      else { return .failure(Failure(misreading: .unclosedVariableName)) }
      offset += 1
      return .success(source.text(in: start..<offset - 1))
    }
    while offset > start, bytes[offset - 1] == UInt8(ascii: "-") { offset -= 1 }
    guard offset > start else { return .failure(Failure(misreading: .missingVariableName)) }
    return .success(source.text(in: start..<offset))
  }

  // MARK: Characters

  private func scalarLength(at offset: Int) -> Int {
    switch bytes[offset] {
    case ..<0x80: 1
    case ..<0xE0: 2
    case ..<0xF0: 3
    default: 4
    }
  }

  private func wordCharacterLength(at offset: Int) -> Int? {
    guard offset < bytes.count else { return nil }
    return Spelling.wordCharacterLength(bytes, at: offset)
  }

  private func nameCharacterLength(at offset: Int) -> Int? {
    guard offset < bytes.count else { return nil }
    return Spelling.nameCharacterLength(bytes, at: offset)
  }

  private mutating func unexpected() -> Token {
    let start = offset
    // A grapheme could reach over a line's end; one scalar at a time keeps every token inside its line.
    offset = min(start + scalarLength(at: start), bytes.count)
    return Token(kind: .invalid(.unexpectedCharacter), range: start..<offset)
  }

  // MARK: Words for what is wrong

  /// What is wrong with a token that is a misreading.
  func problem(_ misreading: Token.Misreading, _ range: Range<Int>) -> Problem {
    switch misreading {
    case .unexpectedCharacter: .unexpectedCharacter(spelling(at: range.lowerBound))
    case .strayBackslash: .strayBackslash
    case .danglingContinuation: .danglingContinuation
    case .unclosedString: .unclosedString
    case .unknownEscape: .unknownEscape(source.text(in: range.lowerBound + 1..<range.upperBound))
    case .unclosedVariableName: .unclosedVariableName
    case .missingVariableName: .missingVariableName
    case .tooLong: .scriptTooLong(limit: Self.partLimit)
    }
  }

  /// The character at `start`, in quotes if it can be seen.
  private func spelling(at start: Int) -> String {
    let character = source.text(in: start..<min(start + 32, bytes.count)).first ?? "?"
    let scalar = character.unicodeScalars.first!
    let isVisible = scalar.value > 0x20 && scalar.properties.generalCategory != .control && !character.isWhitespace
    if isVisible { return "'\(character)'" }
    let hexadecimal = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - hexadecimal.count)) + hexadecimal
  }
}
