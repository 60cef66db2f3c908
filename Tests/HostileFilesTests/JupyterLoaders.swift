import CommandLanguage
import Files
import JSONValues
import Jupyter
import Notebooks
import Session
import TestSupport

extension Loader {
  /// What comes from Jupyter and its clients.
  static let jupyterLoaders: [Loader] = [
    Loader(
      name: "notebook", file: "x.ipynb", wholes: notebooks, fragments: json + members, reader: convertNotebook),
    Loader(
      name: "text of a notebook", file: "x.ipynb", wholes: these([words]), fragments: marks,
      packed: { allCells(of: String(decoding: $0, as: UTF8.self)) }, reader: convertNotebook),
    Loader(name: "connection file", file: "kernel.json", share: 5, wholes: these(connections), fragments: json) { _ in
      { path in
        let file = try ConnectionFile(path: path)
        for channel in ConnectionFile.Channel.allCases { _ = file.address(of: channel) }
      }
    },
    Loader(name: "JSON", file: "x.json", share: 10, wholes: these(values), fragments: json) { _ in
      { path in
        let value = try JSONValue(parsing: FileReader(path: path, inflating: false).read(upTo: 1 << 20))
        for text in [value.compact, value.indented] {
          guard try JSONValue(parsing: Array(text.utf8)).compact == value.compact else { throw OtherwiseError() }
        }
      }
    },
  ]

  /// What was read and written again is not what it was; says nothing that an error of a file says.
  private struct OtherwiseError: Error, CustomStringConvertible {
    let description = "it came back otherwise"
  }

  /// Reads a notebook, checks its script, and writes it in each form.
  private static func convertNotebook(in folder: ScratchFolder) throws -> (_ path: String) throws -> Void {
    let session = try QuietSession(in: folder)
    return { path in
      let source = try ScriptFile.read(path)
      try session.check(source)
      // What was taken is written as a notebook that says the same.
      let written = try Notebook(path: path).jupyter
      let again = try Notebook(jupyter: Array(written.utf8), path: "what was written")
      guard again.jupyter == written, again.source(name: path).bytes == source.bytes else { throw OtherwiseError() }
      try NotebookConversion.convert(path, to: "\(folder.path)/x.html", overwrite: true)
      let page = folder.text("x.html").lowercased()
      guard !page.contains("<script"), !page.contains("=\"javascript:") else { throw RunningError() }
    }
  }

  /// Something on a page may run.
  private struct RunningError: Error, CustomStringConvertible {
    let description = "something runs on the page"
  }

  // MARK: - Whole files

  /// Notebooks as this program writes them, of scripts and of a session, and as other programs do.
  private static func notebooks() throws -> [[UInt8]] {
    let scripts = try scripts().map {
      Notebook(script: SourceText(name: "", text: String(decoding: $0, as: UTF8.self)))
    }
    return try scripts.map { Array($0.jupyter.utf8) } + files(["ipynb"]) + [foreign, bare].map { Array($0.utf8) }
  }

  /// All kinds of cells and outputs.
  private static let foreign = #"""
    {
     "cells": [
      {"cell_type": "markdown", "id": "a1", "metadata": {"tags": []}, "attachments": {"p.png": {"image/png": "iVBORw0KGgo="}},
       "source": ["# Title\n", "\n", "| a | b |\n", "|---|--:|\n", "| <b>1</b> | [x](javascript:1) |\n"]},
      {"cell_type": "code", "execution_count": null, "id": "b2", "metadata": {"tags": ["parameters"]}, "outputs": [],
       "source": "default seed = 0"},
      {"cell_type": "code", "execution_count": 2, "id": "c3", "metadata": {"ddpm": {"script": "# %%\nevaluate\n"}},
       "outputs": [
        {"name": "stdout", "output_type": "stream", "text": ["a\u001b[31m\n", "\ud83d\ude42"]},
        {"name": "stderr", "output_type": "stream", "text": "b"},
        {"data": {"image/png": "iVBORw0KGgo=\n", "text/plain": ["x"], "application/json": {"a": [1.5e3, null]}},
         "metadata": {"image/png": {"height": 20, "width": 10}}, "output_type": "display_data"},
        {"data": {"text/html": ["<table><tr><th>a</th></tr>", "<tr><td style=\"text-align: right\">1</td></tr></table>"],
          "text/latex": "$1$"}, "execution_count": 2, "metadata": {}, "output_type": "execute_result"},
        {"data": {"image/svg+xml": ["<svg xmlns=\"http://www.w3.org/2000/svg\"/>"], "image/jpeg": "/9j/"},
         "metadata": {}, "output_type": "display_data", "transient": {"display_id": "1"}},
        {"ename": "E", "evalue": "v", "output_type": "error", "traceback": ["l1", "\u001b[0;31ml2"]},
        {"output_type": "update_display_data"}],
       "source": ["evaluate"]},
      {"cell_type": "raw", "id": "d4", "metadata": {"raw_mimetype": "text/x"}, "source": ["as <it> is\r\n"]}
     ],
     "metadata": {"kernelspec": {"display_name": "d", "language": "ddpm", "name": "d"},
      "language_info": {"codemirror_mode": {"name": "shell", "version": 3}, "name": "ddpm"}},
     "nbformat": 4, "nbformat_minor": 5
    }
    """#

  private static let bare =
    #"{"cells":[{"cell_type":"code","source":"for x in 1 2 {\r\n print $x }"}],"metadata":{},"nbformat":4,"nbformat_minor":0}"#

  /// Markdown with all that the page knows of it, and a script's marks.
  private static let words = Array(
    """
    # A *title* with `code`

