import CommandLanguage
import Testing
import ddpm_repl

@Suite struct DiagnosticColourTests {
  @Test func severityAndMarkAreColoured() {
    let spans = DiagnosticRenderer().spans(Script("info @", name: "t").errors[0])
    #expect(
      spans.map(\.coloured).joined() == """
        t:1:6: \u{1B}[1;31merror:\u{1B}[0m unexpected '@'; put text with such characters in quotes
          info @
               \u{1B}[1;32m^\u{1B}[0m

        """)
  }
}
