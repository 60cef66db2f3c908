import CommandLanguage

/// What a cell came to, on a page. Nothing of it can run, whoever wrote it.
enum PageOutput {
  static func html(of output: NotebookOutput) -> String {
    switch output {
    case .stream(let stream, let text):
      text.isEmpty ? "" : "<pre class=\"\(stream.rawValue)\">\(HTML.escaped(text.shown.withoutLastNewline))</pre>\n"
    case .failure(let failure): html(of: failure)
    case .display(let display), .result(let display): html(of: display)
    }
  }

  private static func html(of failure: NotebookOutput.Failure) -> String {
    let lines = failure.lines.isEmpty ? ["\(failure.name): \(failure.message)"] : failure.lines
    return "<pre class=\"error\">\(HTML.escaped(lines.joined(separator: "\n").shown))</pre>\n"
  }

  private static func html(of display: Display) -> String {
    let text = display[.text] ?? ""
    if let source = picture(display) {
      let size = display.size.map { " width=\"\($0.width)\" height=\"\($0.height)\"" } ?? ""
      let words = text.isEmpty ? "picture" : HTML.escaped(text.shown.replacing("\n", with: " "))
      return "<figure><img src=\"\(source)\" alt=\"\(words)\"\(size)></figure>\n"
    }
    if let table = display[.html], isPlainTable(table) { return "<div class=\"table\">\(table)</div>\n" }
    return text.isEmpty ? "" : "<pre class=\"stdout\">\(HTML.escaped(text.shown.withoutLastNewline))</pre>\n"
  }

  /// The picture's address, which is the picture itself; as an image nothing in it runs.
  private static func picture(_ display: Display) -> String? {
    for format in [Display.Format.png, .jpeg] {
      if let text = display[format].flatMap(Base64.checked) { return "data:\(format.rawValue);base64,\(text)" }
    }
    return display[.svg].map { "data:image/svg+xml;base64,\(Base64.encoded(Array($0.utf8)))" }
  }

  private static let tableTags: Set<Substring> = {
    var tags: Set<Substring> = ["<table>", "</table>", "<tr>", "</tr>", "</td>", "</th>", "<td>", "<th>"]
    tags.formUnion(["<td style=\"text-align: right\">", "<th style=\"text-align: right\">"])
    return tags
  }()

  /// Whether there is nothing but a table in it as this program writes them.
  private static func isPlainTable(_ html: String) -> Bool {
    guard html.hasPrefix("<table>"), html.hasSuffix("</table>") else { return false }
    var rest = html[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">"), tableTags.contains(rest[start...end]) else { return false }
      rest = rest[rest.index(after: end)...]
    }
    return true
  }
}

extension String {
  /// As it can stand on a page: without controls.
  var shown: String { withoutControls(keeping: ["\n", "\t"]) }

  fileprivate var withoutLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
