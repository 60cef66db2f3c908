/// A cell as it stands in a text, for programs that show scripts or write them in another form.
public struct CellText: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    case code
    /// The text, its leading `# ` removed from each line.
    case markdown(String)
  }

  public let kind: Kind
  public let title: String
  /// The bytes of the line that opens it, its newline among them; empty where none does: before the first such line, and
  /// for statements below a cell of text.
  public let marker: Range<Int>
  /// All bytes, the marker's among them.
  public let range: Range<Int>
}

extension SourceText {
  /// A piece of another text.
  public convenience init(piece text: String) { self.init(name: "", text: text, isPiece: true) }

  /// The cells that the text is cut into, whether or not it is a script without errors. Each byte is in one of them.
  public var cellTexts: [CellText] {
    var cells: [CellText] = []
    var lexer = Lexer(self)
    let markers = cellMarkers
    // Of the cell of code that is open.
    var (title, marker, start) = ("", 0..<0, 0)
    func close(at end: Int) {
      if end > start { cells.append(CellText(kind: .code, title: title, marker: marker, range: start..<end)) }
    }
    var line = 0
    while line < bytes.count {
      let end = bytes[line...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      let next = min(end + 1, bytes.count)
      defer { line = max(line, next) }
      guard markers.contains(line) else { continue }
      close(at: line)
      let words = CellMarker(text(in: line..<end))
      (title, marker, start) = (words.title, line..<next, line)
      guard words.isMarkdown else { continue }
      lexer.resume(at: next)
      let text = lexer.markdown()
      cells.append(CellText(kind: .markdown(text), title: title, marker: marker, range: start..<lexer.offset))
      (title, marker, start) = ("", lexer.offset..<lexer.offset, lexer.offset)
      line = lexer.offset
    }
    close(at: bytes.count)
    return cells
  }

  /// Where the lines begin that open cells: within a block such a line is a comment, unless some block is never closed.
  private var cellMarkers: Set<Int> {
    var lexer = Lexer(self)
    var (all, outside): (Set<Int>, Set<Int>) = ([], [])
    var depth = 0
    while true {
      let token = lexer.next()
      switch token.kind {
      case .end: return depth == 0 ? outside : all
      case .openBrace: depth += 1
      case .closeBrace: depth = max(0, depth - 1)
      case .cellMarker:
        all.insert(token.range.lowerBound)
        if depth == 0 { outside.insert(token.range.lowerBound) }
      case .word, .item, .equals, .comma, .semicolon, .newline, .invalid: break
      }
    }
  }

  /// Whether the text holds nothing but comments and empty lines.
  public var isComment: Bool {
    var lexer = Lexer(self)
    while true {
      switch lexer.next().kind {
      case .end: return true
      case .newline: continue
      default: return false
      }
    }
  }
}