    | a | b |
    |:--|--:|
    | 1 \\| 2 | **x** |

    ## A title with `code`
    > - [x] done <b onclick="x()">y</b> https://example.org ~~gone~~
    >   1. [a](javascript:alert(1)) ![p](data:image/png;base64,iVBORw0KGgo= "t") <https://e.org>

    # %% Next
    ```ddpm
    for x in 1 2 { print "$x" } # words
    ```
    a[^1] &amp; &#0; \\* <!-- c --> <table><tr><td>1</td></tr></table>
    ***

    """.utf8)

  private static let marks: [[UInt8]] = [
    "#", "# ", "|", "|--", "\n\n", "\n", "    ", "> ", "- ", "1. ", "```", "~~~", "`", "*", "_", "[", "](", ")", "![",
    "<", ">",
    "<script>", "<SCRIPT ", "javascript:", "data:text/html,", "&#x6a;", "&", "\\", "\r", "\t", "\u{0}", "é", "\u{202E}",
    "# %% ",
    "# %% [markdown] ", "{", "}", "$", "\"", "'", "<table>", "</td>", "<th>", "[^1]:", "~~", "- [ ] ", "https://",
    "<!--", "<a href=",
  ].map { Array($0.utf8) }

  /// A notebook with a text wherever one can be.
  private static func allCells(of text: String) -> [UInt8] {
    var code = NotebookCell(.code, text)
    code.outputs = [
      .stream(.stdout, text), .display(Display([(.text, text), (.svg, text)])),
      .result(Display([(.html, "<table>\(text)</table>"), (.png, text)])),
      .failure(NotebookOutput.Failure(name: text, message: text, lines: [text])),
    ]
    return Array(
      Notebook(header: text, cells: [NotebookCell(.markdown, text), code, NotebookCell(.raw, text), code]).jupyter.utf8)
  }

  private static let connections: [[UInt8]] = ["tcp", "ipc"].map { transport in
    Array(
      """
      {"shell_port": 57503, "iopub_port": 40885, "stdin_port": 52597, "control_port": 35555, "hb_port": 42541,
       "ip": "127.0.0.1", "key": "a0436f6c-1916", "transport": "\(transport)", "signature_scheme": "hmac-sha256",
       "kernel_name": "ddpm"}
      """.utf8)
  }

  /// One of each kind of value, and what is written otherwise than it is read.
  private static let values: [[UInt8]] = [
    #"{"a": [1, -2.5e-3, 1E300, -0, 0.1, 9223372036854775807, 18446744073709551616], "b": {"c": null, "d": [true, false]}}"#,
    #"["\u00e9\ud83d\ude42\u0000\u2028\/\b\f\n\r\t\"\\", "é🙂", "", [], {}, [[[[[[[[1]]]]]]]]]"#, "3", #""x""#,
  ].map { Array($0.utf8) }

  private static let members: [[UInt8]] = [
    "cells", "source", "cell_type", "code", "markdown", "outputs", "data", "metadata", "image/png", "text/html",
    "text/plain", "ddpm", "script", "header", "\"stream\"", "\"error\"", "traceback", "# %% ", "# %% [markdown] ",
    "\\r\\n",
    "<table>", "<script>", "<td>", "```", "](", "| --- |",
  ].map { Array($0.utf8) }
}
