import CommandLanguage

/// How notebooks stand in scripts of the percent format.
///
/// A cell has one way in which it would be written; where a script has another, the cell keeps that beside its source, and
/// it is taken again as long as the cell was not edited. So a script comes back from a notebook byte for byte.
extension Notebook {
  /// The cells of a script, none of which was run.
  public init(script source: SourceText) {
    self.init()
    var texts = source.cellTexts[...]
    if let first = texts.first, first.marker.isEmpty {
      let text = source.text(in: first.range)
      if SourceText(piece: text).isComment {
        header = text
        texts = texts.dropFirst()
      }
    }
    for (index, text) in texts.enumerated() {
      var cell = NotebookCell(text, of: source, isFirst: index == 0)
      let exact = source.text(in: text.range)
      let usual = cell.usualScript(isFirst: index == 0, isLast: index == texts.count - 1)
      if !exact.utf8.elementsEqual(usual.utf8) { cell.script = exact }
      cells.append(cell)
    }
  }

  /// The notebook as a script; outputs have no place in it.
  public var script: String { pieces.map(\.text).joined() }

  /// The script as a source whose sections are the cells.
  public func source(name: String) -> SourceText {
    var sections: [SourceSection] = []
    var line = 1
    for (index, piece) in pieces.enumerated() {
      if index > 0 { sections.append(SourceSection(number: index, firstLine: line + piece.linesBefore)) }
      line += piece.text.utf8.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }
    return SourceText(name: name, text: script, sections: sections)
  }

  /// The script in its pieces: the header, then the cells, each with the number of lines that stand before its source.
  var pieces: [(text: String, linesBefore: Int)] {
    var pieces = [(isHeader(header) ? header : "", 0)]
    for (index, cell) in cells.enumerated() {
      let isLast = index == cells.count - 1
      if let last = pieces.last?.0.utf8.last, last != UInt8(ascii: "\n") { pieces[pieces.count - 1].0 += "\n" }
      let followsText = index == 0 || cells[index - 1].kind == .markdown
      let text =
        cell.storedScript(isFirst: index == 0, followsText: followsText)
        ?? cell.usualScript(isFirst: index == 0, isLast: isLast)
      pieces.append((text, cell.kind == .code ? cell.linesBeforeSource(in: text) : 0))
    }
    return pieces
  }

  /// What a file calls a header may be anything; only comments are one.
  private func isHeader(_ text: String) -> Bool {
    SourceText(piece: text).isComment
  }
}

extension NotebookCell {
  /// A cell as it stands in a script.
  fileprivate init(_ text: CellText, of source: SourceText, isFirst: Bool) {
    switch text.kind {
    case .markdown(let words):
      let heading = text.title.isEmpty ? [] : ["\(Self.headingMark(isFirst)) \(text.title)"]
      self.init(.markdown, (heading + (words.isEmpty ? [] : [words])).joined(separator: "\n\n"))
    case .code:
      let opening = source.text(in: text.marker)
      let isPlain = opening.isEmpty || opening.utf8.dropLast().elementsEqual(Self.plainMarker.utf8)
      let body = source.text(in: (isPlain ? text.marker.upperBound : text.range.lowerBound)..<text.range.upperBound)
      var end = body.utf8.lastIndex { $0 != UInt8(ascii: "\n") }.map(body.utf8.index(after:)) ?? body.startIndex
      // A line that goes on has one behind it, if it is empty.
      if end < body.endIndex, body.utf8[..<end].last(where: { $0 != UInt8(ascii: " ") }) == UInt8(ascii: "\\") {
        end = body.utf8.index(after: end)
      }
      self.init(.code, String(body[..<end]))
    }
  }

  private static let plainMarker = "# %%"

  /// A notebook's first heading is its title.
  private static func headingMark(_ isFirst: Bool) -> String { isFirst ? "#" : "##" }

  /// The cell's script as it was, if it still is the cell's.
  fileprivate func storedScript(isFirst: Bool, followsText: Bool) -> String? {
    guard let script else { return nil }
    let source = SourceText(piece: script)
    let texts = source.cellTexts
    guard texts.count == 1, followsText || !texts[0].marker.isEmpty else { return nil }
    let read = NotebookCell(texts[0], of: source, isFirst: isFirst)
    return read.kind == kind && read.source.utf8.elementsEqual(self.source.utf8) ? script : nil
  }

  /// The cell as it is written in a script; an empty line stands before the next.
  fileprivate func usualScript(isFirst: Bool, isLast: Bool) -> String {
    let end = isLast ? "\n" : "\n\n"
    switch kind {
    case .code:
      let first = SourceText(piece: source).cellTexts.first
      if let first, !first.marker.isEmpty { return source + end }
      return Self.plainMarker + (source.isEmpty ? "" : "\n") + source + end
    case .raw: return Self.plainMarker + " [raw]" + commented(source.lines[...]) + end
    case .markdown:
      var lines = source.lines[...]
      var marker = Self.plainMarker + " [markdown]"
      if let title = Self.title(of: lines.first ?? "", isFirst: isFirst) {
        marker += " " + title
        lines = lines.dropFirst().drop { $0.allSatisfy(\.isWhitespace) }
      }
      return marker + commented(lines) + end
    }
  }

  /// The title that a heading is; nil for another line, and for one that a marker cannot hold.
  private static func title(of line: String, isFirst: Bool) -> String? {
    let mark = headingMark(isFirst) + " "
    guard line.hasPrefix(mark) else { return nil }
    let title = String(line.dropFirst(mark.count))
    let marker = "\(plainMarker) [markdown] \(title)\n"
    guard let read = SourceText(piece: marker).cellTexts.first, !title.isEmpty, read.kind == .markdown(""),
      read.title.utf8.elementsEqual(title.utf8)
    else { return nil }
    return title
  }

  private func commented(_ lines: ArraySlice<String>) -> String {
    lines.map { line in
      // Two signs of percent behind a '#' would open a cell.
      line.isEmpty ? "\n#" : line.hasPrefix("%%") ? "\n#  \(line)" : "\n# \(line)"
    }.joined()
  }

  fileprivate func linesBeforeSource(in script: String) -> Int {
    let text = SourceText(piece: script)
    guard let first = text.cellTexts.first, !first.marker.isEmpty else { return 0 }
    return SourceText(piece: source).cellTexts.first.map(\.marker.isEmpty) ?? true ? 1 : 0
  }
}

extension String {
  var lines: [String] {
    utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { String($0)! }
  }
}
