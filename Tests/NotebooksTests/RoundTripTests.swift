import CommandLanguage
import Files
import Glibc
import Notebooks
import TensorEngine
import TestSupport
import Testing

/// A script comes back from a notebook byte for byte.
@Suite struct RoundTripTests {
  private static let folder = #filePath.components(before: "/Tests/") + "/notebooks"

  /// What comes back of a text that went through a notebook's file.
  private func back(_ text: String) throws -> String {
    let notebook = Notebook(script: SourceText(name: "a.ddpm", text: text))
    let read = try Notebook(jupyter: Array(notebook.jupyter.utf8), path: "a.ipynb")
    #expect(read == notebook)
    return read.script
  }

  @Test func shippedNotebooks() throws {
    let names = FolderListing.names(startingWith: Self.folder + "/", endings: ["ddpm"])
    #expect(names.count >= 9)
    for name in names {
      let text = String(decoding: try FileReader(path: name).read(upTo: 1 << 20), as: UTF8.self)
      let script = try back(text)
      #expect(script.utf8.elementsEqual(text.utf8), "\(name)")
      // They are written as a notebook is: nothing needs to be kept beside the cells.
      #expect(!Notebook(script: SourceText(name: name, text: text)).jupyter.contains("\"script\""), "\(name)")
    }
  }

  @Test(arguments: [
    "", "\n", "\n\n", "# a comment", "# a comment\n", "info", "info\n", "info\n\n\n", "# %%", "# %%\n", "#%% A\ninfo",
    "# %% A title key=\"v\"\ninfo\n", "# %% [md]\n# text", "# %% [markdown] T\n\n#\n# a\n#b\n  # c  \n\ninfo\n",
    "# %% [markdown]\n# # Heading\n# text\n", "# h\n\n# %%\ninfo\n\n# %%\n\n\ninfo # c\n#= accuracy 0.5\n",
    "# %% [raw]\n# a\n", "# %% a\n# %% b\n# %%\n", "\u{FEFF}info\n", "# %% [md]\n\u{FEFF}info\n",
    "# %%\n\u{FEFF}info\n",
    "train \\\n# %% A\n", "# %% [markdown] e\u{301}\n# \u{e9}\n", "# %% [markdown] Set lr=0.1 now\n# x\n",
    "for x in 1 2 {\n# %% t\n  info\n}\n# %% A\ninfo\n", "for x in 1 2 {\n# %% t\n  info\n", "}\n# %% t\ninfo",
    "# %%\ninfo \\ \n\n\n# %%\ninfo",
  ]) func oddTexts(text: String) throws {
    let bytes = SourceText(name: "", text: text).bytes
    #expect(Array(try back(text).utf8) == bytes)
  }

  /// Statements, comments, results, cells and texts in any order, and the damaged scripts of the language's own tests.
  @Test func generatedScripts() throws {
    var author = ScriptAuthor(stream: RandomSource(seed: 5).derived("notebooks").makeStream())
    let lines = [
      "# %%\n", "# %% A title\n", "#%%\n", "# %% [markdown]\n", "# %% [markdown] On x\n", "# %% [md] a b=c\n", "\n",
      "\n",
      "# text\n", "#text\n", "#\n", "  # further in\n", "#= accuracy 0.9412  nmi 0.8930\n", "info\n",
      "let x = 'a'; info\n",
      "# %% [raw]\n", "for x in 1 2 {\n  info\n}\n", "# ## Below\n", "\t\n", "info # c", "\n", "%% x\n", "# %%%% y\n",
    ]
    for round in 0..<10_000 {
      var text = ""
      if round % 2 == 0 {
        if round % 4 == 0 { text = "# ddpm-repl session, sha256 of the lines below: 0123\n# version 1, seed 0\n\n" }
        for _ in 0..<author.stream.integer(below: 12) { text += author.one(of: lines) }
      }
      if round % 3 != 0 { text += author.script() }
      let source = SourceText(name: "a.ddpm", text: text)
      let script = try back(text)
      #expect(Array(script.utf8) == source.bytes, "\(text.debugDescription)")
      // The cells are those of the language.
      let parsed = Script(parsing: source)
      guard parsed.errors.isEmpty else { continue }
      let cells = parsed.cells.filter { !$0.statements.isEmpty }.count
      let notebook = Notebook(script: source)
      let own = notebook.cells.filter { $0.kind == .code && !Script($0.source, name: "").statements.isEmpty }
      #expect(cells == own.count, "\(text.debugDescription)")
    }
  }

  /// What was edited is written as the cell is now.
  @Test func editsAreKept() throws {
    var notebook = Notebook(script: SourceText(name: "", text: "#%%\ninfo   \n\n\n# %% [md]\n#text\n"))
    notebook.cells[0].source = "status"
    #expect(notebook.script == "# %%\nstatus\n\n# %% [md]\n#text\n")
    notebook.cells.swapAt(0, 1)
    #expect(notebook.script == "# %% [md]\n#text\n# %%\nstatus\n")
    notebook.cells[0].source = "%% no cell\n\nother"
    #expect(notebook.script == "# %% [markdown]\n#  %% no cell\n#\n# other\n\n# %%\nstatus\n")
  }

  /// Nothing that a reader of the notebook does not see is run.
  @Test func hiddenCommandsAreNot() throws {
    let hidden = #"""
      {"nbformat": 4, "metadata": {"ddpm": {"header": "# a\nsave x.ddpm overwrite=on\n"}}, "cells": [
      {"cell_type": "code", "source": "info", "metadata": {"ddpm": {"script": "# %%\nsave x.ddpm\n"}}},
      {"cell_type": "markdown", "source": "words", "metadata": {"ddpm": {"script": "save x.ddpm\n"}}}]}
      """#
    let notebook = try Notebook(jupyter: Array(hidden.utf8), path: "a.ipynb")
    #expect(notebook.script == "# %%\ninfo\n\n# %% [markdown]\n# words\n")
  }

  @Test func placesOfCells() throws {
    let text = "# h\n\n# %% [markdown] T\n# a\n\n# %% A\nlet x = 1\nfoo\n\n# %%\nbar\n"
    let source = Notebook(script: SourceText(name: "", text: text)).source(name: "a.ipynb")
    #expect(Array(source.bytes) == Array(text.utf8))
    #expect(source.nameAndLine(8) == "a.ipynb:cell 2:3" && source.nameAndLine(11) == "a.ipynb:cell 3:1")
    #expect(source.nameAndLine(10) == "a.ipynb:cell 3:1")
  }
}

extension String {
  func components(before word: String) -> String { String(self[..<(firstRange(of: word)?.lowerBound ?? endIndex)]) }
}
