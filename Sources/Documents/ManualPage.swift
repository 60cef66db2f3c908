import CommandLanguage
import Session

/// A page of the manual in mdoc, the macros that man and mandoc lay out.
struct ManualPage {
  private(set) var text: String

  /// Columns that lines may take which stay as they are, in a window of 80.
  static let literalWidth = 66

  /// - Parameters:
  ///   - summary: what it is, to stand behind the name in lists of pages.
  ///   - date: as "November 28, 2026".
  init(_ name: String, section: Int, summary: String, date: String) {
    text = """
      .\\" Written by make reference from the declarations of commands and options.
      .Dd \(date)
      .Dt \(name.uppercased()) \(section)
      .Os ddpm-repl \(productVersion)
      .nh
      .Sh NAME
      .Nm \(name)
      .Nd \(Roff.line(summary))

      """
  }

  mutating func section(_ title: String) { text += ".Sh \(Roff.argument(title.uppercased()))\n" }
  mutating func subsection(_ title: String) { text += ".Ss \(Roff.argument(title))\n" }

  /// A line of macros, as it stands.
  mutating func macro(_ line: String) { text += line + "\n" }

  /// Text that is filled, a sentence beginning a line; empty lines part paragraphs.
  mutating func prose(_ prose: String) {
    for (index, paragraph) in prose.split(separator: "\n\n").enumerated() {
      if index > 0 { macro(".Pp") }
      for sentence in Self.sentences(String(paragraph)) {
        for line in TextWrap.paragraph(sentence, width: 70).split(separator: "\n") {
          text += Roff.line(String(line)) + "\n"
        }
      }
    }
  }

  /// A paragraph of its own.
  mutating func paragraph(_ paragraph: String) {
    let last = text.dropLast().split(separator: "\n").last ?? ""
    if !last.hasPrefix(".S") { macro(".Pp") }
    prose(paragraph)
  }

  /// Lines that stay as they are.
  mutating func literal(_ lines: String) {
    macro(".Bd -literal -offset indent")
    for line in lines.split(separator: "\n", omittingEmptySubsequences: false) {
      text += Roff.literal(String(line)) + "\n"
    }
    macro(".Ed")
  }

  /// Terms, each a macro's line behind `.It`, and what they mean.
  mutating func list(_ items: [(term: String, meaning: String)]) {
    macro(".Bl -tag -width Ds")
    for item in items {
      macro(".It \(item.term)")
      prose(item.meaning)
    }
    macro(".El")
  }

  /// Rows of a term and what it means, the terms as they are typed.
  mutating func rows(_ rows: [(term: String, meaning: String)]) {
    list(rows.map { (".Li \(Roff.argument($0.term))".dropFirst().description, $0.meaning) })
  }

  /// The text's sentences: a page's source begins each on a line, by which the space between them is set.
  private static func sentences(_ text: String) -> [String] {
    var sentences: [[Substring]] = [[]]
    for word in text.split(whereSeparator: \.isWhitespace) {
      sentences[sentences.count - 1].append(word)
      if let last = word.drop(while: { $0 == "(" }).last(where: { $0 != ")" }), ".!?".contains(last), word.count > 2 {
        sentences.append([])
      }
    }
    return sentences.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
  }
}

/// Text as roff's source.
enum Roff {
  /// A line of running text. Hyphens that stand before letters belong to options.
  static func line(_ text: String) -> String {
    var result = ""
    var previous: Character = " "
    for character in text {
      result += character == "-" && !(previous.isLetter || previous.isNumber) ? "\\-" : escaped(character)
      previous = character
    }
    return guarded(result)
  }

  /// A line of what is typed.
  static func literal(_ text: String) -> String { guarded(text.map { $0 == "-" ? "\\-" : escaped($0) }.joined()) }

  /// An argument of a macro, which is never taken for the name of another; it may break behind a bar.
  static func argument(_ text: String) -> String {
    let word = text.map { character in
      switch character {
      case "-": "\\-"
      case "\"": "\\(dq"
      case "|": "|\\:"
      default: escaped(character)
      }
    }
    .joined()
    return "\"\\&\(word)\""
  }

  private static func escaped(_ character: Character) -> String {
    switch character {
    case "\\": "\\e"
    case "'": "\\(aq"
    case "`": "\\(ga"
    case "^": "\\(ha"
    case "~": "\\(ti"
    default: String(character)
    }
  }

  /// A line that does not look like a request.
  private static func guarded(_ line: String) -> String { line.hasPrefix(".") ? "\\&" + line : line }
}
