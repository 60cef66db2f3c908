import CommandLanguage
import TensorEngine
import TestSupport
import Testing

@Suite struct HighlightingTests {
  private func pieces(_ text: String) -> [String] {
    let source = SourceText(name: "", text: text)
    return source.highlights.map { "\($0.kind.rawValue) \(source.text(in: $0.range))" }
  }

  @Test func everyKind() {
    #expect(
      pieces("# %% A\nlet x = 1e-3 # c\nfor y in 1 2 {\n  plot tsne out='a' b=$y }\n#= accuracy 1\nload \\\n  n=3") == [
        "comment # %% A", "keyword let", "variable x", "number 1e-3", "comment # c", "keyword for", "variable y",
        "keyword in", "number 1", "number 2", "verb plot", "option out", "string 'a'", "option b", "variable $y",
        "result #= accuracy 1", "verb load", "option n", "number 3",
      ])
  }

  /// In order, within the text, none over another: whatever is typed.
  @Test func anyText() {
    var author = ScriptAuthor(stream: RandomSource(seed: 3).derived("highlights").makeStream())
    for _ in 0..<2_000 {
      let source = SourceText(name: "", text: author.script())
      var end = 0
      for piece in source.highlights {
        #expect(piece.range.lowerBound >= end && piece.range.upperBound <= source.bytes.count && !piece.range.isEmpty)
        end = piece.range.upperBound
      }
    }
  }
}
