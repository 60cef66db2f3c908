import CommandLanguage
import Files
import JSONValues
import Notebooks
import TestSupport
import Testing

/// Notebooks of others are read as they come; what is none, or not for us, is refused.
@Suite struct JupyterFileTests {
  private func read(_ text: String) throws -> Notebook { try Notebook(jupyter: Array(text.utf8), path: "a.ipynb") }

  @Test func foreignForms() throws {
    let old = #"""
      {"nbformat_minor": 0, "cells": [
       {"source": ["load strokes\n", "info"], "outputs": [
         {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
         {"output_type": "pyout", "text": "c"},
         {"data": {"text/plain": ["x"], "image/png": "iVBORw0KGgo=\n", "application/json": {"a": [1]}},
          "output_type": "display_data", "metadata": {"image/png": {"height": 20, "width": 10}}},
         {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["l1", "l2"]}],
        "metadata": {"collapsed": false, "tags": []}, "execution_count": 7, "cell_type": "code"},
       {"metadata": {}, "attachments": {}, "source": "## Two\n\nwords", "cell_type": "markdown"},
       {"metadata": {}, "source": "as it is", "cell_type": "raw", "id": "x"}],
       "metadata": {"language_info": {"version": "1", "name": "ddpm"}, "kernelspec": {"name": "other", "language": "ddpm"}},
       "nbformat": 4}
      """#
    let notebook = try read(old)
    #expect(notebook.cells.map(\.kind) == [.code, .markdown, .raw])
    #expect(notebook.cells[0].source == "load strokes\ninfo" && notebook.cells[0].executionCount == 7)
    let picture = Display(
      [(.text, "x"), (.png, "iVBORw0KGgo=\n")], size: Display.Size(width: 10, height: 20))
    #expect(
      notebook.cells[0].outputs == [
        .stream(.stdout, "a\nb\n"), .display(picture),
        .failure(NotebookOutput.Failure(name: "E", message: "v", lines: ["l1", "l2"])),
      ])
    #expect(
      notebook.script
        == "# %%\nload strokes\ninfo\n\n# %% [markdown] Two\n# words\n\n# %% [raw]\n# as it is\n")
    // Without a word on its language, of any minor version, with line ends of other systems.
    let bare = try read(
      #"{"cells": [{"cell_type": "code", "source": "a\r\nb\rc\r\r\nd"}], "nbformat": 4, "nbformat_minor": 9, "metadata": {}}"#
    )
    #expect(bare.cells[0].source.utf8.elementsEqual("a\nb\nc\n\nd".utf8))
  }

  @Test(arguments: [
    ("", "no notebook"), ("[]", "no notebook"), ("{}", "format 4"), (#"{"nbformat": 3, "worksheets": []}"#, "format 3"),
    (#"{"nbformat": 4, "cells": {}}"#, "an array"), (#"{"nbformat": 4, "cells": [{}]}"#, "cell 1"),
    (#"{"nbformat": 4, "cells": [{"cell_type": "heading"}]}"#, "heading"),
    (#"{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}"#, "a string"),
    (#"{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "python"}}}"#, "'python'"),
    (#"{"nbformat": 4, "cells": [], "metadata": {"language_info": {"name": "R"}}}"#, "'R'"),
    (#"{"nbformat": 4, "cells": []} x"#, "the end"), (#"{"nbformat": 4, "nbformat": 4}"#, "twice"),
  ]) func othersAreRefused(text: String, words: String) {
    let error = #expect(throws: NotebookError.self) { try read(text) }
    #expect(
      error.map { "\($0)".contains(words) && "\($0)".contains("a.ipynb") } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test func hostileOnesEndSoon() throws {
    let deep = String(repeating: "[", count: 1 << 20)
    for text in [deep, #"{"metadata": "# + deep, #"{"cells": [{"source": "# + deep, #"{"cells": "# + deep] {
      #expect(throws: NotebookError.self) { try read(text) }
    }
    let wide = #"{"x": [\#(String(repeating: "[],", count: 1 << 20))1], "nbformat": 4, "cells": []}"#
    #expect(try read(wide).cells.isEmpty)
    let many = #"{"nbformat": 4, "cells": [\#(String(repeating: #"{"cell_type": "raw"},"#, count: 100_000))"#
    #expect(throws: NotebookError.self) { try read(many + #"{"cell_type": "raw"}]}"#) }
    let folder = ScratchFolder()
    let path = folder.write("a.ipynb", "{\"nbformat\": 4, \"cel")
    let time = processorTime { #expect(throws: NotebookError.self) { try Notebook(path: path) } }
    #expect(time < .seconds(1))
    #expect(throws: NotebookError.self) { try Notebook(path: folder.path) }
    #expect(throws: NotebookError.self) { try Notebook(path: folder.path + "/missing.ipynb") }
  }

  /// Cut anywhere, a notebook is refused and nothing else happens.
  @Test func anyBeginningIsRefused() throws {
    let whole = Array(Notebook(script: SourceText(name: "", text: "# %% A\ninfo\n\n# %% [md] T\n# x\n")).jupyter.utf8)
    for count in 0..<whole.count - 1 {
      #expect(throws: NotebookError.self) { try Notebook(jupyter: Array(whole[..<count]), path: "a.ipynb") }
    }
  }

  @Test func namesAndMarks() throws {
    let text = "# %%\ndefault seed = 0\ndefault out = figures\n\n# %%\ninfo\n\n# %%\ninfo\n"
    var notebook = Notebook(script: SourceText(name: "", text: text))
    let file = notebook.jupyter
    #expect(Notebook.jupyterMark.isCarried(by: Array(file.utf8)))
    #expect(!Notebook.jupyterMark.isCarried(by: Array(file.replacing("info", with: "inf").utf8)))
    let parsed = try JSONValue(parsing: file.utf8)
    let json = try #require(parsed.object)
    let cells = (json["cells"]?.array ?? []).compactMap(\.object)
    try #require(cells.count == 3)
    let ids = cells.compactMap { $0["id"]?.string }
    #expect(Set(ids).count == 3 && ids[2] == ids[1] + "-2")
    #expect(json["nbformat_minor"] == 5 && cells[0]["metadata"]?.object?["tags"] == ["parameters"])
    #expect(cells[1]["metadata"]?.object?.isEmpty == true && cells[1]["source"] == ["info"])
    #expect(cells[0]["source"] == ["default seed = 0\n", "default out = figures"])
    #expect(notebook.jupyter == file)
    // Only where a value set behind the cell means what one set before it does.
    for first in ["default seed = $x", "default seed = 0\nseed $seed", "let seed = 0", "default = "] {
      notebook.cells[0].source = first
      #expect(notebook.parametersCell == nil, "\(first)")
    }
    notebook.cells[0].source = "# nothing"
    notebook.cells[1].source = "default a = 1,2; default b = 'x'"
    #expect(notebook.parametersCell == 1)
  }

  @Test func outputsComeBack() throws {
    var cell = NotebookCell(.code, "evaluate")
    cell.executionCount = 3
    cell.outputs = [
      .stream(.stderr, "a\n\nb"), .result(Display([(.text, "t"), (.html, "<table>\n</table>"), (.latex, "x")])),
      .display(Display([(.svg, "<svg/>"), (.text, "figure")])),
      .failure(NotebookOutput.Failure(name: "N", message: "m", lines: ["1"])),
    ]
    let notebook = Notebook(header: "# h\n\n", cells: [cell])
    #expect(try read(notebook.jupyter) == notebook)
  }
}
