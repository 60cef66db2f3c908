import JSONValues
import TestSupport
import Testing

/// `ddpm-repl convert`, and `--check` for editors.
@Suite(.serialized) struct NotebookToolTests {
  let folder = ScratchFolder()
  var tool: Tool { Tool(in: folder) }

  private func problems(_ result: Tool.Result) throws -> [JSONObject] {
    let parsed = try JSONValue(parsing: result.output.utf8)
    return try #require(parsed.array).compactMap(\.object)
  }

  @Test func thereAndBack() throws {
    let text = "# h\n\n# %% [markdown] T\n# words\n\n# %% A\ndefault x = 1\nshow x\n#= a 1\n\n\n#%%\nshow x"
    folder.write("a.ddpm", text)
    #expect(try tool.run("convert", "a.ddpm", "a.ipynb").status == 0)
    #expect(try tool.run("convert", "a.ipynb", "b.ddpm").status == 0)
    #expect(folder.text("b.ddpm") == text)
    #expect(try tool.run("a.ipynb", "-p", "x=3").output == "x = 3\nx = 3\n")
    #expect(try tool.run("convert", "a.ipynb", "a.html").status == 0)
    #expect(folder.text("a.html").contains("<title>T</title>"))
    // Our own are replaced, others are not.
    for target in ["a.ipynb", "a.html"] { #expect(try tool.run("convert", "b.ddpm", target).status == 0) }
    let refused = try tool.run("convert", "a.ipynb", "a.ddpm")
    #expect(refused.status == 1 && refused.errors.contains("a.ddpm exists") && folder.text("a.ddpm") == text)
    #expect(try tool.run("convert", "a.ipynb", "a.ddpm", "--overwrite").status == 0)
    #expect(folder.names == ["a.ddpm", "a.html", "a.ipynb", "b.ddpm"])
  }

  @Test func whatIsNotConverted() throws {
    folder.write("a.ddpm", "info\n")
    folder.write("p.ipynb", #"{"nbformat": 4, "metadata": {"kernelspec": {"language": "python"}}, "cells": []}"#)
    for (arguments, words) in [
      (["a.ddpm", "a.txt"], ".ddpm, .ipynb or .html"), (["a.html", "c.ddpm"], ".ddpm or .ipynb"),
      (["a.ddpm", "./a.ddpm", "--overwrite"], "both"), (["p.ipynb", "p.ddpm"], "'python'"),
      (["none.ddpm", "b.ipynb"], "none.ddpm"), (["a.ddpm", "a.ddpm/b.ipynb"], "a.ddpm"),
    ] {
      let result = try tool.start(["convert"] + arguments).wait()
      #expect(
        result.status == 1 && result.errors.hasPrefix("ddpm-repl: ") && result.errors.contains(words), "\(result)")
    }
    #expect(try tool.run("convert", "a.ddpm").status == 64)
    #expect(folder.names == ["a.ddpm", "p.ipynb"])
  }

  @Test func problemsForEditors() throws {
    folder.write("a.ddpm", "info\n  train rounds=5 lamda=0.1\nlod x\n")
    folder.write("b.ddpm", "info\n")
    let result = try tool.run("--check", "--format=json", "a.ddpm", "b.ddpm", "missing.ddpm")
    #expect(result.status == 1 && result.errors == "")
    let found = try problems(result)
    #expect(found.count == 3)
    #expect(
      found[0].members.map(\.name) == [
        "file", "line", "column", "endLine", "endColumn", "severity", "message", "suggestion",
      ])
    #expect(
      found[0]["file"] == "a.ddpm" && found[0]["line"] == 2 && found[0]["column"] == 18 && found[0]["endLine"] == 2
        && found[0]["endColumn"] == 23 && found[0]["severity"] == "error" && found[0]["suggestion"] == "lambda")
    #expect(found[0]["message"] == "train has no option 'lamda'" && found[1]["line"] == 3)
    #expect(found[2]["file"] == "missing.ddpm" && found[2]["line"] == 1 && found[2]["suggestion"] == .null)
    let clean = try tool.run("--check", "--format=json", "b.ddpm")
    #expect(clean.status == 0 && clean.output == "[]\n")
    #expect(try tool.run("--format=json", "b.ddpm").status == 64)
    #expect(try tool.run("--check", "--format=text", "b.ddpm").output == "b.ddpm: nothing wrong in 1 cell\n")
    let entered = try problems(tool.run("--check", "--format=json", input: "lod x"))
    #expect(entered.count == 1 && entered[0]["file"] == "<stdin>")
  }

  @Test func problemsInCells() throws {
    folder.write("a.ddpm", "# %% [markdown]\n# x\n\n# %% A\ninfo\n\n# %%\n\ninfo\ntrain rouds=1\n")
    #expect(try tool.run("convert", "a.ddpm", "a.ipynb").status == 0)
    let found = try problems(tool.run("--check", "--format=json", "a.ipynb"))
    #expect(found.count == 1 && found[0]["cell"] == 3 && found[0]["line"] == 3 && found[0]["column"] == 7)
    #expect(
      try tool.run("--check", "a.ipynb").errors.hasPrefix("a.ipynb:cell 3:3:7: error: train has no option 'rouds'"))
  }

  /// Of a text with too much wrong, that is said.
  @Test func moreThanAreKept() throws {
    folder.write("a.ddpm", String(repeating: "lod\n", count: 30))
    let found = try problems(tool.run("--check", "--format=json", "a.ddpm"))
    #expect(found.count == 21 && found[20]["severity"] == "information" && found[20]["message"] == "10 more errors")
  }
}
