import CommandLanguage
import Notebooks

/// What was entered and what was shown for it, so that a session can be saved as a notebook at any moment.
///
/// It holds a fixed amount of outputs at most: beyond that the oldest go, and their cells say so.
package final class Transcript {
  private struct Entry {
    let cell: Cell
    let source: SourceText
    /// Whether its statements were run, and not only looked at.
    let isRun: Bool
    /// Whether outputs of it are no longer here.
    var isCutShort = false
  }

  private struct Shown {
    let entry: Int
    /// The statement of the entry's cell.
    let statement: Int
    var content: Content
    var size: Int
  }

  private enum Content {
    case output(NotebookOutput)
    /// Rows of one table that came one after the other.
    case rows(Table)
  }

  /// Bytes of outputs that are kept.
  static let usualLimit = 64 << 20
  /// Texts up to this long are joined with what follows.
  private static let joinedSize = 4096
  /// About what a row takes.
  private static let rowSize = 256

  private let limit: Int
  private var entries: [Entry] = []
  /// In order; those before `first` are gone.
  private var shown: [Shown] = []
  private var first = 0
  private var size = 0
  private var statement = 0
  private var isPaused = false

  package init(limit: Int = Transcript.usualLimit) { self.limit = limit }

  /// A cell begins that the user entered.
  ///
  /// - Parameter isRun: whether it is run, and not only shown to be wrong.
  package func enter(_ cell: Cell, of script: Script, isRun: Bool = true) {
    entries.append(Entry(cell: cell, source: script.source, isRun: isRun))
    (statement, isPaused) = (0, false)
  }

  /// What is shown from here on until the next entry is not the user's.
  func pause() { isPaused = true }

  package func note(_ event: SessionEvent) {
    guard !isPaused, !entries.isEmpty else { return }
    switch event {
    case .began(let call): reach(call.callers.last ?? call.location)
    case .diagnostic(let diagnostic):
      reach(diagnostic.callers.last ?? diagnostic.location)
      keep(event)
    case .rows(let table, let isFirst): keep(rows: table, isFirst: isFirst)
    case .cleared:
      while let last = shown.last, shown.count > first, last.entry == entries.count - 1 {
        size -= last.size
        shown.removeLast()
      }
    case .text, .table, .page, .figure, .note, .progress, .ended, .finished: keep(event)
    }
  }

  /// Goes on to the statement that a place of the entry's text is in.
  private func reach(_ place: SourceLocation) {
    let entry = entries[entries.count - 1]
    guard place.source === entry.source else { return }
    let statements = entry.cell.statements
    while statement + 1 < statements.count,
      statements[statement + 1].range.lowerBound <= place.range.lowerBound
    {
      statement += 1
    }
  }

  private func keep(_ event: SessionEvent) {
    guard let output = event.notebookOutput else { return }
    if case .stream(let stream, let text) = output, let last = latest, shown[last].size < Self.joinedSize,
      case .output(.stream(stream, let before)) = shown[last].content
    {
      shown[last].content = .output(.stream(stream, before + text))
      shown[last].size += output.size
      size += output.size
    } else {
      append(.output(output), size: output.size)
    }
  }

  private func keep(rows table: Table, isFirst: Bool) {
    if !isFirst, let last = latest, case .rows(var rows) = shown[last].content {
      // Held once, it grows in place.
      shown[last].content = .output(.stream(.stdout, ""))
      for row in table.rows { rows.add(row) }
      shown[last].content = .rows(rows)
      shown[last].size += Self.rowSize * table.rows.count
      size += Self.rowSize * table.rows.count
    } else {
      append(.rows(table), size: Self.rowSize * max(1, table.rows.count))
    }
  }

  /// The last output of the statement that runs.
  private var latest: Int? {
    guard shown.count > first, let last = shown.last, last.entry == entries.count - 1, last.statement == statement
    else { return nil }
    return shown.count - 1
  }

  private func append(_ content: Content, size: Int) {
    // An output of nothing takes room, too.
    let size = size + 64
    shown.append(Shown(entry: entries.count - 1, statement: statement, content: content, size: size))
    self.size += size
    while self.size > limit {
      self.size -= shown[first].size
      entries[shown[first].entry].isCutShort = true
      shown[first].content = .output(.stream(.stdout, ""))
      first += 1
    }
    guard first > 1024, first > shown.count / 2 else { return }
    shown.removeFirst(first)
    first = 0
  }
}

