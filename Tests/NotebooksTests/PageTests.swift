import CommandLanguage
import Dispatch
import Notebooks
import Synchronization
import Testing

/// Pages are whole in themselves, and nothing on them runs.
@Suite struct PageTests {
  private func page(_ cells: [NotebookCell], script: String = "") -> String {
    NotebookPage(Notebook(cells: cells), name: "a<b", script: script, version: "1").html
  }

  @Test func headingsMakeTitleAndContents() {
    let html = page([
      NotebookCell(.markdown, "# A first *session*\n\nwords | here\n--- | ---\n1 | 2\n"),
      NotebookCell(.code, "# %% Data\ninfo"),
      NotebookCell(.markdown, "# Data\n\n### Data\n\n#### Deep"), NotebookCell(.code, "# %% ¡Größe & so!\ninfo"),
    ])
    #expect(html.contains("<title>A first session</title>"))
    #expect(html.contains("<h1 id=\"a-first-session\">\nA first <em>session</em>\n</h1>") && html.contains("<table>"))
    #expect(html.contains("<h2 id=\"data\">Data</h2>") && html.contains("<h2 id=\"data-2\">\nData\n</h2>"))
    #expect(html.contains("<h3 id=\"data-3\">\nData\n</h3>") && html.contains("<h4 id=\"deep\">\nDeep\n</h4>"))
    #expect(html.contains("<li class=\"level2\"><a href=\"#größe-so\">¡Größe &amp; so!</a></li>"))
    #expect(!html.contains("%%") && html.split(separator: "<h1").count == 2 && !html.contains("href=\"#deep\""))
    #expect(NotebookPage.mark.isCarried(by: Array(html.utf8)))
    #expect(!NotebookPage.mark.isCarried(by: Array(html.replacing("Größe", with: "Grösse").utf8)))
    let untitled = page([NotebookCell(.code, "info")])
    #expect(untitled.contains("<h1>a&lt;b</h1>") && !untitled.contains("<nav"))
  }

  /// A heading's links and words lie in the text's own node, which the page's takes the place of.
  @Test func headingsKeepTheirLinks() {
    for length in [1, 20, 100, 1000] {
      let address = "https://example.org/" + String(repeating: "é/x", count: length)
      let escaped = address.replacing("é", with: "%C3%A9")
      let html = page([
        NotebookCell(
          .markdown,
          "# One [link](<\(address)> \"its title\"), `code` and ![alt](<\(address)>)\n\n## ~~Two~~ \(address)\n")
      ])
      #expect(html.contains("One <a href=\"\(escaped)\" title=\"its title\">link</a>, <code>code</code> and <img src="))
      #expect(html.split(separator: "\"\(escaped)\"", omittingEmptySubsequences: false).count == 4, "\(html)")
      #expect(html.contains("<del>Two</del> <a href=\"\(escaped)\">\(address)</a>"))
    }
  }

  /// The parser's library keeps tables of its own that it changes while it reads.
  @Test func pagesAreMadeAtTheSameTime() {
    let pages = Mutex(Set<String>())
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<1000 {
        let html = page([NotebookCell(.markdown, "# ~~Two~~ https://example.org and words")])
        pages.withLock { _ = $0.insert(html) }
      }
    }
    let found = pages.withLock { $0 }
    #expect(found.count == 1 && found.allSatisfy { $0.contains("<del>Two</del> <a href=\"https://example.org\">") })
  }

  @Test func nothingRuns() {
    var code = NotebookCell(.code, "print '<script>alert(1)</script>'")
    code.outputs = [
      .stream(.stdout, "<script>\u{1B}[31m"),
      .result(Display([(.html, "<table><td onclick=\"x\">1</td></table>"), (.text, "t<")])),
      .display(Display([(.png, "AAAA\" onerror=\"x"), (.text, "p")])),
      .display(Display([(.svg, "<svg><script>x</script></svg>")])),
      .display(Display([(.html, "<script>x</script>")])),
      .failure(NotebookOutput.Failure(name: "<b>", message: "<i>", lines: [])),
    ]
    let html = page(
      [
        NotebookCell(
          .markdown, "<script>alert(1)</script>\n\n<img src=x onerror=y>\n\n[a](javascript:x) [b](data:text/html,x)"),
        code,
        NotebookCell(.raw, "<style>"),
      ], script: "# <script>\n")
    #expect(!html.contains("<script") && !html.contains("onclick") && !html.contains("onerror"))
    #expect(!html.contains("javascript:") && !html.contains("data:text") && !html.contains("\u{1B}"))
    #expect(html.contains("default-src 'none'") && html.contains("src=\"data:image/svg+xml;base64,"))
    #expect(html.contains("<pre class=\"stdout\">t&lt;</pre>") && html.contains("<pre class=\"stdout\">p</pre>"))
  }

  @Test func whatCellsCameTo() {
    var cell = NotebookCell(.code, "evaluate out=\"$x/a\" # why\n#= accuracy 1")
    cell.executionCount = 4
    let table =
      "<table>\n<tr><th>a</th><th style=\"text-align: right\">b</th></tr>\n<tr><td>&lt;</td><td style=\"text-align: right\">1</td></tr>\n</table>"
    cell.outputs = [
      .result(Display([(.text, "t"), (.html, table)])),
      .display(Display([(.png, "QUJD\nREVG"), (.text, "figure \"a\"")], size: Display.Size(width: 30, height: 20))),
      .display(Display([(.text, ""), (.html, "")])),
    ]
    let html = page([cell], script: "# sha256 1f\ninfo\n")
    #expect(html.contains("<span class=\"count\">4</span>") && html.contains("<div class=\"table\">\(table)</div>"))
    #expect(
      html.contains(
        "<img src=\"data:image/png;base64,QUJDREVG\" alt=\"figure &quot;a&quot;\" width=\"30\" height=\"20\">"))
    #expect(
      html.contains(
        "<span class=\"verb\">evaluate</span> <span class=\"option\">out</span>=<span class=\"string\">&quot;</span>"
          + "<span class=\"variable\">$x</span><span class=\"string\">/a&quot;</span> <span class=\"comment\"># why</span>"
      ))
    #expect(html.contains("<span class=\"result\">#= accuracy 1</span>"))
    #expect(html.contains("<summary>") && html.contains("<span class=\"comment\"># sha256 1f</span>"))
  }
}
