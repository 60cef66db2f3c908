import CommandLanguage
import Figures
import Files
import Options

/// A built-in style, or a file that says one.
enum StyleChoice: Sendable, Equatable {
  case builtIn(FigureStyle)
  case file(String)

  static let kind = {
    let names = FigureStyle.allCases.map(\.rawValue)
    return ValueKind<StyleChoice>(
      expected: "one of \(names.joined(separator: ", ")), or a path that ends in .style",
      // So many names in one word would be wider than any page of help.
      valueForm: "NAME|PATH", range: names.joined(separator: ", "), completion: .wordsOrFiles(names),
      parse: { text in
        if let style = FigureStyle(rawValue: text) { return .builtIn(style) }
        return text.hasSuffix(".style") && !text.utf8.contains { $0 < 32 } ? .file(text) : nil
      },
      print: { choice in
        switch choice {
        case .builtIn(let style): style.rawValue
        case .file(let path): path
        }
      })
  }()

  /// The theme that it begins with, and what it sets beside that.
  ///
  /// - Throws: `StyleFileError`, and `FileError` for a file that cannot be read.
  func read() throws -> (theme: Theme, settings: FigureSettings) {
    switch self {
    case .builtIn(let style): return (style.theme, FigureSettings())
    case .file(let path):
      return try about("style") {
        let file = try StyleFile(path: path)
        return (file.base.theme, file.settings)
      }
    }
  }

  private func about<Result>(_ option: String, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch { throw error.about(option) }
  }
}

/// A style as users write it: a line `name=value` for each option of figures, `style=NAME` for the built-in one that it
/// departs from, `#` before what is a comment.
///
///     # for our reports
///     style=column
///     width=84mm
///     font="TeX Gyre Pagella"
///     legend=below
package struct StyleFile {
  /// Bytes that a file may have.
  private static let sizeLimit = 1 << 16

  package private(set) var base = FigureStyle.notebook
  package private(set) var settings = FigureSettings()

  /// - Throws: `StyleFileError`, and `FileError` if the file cannot be read.
  init(path: String) throws {
    let reader = try FileReader(path: path, inflating: false)
    guard reader.size <= Self.sizeLimit else { throw StyleFileError(file: path, line: 1, .tooLarge(Self.sizeLimit)) }
    try self.init(String(decoding: reader.read(upTo: Self.sizeLimit), as: UTF8.self), path: path)
  }

  /// - Throws: `StyleFileError`.
  package init(_ text: String, path: String) throws(StyleFileError) {
    var seen: Set<String> = []
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    for (index, line) in lines.enumerated() {
      func fail(_ reason: StyleFileError.Reason) -> StyleFileError {
        StyleFileError(file: path, line: index + 1, reason)
      }
      let line = Self.trimmed(line)
      if line.isEmpty || line.hasPrefix("#") { continue }
      guard let equals = line.firstIndex(of: "=") else { throw fail(.noValue(line)) }
      let name = Self.trimmed(line[..<equals])
      guard let option = FigureSettings.options.first(where: { $0.name == name }), name != "sidecar" else {
        let names = FigureSettings.options.map(\.name).filter { $0 != "sidecar" }
        throw fail(.unknownName(name, nearest: Suggestion.nearest(to: name, among: names), known: names))
      }
      guard seen.insert(name).inserted else { throw fail(.twice(name)) }
      guard let value = Self.value(line[line.index(after: equals)...]) else { throw fail(.unclosedQuotes(name)) }
      guard option.read(value, into: &settings) else {
        throw fail(.badValue(name: name, expected: option.expected, found: value))
      }
      if let style = settings.style {
        guard case .builtIn(let style) = style else { throw fail(.ofFile) }
        base = style
        settings.style = nil
      }
    }
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    let blanks: Set<Character> = [" ", "\t", "\r"]
    var result = text.drop(while: blanks.contains)
    while let last = result.last, blanks.contains(last) { result = result.dropLast() }
    return String(result)
  }

  /// What stands behind the `=`: in quotes, or up to a comment; nil if quotes are not closed.
  private static func value(_ text: Substring) -> String? {
    let text = trimmed(text)
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      return trimmed(text.prefix { $0 != "#" })
    }
    let rest = text.dropFirst()
    guard let end = rest.firstIndex(of: quote) else { return nil }
    let behind = trimmed(rest[rest.index(after: end)...])
    return behind.isEmpty || behind.hasPrefix("#") ? String(rest[..<end]) : nil
  }
}

/// What is wrong with a style file, and in which line.
package struct StyleFileError: Error, Equatable, CustomStringConvertible {
  enum Reason: Equatable {
    case noValue(String)
    case unknownName(String, nearest: String?, known: [String])
    case twice(String)
    case unclosedQuotes(String)
    case badValue(name: String, expected: String, found: String)
    /// A style that departs from a file.
    case ofFile
    case tooLarge(Int)
  }

  let file: String
  package let line: Int
  let reason: Reason

  init(file: String, line: Int, _ reason: Reason) { (self.file, self.line, self.reason) = (file, line, reason) }

  package var description: String { "\(file.withoutControls()), line \(line): \(words)" }

  private var words: String {
    switch reason {
    case .noValue(let text): "expected name=value, found '\(text.withoutControls())'"
    case .unknownName(let name, let nearest, let known):
      "there is no '\(name.withoutControls())'"
        + (nearest.map { ": did you mean '\($0)'?" } ?? "; there are \(known.joined(separator: ", "))")
    case .twice(let name): "'\(name)' is there twice; leave one out"
    case .unclosedQuotes(let name): "the quotes of '\(name)' are not closed, or something stands behind them"
    case .badValue(let name, let expected, let found):
      "'\(name)' needs \(expected), found '\(found.withoutControls())'"
    case .ofFile: "style= names the built-in style that this one departs from, not a file"
    case .tooLarge(let limit): "expected a style of at most \(limit) bytes"
    }
  }
}
