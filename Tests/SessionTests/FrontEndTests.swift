import CommandLanguage
import Session
import TestSupport
import Testing

/// What front ends get: values instead of text, each once.
@Suite struct FrontEndTests {
  /// The events of `line`, by name.
  private func names(_ session: TestSession) -> [String] {
    session.frontEnd.events.map { event in
      switch event {
      case .began(let call): "began \(call.verb)"
      case .text: "text"
      case .table: "table"
      case .rows(_, let isFirst): isFirst ? "first row" : "row"
      case .page: "page"
      case .figure: "figure"
      case .cleared: "cleared"
      case .progress: "progress"
      case .diagnostic: "diagnostic"
      case .note: "note"
      case .ended(let run): "ended \(run.call.verb)"
      case .finished(let status): "finished \(status)"
      }
    }
  }

  @Test func aCommandIsAFrameAroundWhatItShows() throws {
    let session = try TestSession(from: Stage.modelled.state)
    session.run("pretrain epochs=2; help; clear; datasets; evaluate")
    #expect(
      names(session) == [
        "began pretrain", "first row", "row", "ended pretrain", "began help", "page", "ended help", "began clear",
        "cleared", "ended clear",
        "began datasets", "table", "text", "ended datasets", "began evaluate", "diagnostic", "ended evaluate",
        "finished failed",
      ])
    #expect(!session.frontEnd.progress.isEmpty)
    let fractions = session.frontEnd.progress.compactMap(\.fraction)
    #expect(fractions == fractions.sorted() && fractions.last == 1)
  }

  /// A notebook can show the table itself; who asked for a format gets that.
  @Test(arguments: [("evaluate", TableFormat.text), ("evaluate format=latex", .latex), ("info", .text)])
  func tablesAreValues(line: String, format: TableFormat) throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run(line) == .succeeded)
    let tables = session.frontEnd.events.compactMap { event -> (Table, TableFormat)? in
      if case .table(let table, let format) = event { (table, format) } else { nil }
    }
    #expect(tables.count == 1 && tables[0].1 == format)
    #expect(session.output.contains(format.written(tables[0].0)))
    #expect(TableFormat.html.written(tables[0].0).hasPrefix("<table>\n<tr>"))
  }

  /// The figure comes with the file's bytes, and its pixels are the file's.
  @Test(arguments: ["png", "svg", "pdf"])
  func figuresComeWithTheirBytes(ending: String) throws {
    let session = try TestSession(from: Stage.loaded.state)
    let path = "\(session.folder.path)/a.\(ending)"
    #expect(session.run("set inline=on; images count=3 out=\"\(path)\"") == .succeeded)
    let figures = session.frontEnd.events.compactMap { event -> Picture? in
      if case .figure(let picture, .on) = event { picture } else { nil }
    }
    let figure = try #require(figures.first)
    #expect(figures.count == 1 && figure.path == path && figure.format.rawValue == ending)
    #expect(figure.bytes == session.folder.bytes("a.\(ending)"))
    let pixels = try figure.image()
    #expect(session.run("images count=3 out=\"\(session.folder.path)/b.png\"") == .succeeded)
    guard case .figure(let other, _)? = session.frontEnd.events.dropLast(2).last else {
      Issue.record("no figure in \(names(session))")
      return
    }
    #expect(try pixels.pixels == other.image().pixels && pixels.channelCount == 3)
  }

  @Test func whatFailsSaysOfWhatKind() throws {
    let session = try TestSession(from: Stage.modelled.state, keepsGoing: true)
    session.run("evaluate; save /proc/none/a.ddpm; show x; load strokes count=$y")
    let problems = session.frontEnd.events.compactMap { event -> String? in
      if case .diagnostic(let diagnostic) = event { diagnostic.problem.name } else { nil }
    }
    // The last is found before anything runs.
    #expect(problems == ["ScriptError"])
    session.run("evaluate; save /proc/none/a.ddpm; show x")
    let runs = session.frontEnd.events.compactMap { event -> String? in
      if case .ended(let run) = event { run.failure?.problem.name } else { nil }
    }
    #expect(runs == ["ModelError", "FileError", "ShowError"])
  }

  /// Whatever a script or a file's name holds, it is shown as text.
  @Test func nothingSteersTheTerminal() throws {
    let session = try TestSession()
    session.run("let x = \"\u{1B}[31mred\u{1B}[0m\"; show x\nhistory")
    #expect(session.output.contains("\u{FFFD}[31mred") && !session.output.contains("\u{1B}"))
    session.output = ""
    session.run("repeat 1 {\n\tseed 3\n}\n# %%\nhistory 2")
    #expect(session.output == "2  repeat 1 {\n   \tseed 3\n   }\n3  history 2\n")
  }

  @Test func textsFitTheWindow() throws {
    let session = try TestSession()
    #expect(session.run("help train; status") == .succeeded)
    for event in session.frontEnd.events {
      guard let wide = event.text(width: 100), let narrow = event.text(width: 50) else { continue }
      #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 50 })
      #expect(narrow.filter { !$0.isWhitespace } == wide.filter { !$0.isWhitespace })
      // No wider than can be read, no narrower than makes sense.
      #expect(event.text(width: 500) == wide && event.text(width: 1) == event.text(width: 40))
    }
  }
}

