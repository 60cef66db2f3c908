import Options

/// A piece of a script that is to look like what it is.
public struct Highlight: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case keyword, verb, option, number, string, variable, comment
    /// What a command found, as saved sessions note it: `#= accuracy 0.94`.
    case result
  }

  public let kind: Kind
  public let range: Range<Int>
}

extension SourceText {
  /// The pieces of the text that mean something, in their order; what stands between them is plain.
  public var highlights: [Highlight] {
    var painter = Painter(source: self)
    painter.paint()
    return painter.highlights
  }
}

private struct Painter {
  private static let keywords: Set<String> = ["let", "default", "for", "repeat", "if", "sweep"]
  /// Those that are followed by the name of a variable.
  private static let naming: Set<String> = ["let", "default", "for"]

  let source: SourceText
  private(set) var highlights: [Highlight] = []

  init(source: SourceText) { self.source = source }

  mutating func paint() {
    var lexer = Lexer(source)
    var end = 0
    // Words since the statement began, and its first.
    var (count, first) = (0, "")
    while true {
      let token = lexer.next()
      addComments(end..<token.range.lowerBound)
      end = token.range.upperBound
      switch token.kind {
      case .end: return
      case .newline, .semicolon, .openBrace, .closeBrace: count = 0
      case .cellMarker:
        add(.comment, token.range)
        count = 0
      case .word:
        let word = source.text(in: token.range)
        if count == 0 { first = word }
        if let kind = kind(of: word, endingAt: end, place: count, first) { add(kind, token.range) }
        count += 1
      case .item(.variable): add(.variable, token.range)
      case .item(.literal): add(.string, token.range)
      case .item(.interpolated(let segments)):
        var start = token.range.lowerBound
        for case .variable(let name) in segments {
          add(.string, start..<name.range.lowerBound)
          add(.variable, name.range)
          start = name.range.upperBound
        }
        add(.string, start..<end)
      case .equals, .comma, .invalid: break
      }
    }
  }

  private func kind(of word: String, endingAt end: Int, place: Int, _ first: String) -> Highlight.Kind? {
    if place == 0 { return Self.keywords.contains(word) ? .keyword : .verb }
    if place == 1, Self.naming.contains(first) { return .variable }
    if place == 2, first == "for", word == "in" { return .keyword }
    if end < source.bytes.count, source.bytes[end] == UInt8(ascii: "=") { return .option }
    return Number.real(word) != nil ? .number : nil
  }

  private mutating func add(_ kind: Highlight.Kind, _ range: Range<Int>) {
    if !range.isEmpty { highlights.append(Highlight(kind: kind, range: range)) }
  }

  /// The comments among what the lexer passed over.
  private mutating func addComments(_ range: Range<Int>) {
    var place = range.lowerBound
    while let start = source.bytes[place..<range.upperBound].firstIndex(of: UInt8(ascii: "#")) {
      let end = source.bytes[start..<range.upperBound].firstIndex(of: UInt8(ascii: "\n")) ?? range.upperBound
      let isResult = start + 1 < end && source.bytes[start + 1] == UInt8(ascii: "=")
      add(isResult ? .result : .comment, start..<end)
      place = end
    }
  }
}
