import CommandLanguage
import Testing

@Suite struct DiagnosticRendererTests {
  private struct LongFailure: ErrorInLines, CustomStringConvertible {
    let hasLines = true
    let description = "the files were not found; looked in\n  ./data/mnist\nPut them there"
  }

  @Test func messagesWrapWhereAsked() {
    let source = SourceText(name: "a.ddpm", text: "info")
    let long = Problem.commandFailed(LongFailure())
    let diagnostic = Diagnostic(long, at: SourceLocation(source: source, range: 0..<4))
    #expect(
      DiagnosticRenderer(width: 40, wrapsMessages: true).render(diagnostic) == """
        a.ddpm:1:1: error: the files were not
          found; looked in
          ./data/mnist
        Put them there
          info
          ^~~~

        """)
    #expect(DiagnosticRenderer(width: 40).render(diagnostic).contains("the files were not found; looked in\n"))
  }

  func first(_ text: String, name: String = "notebooks/mnist.ddpm", width: Int = 120) -> String {
    let problems = Script(text, name: name).check(against: toyTable)
    return problems.isEmpty ? "" : DiagnosticRenderer(width: width).render(problems[0])
  }

  @Test func theSpecifiedForm() {
    let text = String(repeating: "\n", count: 11) + "train rounds=5 lamda=0.1"
    #expect(
      first(text) == """
        notebooks/mnist.ddpm:12:16: error: train has no option 'lamda' (did you mean 'lambda'?)
          train rounds=5 lamda=0.1
                         ^~~~~

        """)
    #expect(
      first("info 'a", name: "<stdin>") == """
        <stdin>:1:6: error: this string is never closed: it must end on its line
          info 'a
               ^

        """)
    #expect(
      first("repeat 2", name: "In [3]") == """
        In [3]:1:9: error: repeat needs a block: put '{' at the end of its line
          repeat 2
                  ^

        """)
  }

  @Test func tabsAndWideCharacters() {
    #expect(
      first("\tinfo 1 日本 @") == """
        notebooks/mnist.ddpm:1:12: error: unexpected '@'; put text with such characters in quotes
                  info 1 日本 @
                              ^

        """)
    #expect(
      first("train rounds=日本") == """
        notebooks/mnist.ddpm:1:14: error: rounds needs a whole number from 1 to 100000, not '日本'
          train rounds=日本
                       ^~~~

        """)
  }

  @Test func controlCharactersAreNotPassedOn() {
    let text = first("train rounds=\"\u{1B}[31m\u{202E}x\"") + first("info \u{7}")
    #expect(!text.unicodeScalars.contains { [0x1B, 0x7, 0x202E].contains($0.value) })
    #expect(text.contains("not '\u{FFFD}[31m\u{FFFD}x'"))
  }

  /// A name in a message breaks no line.
  @Test func aMessageIsOneLineUnlessItSaysOtherwise() {
    struct Failure: Error, CustomStringConvertible { let description = "cannot write a\nb\u{2028}c" }
    let source = SourceText(name: "a\n.ddpm", text: "info")
    let diagnostic = Diagnostic(.commandFailed(Failure()), at: SourceLocation(source: source, range: 0..<4))
    let lines = DiagnosticRenderer().render(diagnostic).split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasSuffix("error: cannot write a\u{FFFD}b\u{FFFD}c"))
    #expect(first("plot \"a\\nb\"").split(separator: "\n").count == 3)
  }

  @Test func longLinesAreShownAroundTheCaret() {
    let text =
      "load " + String(repeating: "a", count: 300) + " splt=test count=all " + String(repeating: "#", count: 300)
    #expect(
      first(text, width: 60) == """
        notebooks/mnist.ddpm:1:307: error: load has no option 'splt' (did you mean 'split'?)
          …aaaaaaaaaaaaaaaaaa splt=test count=all ###################…
                              ^~~~

        """)
    let wide = first("info 1 2 \"" + String(repeating: "日本", count: 10_000) + "\"", width: 40)
    let lines = wide.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.dropFirst().allSatisfy { $0.reduce(0) { $0 + DisplayWidth.of($1) } <= 42 })
    #expect(lines[2].hasPrefix("           ^~~~"))
  }

  @Test func longValuesAreShortened() {
    let text = first("train rounds=" + String(repeating: "x", count: 1_000_000))
    #expect(text.utf8.count < 500)
  }
}