/// A notebook's outputs: what each cell shows, as data of one kind or another.
private final class NotebookFrontEnd: FrontEnd {
  struct Output {
    let kind: String
    var data: String
  }

  private(set) var outputs: [Output] = []
  /// The one display of progress, as it was last.
  private(set) var display = ""
  private var growing: Table?
  var interruptions = 0

  func show(_ event: SessionEvent) {
    switch event {
    case .began: growing = nil
    case .progress(let progress): display = progress.label
    case .table(let table, .text): outputs.append(Output(kind: "text/html", data: TableFormat.html.written(table)))
    case .rows(let rows, _):
      if growing == nil { outputs.append(Output(kind: "text/html", data: "")) }
      var table = growing ?? Table(rows.columns)
      for row in rows.rows { table.add(row) }
      outputs[outputs.count - 1].data = TableFormat.html.written(table)
      growing = table
    case .figure(let picture, _):
      outputs.append(Output(kind: "image/\(picture.format.rawValue)", data: "\(picture.bytes.count) bytes"))
    case .diagnostic(let diagnostic):
      outputs.append(Output(kind: diagnostic.problem.name, data: DiagnosticRenderer().render(diagnostic)))
    case .note(let text): outputs.append(Output(kind: "stderr", data: text))
    default:
      if let text = event.text(width: 100) { outputs.append(Output(kind: "text/plain", data: text)) }
    }
  }
}

/// A front end is one conformance, also for one that is no terminal at all.
@Suite struct NotebookFrontEndTests {
  @Test func aNotebookGetsAllThatItNeeds() throws {
    let frontEnd = NotebookFrontEnd()
    let folder = ScratchFolder()
    let runner = try ScriptRunner(commands: sessionCommands, state: Stage.modelled.state, frontEnd: frontEnd)
    let script = "pretrain epochs=3; info; images count=2 out=\"\(folder.path)/a.svg\"; evaluate"
    #expect(runner.run(Script(script, name: "In [1]")) == .failed)
    let kinds = frontEnd.outputs.map(\.kind)
    #expect(kinds == ["text/html", "text/html", "text/plain", "image/svg", "ModelError"])
    // A header and three rows, in one table.
    #expect(frontEnd.outputs[0].data.split(separator: "\n").filter { $0.hasPrefix("<tr>") }.count == 4)
    #expect(frontEnd.outputs[3].data == "\(folder.bytes("a.svg").count) bytes")
    #expect(frontEnd.outputs[4].data.contains("In [1]:1:") && frontEnd.outputs[4].data.contains("^~~~~~~~\n"))
    #expect(frontEnd.display == "epoch 3 of 3")
  }
}
