import CommandLanguage
import Files
import JSONValues
import Notebooks
import Session
import TestSupport
import Testing

/// `save x.ipynb` and `save x.html`: what was entered with what it came to.
@Suite struct SavedNotebookTests {
  private func saved(_ session: TestSession, _ name: String = "s.ipynb") throws -> Notebook {
    #expect(session.run("save \"\(session.folder.path)/\(name)\"") == .succeeded, "\(session.errors)")
    return try Notebook(path: "\(session.folder.path)/\(name)")
  }

  @Test func cellsAsTheyWere() throws {
    let session = try TestSession()
    let script = """
      # A comment above.

      # %% [markdown] A title
      # Words.

      # %% Data
      load strokes count=40   # few
      for x in 1 2 {
        print "x is $x"
      }
      #= old

      # %%
      # nothing here
      """
    #expect(session.run(script) == .succeeded)
    let notebook = try saved(session)
    #expect(notebook.header.contains("seed 0") && notebook.header.contains("# data strokes"))
    #expect(
      notebook.cells.map(\.source) == [
        "# A title\n\nWords.",
        "# %% Data\nload strokes count=40   # few\nfor x in 1 2 {\n  print \"x is $x\"\n}\n#= old", "# nothing here",
      ])
    #expect(notebook.cells.map(\.executionCount) == [nil, 1, 2])
    let outputs = notebook.cells[1].outputs
    guard case .stream(.stdout, let text)? = outputs.first, outputs.count == 1 else {
      Issue.record("\(outputs)")
      return
    }
    #expect(text.contains("strokes: 40 images") && text.hasSuffix("x is 1\nx is 2\n"))
    // Again, over itself: what saves is no cell.
    #expect(try saved(session) == notebook)
    #expect(session.state.unsavedChanges == 1)
  }

  @Test func aCellACommandWhereThereWereNone() throws {
    let session = try TestSession()
    #expect(session.run("# first\nlet x = 2; show x\n\n# then\nrepeat 2 { print a }\nsave nothing.txt") == .failed)
    #expect(session.run("let x = 2; show x\n\n# then\nrepeat 2 { print a }\n") == .succeeded)
    let notebook = try saved(session)
    // What was refused was not run.
    #expect(notebook.cells[0].executionCount == nil)
    let cells = notebook.cells.suffix(3)
    #expect(cells.map(\.source) == ["let x = 2", "show x", "# then\nrepeat 2 { print a }"])
    #expect(cells.map(\.executionCount) == [1, 2, 3])
    #expect(cells.map(\.outputs) == [[], [.stream(.stdout, "x = 2\n")], [.stream(.stdout, "a\na\n")]])
    let failures = notebook.cells.flatMap(\.outputs).compactMap { output -> NotebookOutput.Failure? in
      if case .failure(let failure) = output { failure } else { nil }
    }
    #expect(failures.count == 1 && failures[0].lines.joined().contains("nothing.txt"), "\(failures)")
  }

  /// At a prompt or in Jupyter what was entered at once is a cell, however many commands it has.
  @Test func anEntryIsACell() throws {
    let session = try TestSession()
    session.runner.run(Script(parsing: SourceText(entry: 1, text: "print a\nprint b"), firstCell: 1))
    session.runner.run(Script(parsing: SourceText(entry: 2, text: "shw x"), firstCell: 2))
    session.runner.runUnremembered(Script("print hidden", name: "rc.ddpm"))
    let path = "\(session.folder.path)/e.ipynb"
    session.runner.run(Script(parsing: SourceText(entry: 3, text: "print c; save \"\(path)\""), firstCell: 3))
    let notebook = try Notebook(path: path)
    #expect(notebook.cells.map(\.source) == ["print a\nprint b", "shw x", "print c; save \"\(path)\""])
    #expect(notebook.cells[0].outputs == [.stream(.stdout, "a\nb\n")])
    #expect(notebook.cells[2].outputs == [.stream(.stdout, "c\n")])
  }

  /// A caret points at nothing once the line above it is broken.
  @Test func longWrongLinesFitThePage() throws {
    let session = try TestSession()
    #expect(session.run("print a; shw \(String(repeating: "x", count: 200))") == .failed)
    let failures = try saved(session).cells.flatMap(\.outputs).compactMap { output -> NotebookOutput.Failure? in
      if case .failure(let failure) = output { failure } else { nil }
    }
    let lines = try #require(failures.first).lines.dropFirst()
    #expect(lines.count == 2 && lines.map(\.count).max() == SessionEvent.notebookWidth, "\(lines)")
  }

  @Test func tablesAndPictures() throws {
    let session = try TestSession(from: Stage.trained.state)
    let folder = session.folder.path
    #expect(session.run("# %%\ntrain\n# %%\nevaluate\n# %%\nplot loss out=\"\(folder)/l.pdf\"") == .succeeded)
    #expect(session.run("# %%\nimages out=\"\(folder)/i.png\"; sample out=\"\(folder)/s.svg\"") == .succeeded)
    #expect(session.run("# %%\nset inline off; images out=\"\(folder)/j.png\"") == .succeeded)
    let notebook = try saved(session)
    func displays(_ cell: Int) -> [Display] {
      notebook.cells[cell].outputs.compactMap { output in
        switch output {
        case .display(let display), .result(let display): display
        case .stream, .failure: nil
        }
      }
    }
    // Rows that came one by one are a table.
    #expect(displays(0).first?[.html]?.hasPrefix("<table>\n<tr><th") == true && displays(0).count == 1)
    #expect(displays(0).first?[.text]?.contains("round") == true)
    #expect(displays(1).contains { $0[.html] != nil && $0[.latex] != nil })
    let drawn = try #require(displays(2).first)
    #expect(drawn[.png]?.hasPrefix("iVBORw0KGgo") == true && (drawn.size?.width ?? 0) > 100)
    #expect(displays(3).map { $0[.png] != nil } == [true, false] && displays(3)[1][.svg]?.contains("<svg") == true)
    #expect(displays(3)[0][.png] == Base64.encoded(session.folder.bytes("i.png")))
    #expect(displays(4).isEmpty)

    #expect(session.run("save \"\(folder)/s.html\"") == .succeeded)
    let page = session.folder.text("s.html")
    #expect(
      page.contains("<h1>s</h1>") && page.split(separator: "<img ").count == 4 && page.contains("sha256 of the lines"))
  }

  @Test func theOldestOutputsGo() throws {
    let transcript = Transcript(limit: 3_000)
    for (number, text) in ["print a", "print b", "print c"].enumerated() {
      let script = Script(parsing: SourceText(entry: number + 1, text: text), firstCell: number + 1)
      transcript.enter(script.cells[0], of: script)
      for _ in 0..<10 { transcript.note(.text(Passage(String(repeating: "\(number)", count: 200)))) }
      transcript.note(.progress(Progress("x")))
    }
    let notebook = transcript.notebook(header: [])
    #expect(notebook.cells.map { $0.outputs.isEmpty } == [false, false, false])
    let sizes = notebook.cells.map { $0.outputs.reduce(0) { $0 + $1.size } }
    #expect(sizes[0] < 200 && sizes[2] >= 2_000, "\(sizes)")
    guard case .stream(.stderr, let words)? = notebook.cells[0].outputs.first else {
      Issue.record("\(notebook.cells[0])")
      return
    }
    #expect(words.contains("left out"))
    transcript.note(.cleared)
    #expect(transcript.notebook(header: []).cells[2].outputs.isEmpty)
  }

  @Test func nothingToSaveAndFilesOfOthers() throws {
    let session = try TestSession()
    let path = "\(session.folder.path)/s"
    for ending in ["ipynb", "html"] {
      #expect(session.run("save \"\(path).\(ending)\"") == .failed)
      #expect(session.errors.contains("nothing has been done yet"))
    }
    session.errors = ""
    session.folder.write("s.ipynb", "{}")
    session.folder.write("s.html", "<!DOCTYPE html>")
    for ending in ["ipynb", "html"] {
      #expect(session.run("print a; save \"\(path).\(ending)\"") == .failed && session.errors.contains("overwrite=on"))
      #expect(session.run("print a; save \"\(path).\(ending)\" overwrite=on") == .succeeded)
      #expect(session.run("save \"\(path).\(ending)\"") == .succeeded)
    }
  }

  @Test func runOfANotebook() throws {
    let session = try TestSession()
    let notebook = Notebook(cells: [
      NotebookCell(.markdown, "# T\n\nx"), NotebookCell(.code, "default x = 1\nshow x"),
      NotebookCell(.raw, "show nothing"),
      NotebookCell(.code, "print b\nshow y"),
    ])
    let path = session.folder.write("a.ipynb", notebook.jupyter)
    #expect(session.run("let x = 5; run \"\(path)\" cells=2") == .succeeded)
    #expect(session.output.hasSuffix("x = 5\n"))
    #expect(session.run("cells \"\(path)\"") == .succeeded && session.output.contains("4  print b; show y"))
    #expect(session.run("run \"\(path)\"") == .failed)
    #expect(session.errors.contains("a.ipynb:cell 4:2:6: error"), "\(session.errors)")
    session.folder.write(
      "b.ipynb", #"{"nbformat": 4, "metadata": {"kernelspec": {"language": "python"}}, "cells": []}"#)
    #expect(session.run("run \"\(session.folder.path)/b.ipynb\"") == .failed && session.errors.contains("'python'"))
  }
}
