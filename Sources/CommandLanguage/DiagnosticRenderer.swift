/// An error whose description may have several lines; in any other a line break is part of some name.
public protocol ErrorInLines: Error {
  /// Whether the description has several lines; then nothing that it names breaks one.
  var hasLines: Bool { get }
}

/// Writes diagnostics the way compilers do:
///
///     notebooks/mnist.ddpm:12:16: error: train has no option 'lamda' (did you mean 'lambda'?)
///       train rounds=5 lamda=0.1
///                      ^~~~~
public struct DiagnosticRenderer: Sendable {
  /// A part of what is written. The front end decides how it looks.
  public struct Span: Sendable, Equatable {
    public enum Emphasis: Sendable {
      case none
      /// The word that says how bad it is.
      case severity
      /// What points at the place.
      case mark
    }

    public let text: String
    public let emphasis: Emphasis
  }

  /// Columns that a source line may take; longer ones are shown in part, around the caret.
  public let width: Int
  /// Whether messages are broken at that width, too; a line a message is better for other programs.
  public let wrapsMessages: Bool

  public init(width: Int = 120, wrapsMessages: Bool = false) {
    precondition(width >= 20, "a width of \(width) leaves no room for a source line")
    self.width = width
    self.wrapsMessages = wrapsMessages
  }

  /// The diagnostic's lines, each ended by a newline.
  public func render(_ diagnostic: Diagnostic) -> String { spans(diagnostic).map(\.text).joined() }

  /// The same in its parts.
  public func spans(_ diagnostic: Diagnostic) -> [Span] {
    let location = diagnostic.location
    let start = location.start
    let hasLines = (diagnostic.problem.error as? any ErrorInLines)?.hasLines == true
    var message = diagnostic.problem.description.withoutControls(keeping: hasLines ? ["\n"] : [])
    if let suggestion = diagnostic.problem.suggestion {
      message += " (did you mean '\(suggestion.withoutControls())'?)"
    }
    let place = "\(location.source.nameAndLine(start.line).withoutControls()):\(start.column):"
    if wrapsMessages { message = wrapped(message, behind: "\(place) error: ") }
    let (line, caret) = excerpt(location, start)
    var notes = ""
    // A script that runs itself has many callers, all alike.
    let shown = diagnostic.callers.count > 6 ? diagnostic.callers.prefix(4) : diagnostic.callers[...]
    for caller in shown {
      let place = caller.start
      notes += "\(caller.source.nameAndLine(place.line).withoutControls()):\(place.column): note: run from here\n"
    }
    if shown.count < diagnostic.callers.count { notes += "and from \(diagnostic.callers.count - shown.count) more\n" }
    return [
      Span(text: "\(place) ", emphasis: .none), Span(text: "error:", emphasis: .severity),
      Span(text: " \(message)\n  \(line)\n  \(caret.leading)", emphasis: .none),
      Span(text: caret.mark, emphasis: .mark),
      Span(text: "\n\(notes)", emphasis: .none),
    ]
  }

  private func wrapped(_ message: String, behind prefix: String) -> String {
    message.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      .map { index, line in
        let lead = index == 0 ? prefix : String(line.prefix { $0 == " " })
        let words = line.split(separator: " ").map(String.init)
        let lines = TextWrap.lines(words.isEmpty ? [""] : words, first: lead, joint: "", width: width, indent: 2)
        return index == 0 ? String(lines.joined(separator: "\n").dropFirst(lead.count)) : lines.joined(separator: "\n")
      }
      .joined(separator: "\n")
  }

  /// The source line and the caret line, both cut to the same window.
  private func excerpt(
    _ location: SourceLocation, _ start: SourcePosition
  ) -> (line: String, caret: (leading: String, mark: String)) {
    let source = location.source
    let lineRange = source.lineRange(start.line)
    let first = min(max(location.range.lowerBound, lineRange.lowerBound), lineRange.upperBound)
    let last = min(max(location.range.upperBound, first), lineRange.upperBound)
    // Only what can be in the window is expanded: a line of megabytes costs no more than a short one.
    let reach = width * 8
    let before = expanded(source.text(in: max(lineRange.lowerBound, first - reach)..<first), from: 0)
    let marked = expanded(source.text(in: first..<min(last, first + reach)), from: DisplayWidth.of(before))
    let after = expanded(
      source.text(in: last..<min(lineRange.upperBound, last + reach)),
      from: DisplayWidth.of(before) + DisplayWidth.of(marked))
    let isCutBefore = first - reach > lineRange.lowerBound
    let isCutAfter = last + reach < lineRange.upperBound || first + reach < last
    let markWidth = max(1, DisplayWidth.of(marked))
    if !isCutBefore, !isCutAfter, DisplayWidth.of(before) + markWidth + DisplayWidth.of(after) <= width {
      return (before + marked + after, caret(DisplayWidth.of(before), markWidth))
    }
    // The window keeps a third of its width for what stands before the caret.
    let leadingWidth = width / 3
    var leading = before
    if DisplayWidth.of(before) > leadingWidth || isCutBefore {
      var columns = 1
      let kept = before.reversed().prefix { character in
        columns += DisplayWidth.of(character)
        return columns <= leadingWidth
      }
      leading = "…" + String(kept.reversed())
    }
    let room = width - DisplayWidth.of(leading) - 1
    var rest = DisplayWidth.prefix(marked + after, width: room + 1)
    if DisplayWidth.of(marked + after) > room + 1 || isCutAfter {
      rest = DisplayWidth.prefix(rest, width: room) + "…"
    }
    return (leading + rest, caret(DisplayWidth.of(leading), min(markWidth, room)))
  }

  private func caret(_ column: Int, _ width: Int) -> (leading: String, mark: String) {
    (String(repeating: " ", count: column), "^" + String(repeating: "~", count: max(0, width - 1)))
  }

  /// Tabs become spaces up to the next multiple of eight columns, counted from `column`.
  private func expanded(_ text: String, from column: Int) -> String {
    var column = column
    var result = ""
    for character in text {
      if character == "\t" {
        let count = 8 - column % 8
        result += String(repeating: " ", count: count)
        column += count
      } else {
        let shown = String(character).withoutControls()
        result += shown
        column += DisplayWidth.of(shown)
      }
    }
    return result
  }
}