// MARK: - As a notebook

extension Transcript {
  /// Every cell that was entered; a script without cells has one a command. The last cells are left out if
  /// they do nothing but save notebooks.
  ///
  /// - Parameter header: lines of comments.
  package func notebook(header: [String]) -> Notebook {
    var notebook = Notebook(header: header.map { $0 + "\n" }.joined() + (header.isEmpty ? "" : "\n"))
    var outputs = shown[first...]
    var count = 0
    for (number, entry) in entries.enumerated() {
      let own = outputs.prefix { $0.entry == number }
      outputs = outputs.dropFirst(own.count)
      for (cell, statements) in Self.cells(of: entry) {
        var cell = cell
        if cell.kind == .code, entry.isRun {
          count += 1
          cell.executionCount = count
        }
        cell.outputs = own.filter { statements.contains($0.statement) }.map { Self.output($0.content) }.joined
        notebook.cells.append(cell)
      }
      if entry.isCutShort, let last = notebook.cells.indices.last {
        let words = "what came before this is left out: outputs of at most \(limit >> 20) MiB are kept\n"
        notebook.cells[last].outputs.insert(.stream(.stderr, words), at: 0)
      }
    }
    while let last = notebook.cells.last, last.kind == .code, Self.saves(last.source) { notebook.cells.removeLast() }
    return notebook
  }

  private static func output(_ content: Content) -> NotebookOutput {
    switch content {
    case .output(let output): output
    case .rows(let table): .result(table.display)
    }
  }

  /// The cells that an entry makes, and of each the statements that are in it.
  private static func cells(of entry: Entry) -> [(NotebookCell, Range<Int>)] {
    let statements = entry.cell.statements
    let text = SourceText(piece: entry.source.text(in: entry.cell.range))
    let isMarked = text.cellTexts.first.map { !$0.marker.isEmpty } ?? false
    guard !entry.source.isEntry, !isMarked, statements.count > 1 else {
      return Notebook(script: text).cells.prefix(1).map { cell in
        // What stands behind the cell in its script is of no account here.
        (cell.apart, 0..<max(1, statements.count))
      }
    }
    return statements.indices.map { index in
      let start = index == 0 ? entry.cell.range.lowerBound : statements[index - 1].range.upperBound
      let isLast = index == statements.count - 1
      let piece = entry.source.text(in: start..<(isLast ? entry.cell.range : statements[index].range).upperBound)
      let ends: Set<Character> = ["\n", ";", " "]
      let source = piece.drop { ends.contains($0) }.reversed().drop { $0 == "\n" || $0 == " " }.reversed()
      return (NotebookCell(.code, String(source)), index..<index + 1)
    }
  }

  /// Whether all that a source does is to save the session as a notebook.
  private static func saves(_ source: String) -> Bool {
    let script = Script(source, name: "")
    guard script.statements.count == 1, case .command(let command) = script.statements[0].kind,
      command.verb.text == SaveCommand.declaration.verb, let file = command.arguments.first?.value.range
    else { return false }
    let path = script.source.text(in: file).filter { $0 != "\"" && $0 != "'" }
    return [SessionFormat.notebook, .page].contains { $0.ending == SessionFormat.of(path)?.ending }
  }
}

extension [NotebookOutput] {
  /// Streams that follow each other as one.
  fileprivate var joined: [NotebookOutput] {
    var outputs: [NotebookOutput] = []
    var texts: [String] = []
    for (index, output) in enumerated() {
      guard case .stream(let stream, let text) = output else {
        outputs.append(output)
        continue
      }
      texts.append(text)
      if index + 1 < count, case .stream(stream, _) = self[index + 1] { continue }
      outputs.append(.stream(stream, texts.joined()))
      texts = []
    }
    return outputs
  }
}

/// Stands before a front end and takes down what it is shown.
final class TranscribingFrontEnd: FrontEnd {
  private let other: any FrontEnd
  private let transcript: Transcript

  init(before other: any FrontEnd, _ transcript: Transcript) { (self.other, self.transcript) = (other, transcript) }

  func show(_ event: SessionEvent) {
    transcript.note(event)
    other.show(event)
  }

  var interruptions: Int { other.interruptions }
}
