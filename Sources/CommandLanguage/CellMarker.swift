import Options

/// `# %% Title [markdown] key="value"`: jupytext's marker, the title before or behind the cell's type; keys are left
/// alone.
struct CellMarker {
  let title: String
  let isMarkdown: Bool

  init(_ line: String) {
    let words = line.drop { $0 == "#" || $0 == " " }.drop { $0 == "%" }.split(whereSeparator: \.isWhitespace)
      .prefix { !Self.isKey($0) }
    isMarkdown = words.contains("[markdown]") || words.contains("[md]")
    title = words.filter { !["[markdown]", "[md]", "[raw]"].contains($0) }.joined(separator: " ")
  }

  private static func isKey(_ word: Substring) -> Bool {
    word.firstIndex(of: "=").map { Spelling.isName(String(word[..<$0])) } ?? false
  }
}
