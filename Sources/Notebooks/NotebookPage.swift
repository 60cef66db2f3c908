import CommandLanguage
import Files

/// A notebook as a page of HTML that is whole in itself: styles and pictures are in it, nothing is fetched and nothing
/// runs.
public struct NotebookPage: Sendable {
  public let notebook: Notebook
  /// What the page is called if no heading says it.
  public let name: String
  /// The script that leads to it, with its checksums.
  public let script: String
  /// Of this program.
  public let version: String

  public init(_ notebook: Notebook, name: String, script: String, version: String) {
    (self.notebook, self.name, self.script, self.version) = (notebook, name, script, version)
  }

  private static let stamp = StampedText(
    beginning: "<!DOCTYPE html>\n<!-- ddpm-repl notebook, sha256 of the lines below: ", end: " -->\n",
    limit: Notebook.sizeLimit)

  /// By which pages are known that stand as this program wrote them.
  public static let mark = stamp.mark

  public var html: String {
    var body = PageBody()
    for cell in notebook.cells { body.add(cell) }
    let title = body.title ?? name
    let heading = body.title == nil ? "<header><h1>\(HTML.escaped(title))</h1></header>\n" : ""
    let contents =
      body.contents.count < 2
      ? ""
      : """
      <nav aria-labelledby="contents-of-page">
      <h2 id="contents-of-page">Contents</h2>
      <ul>
      \(body.contents.map { "<li class=\"level\($0.level)\"><a href=\"#\($0.id)\">\(HTML.escaped($0.text))</a></li>" }
        .joined(separator: "\n"))
      </ul>
      </nav>

      """
    let shownScript =
      script.isEmpty
      ? ""
      : """
      <details>
      <summary>The script that leads here</summary>
      <pre class="script"><code>\(Self.highlighted(script.droppingLastNewline))</code></pre>
      </details>

      """
    return Self.stamp.stamped(
      """
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="ddpm-repl \(HTML.escaped(version))">
      <title>\(HTML.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      \(contents)<main>
      \(heading)\(body.html)\(shownScript)<footer>Written by ddpm-repl \(HTML.escaped(version))</footer>
      </main>
      </body>
      </html>

      """)
  }

  /// A script's text with its words marked as what they are.
  static func highlighted(_ text: String) -> String {
    let source = SourceText(piece: text)
    var html = ""
    var end = 0
    for piece in source.highlights {
      html += HTML.escaped(source.text(in: end..<piece.range.lowerBound))
      html += "<span class=\"\(piece.kind.rawValue)\">\(HTML.escaped(source.text(in: piece.range)))</span>"
      end = piece.range.upperBound
    }
    return html + HTML.escaped(source.text(in: end..<source.bytes.count))
  }
}

/// The cells of a page, and what stands in its list of contents.
private struct PageBody {
  private(set) var html = ""
  private(set) var contents: [Markdown.Heading] = []
  /// The first heading of all, if a cell of text begins with it before any code.
  private(set) var title: String?
  private var ids: [String: Int] = ["contents-of-page": 1]
  private var isBegun = false

  mutating func add(_ cell: NotebookCell) {
    switch cell.kind {
    case .markdown: add(text: cell.source)
    case .raw: html += "<pre class=\"raw\">\(HTML.escaped(cell.source.shown))</pre>\n"
    case .code: add(code: cell)
    }
    isBegun = true
  }

  private mutating func add(text: String) {
    var (ids, title) = (ids, title)
    let isFirst = !isBegun
    let markdown = Markdown(
      text, id: { Self.id($0, &ids) },
      level: { level, words in
        if isFirst, title == nil, !words.isEmpty {
          title = words
          return 1
        }
        return max(level, 2)
      })
    (self.ids, self.title) = (ids, title)
    contents += markdown.headings.filter { (2...3).contains($0.level) }
    html += "<section class=\"text\">\n\(markdown.html)</section>\n"
  }

  private mutating func add(code cell: NotebookCell) {
    html += "<section class=\"code\">\n"
    let title = cell.title
    if !title.isEmpty {
      let heading = Markdown.Heading(level: 2, text: title, id: Self.id(title, &ids))
      contents.append(heading)
      html += "<h2 id=\"\(heading.id)\">\(HTML.escaped(title))</h2>\n"
    }
    let body = cell.body
    if !body.isEmpty {
      let count = cell.executionCount.map { "<span class=\"count\">\($0)</span>" } ?? ""
      html += "<div class=\"input\">\(count)<pre><code>\(NotebookPage.highlighted(body.shown))</code></pre></div>\n"
    }
    for output in cell.outputs { html += PageOutput.html(of: output) }
    html += "</section>\n"
  }

  /// A name for a heading: its letters and digits, and a number where another has the same.
  private static func id(_ text: String, _ ids: inout [String: Int]) -> String {
    let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }
    let name = words.isEmpty ? "section" : String(words.joined(separator: "-").prefix(80))
    var candidate = name
    while let count = ids[candidate] {
      ids[candidate] = count + 1
      candidate = "\(name)-\(count + 1)"
    }
    ids[candidate] = 1
    return candidate
  }
}

extension String {
  fileprivate var droppingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
