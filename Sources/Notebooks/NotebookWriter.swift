import CommandLanguage
import Files
import JSONValues

/// Our kernel, as Jupyter knows it.
public enum KernelIdentity {
  /// Of the folder that it is installed in.
  public static let name = "ddpm"
  public static let language = "ddpm"
  public static let displayName = "ddpm-repl"

  /// What is said of the language: how its files are called and shown.
  public static let languageMembers: [(String, JSONValue)] = [
    ("name", .string(language)), ("mimetype", "text/x-ddpm"), ("file_extension", ".ddpm"), ("pygments_lexer", "bash"),
    ("codemirror_mode", "shell"),
  ]
}

extension Notebook {
  private static let stamp = StampedText(
    beginning: "{\n \"metadata\": {\n  \"ddpm\": {\n   \"sha256\": \"", end: "\"", limit: sizeLimit)

  /// By which files of Jupyter's are known that stand as this program wrote them.
  public static let jupyterMark = stamp.mark

  /// The notebook as a file of Jupyter's: nbformat 4.5, where each cell has a name that follows from its source.
  public var jupyter: String {
    var ours: JSONObject = ["sha256": ""]
    if !header.isEmpty { ours["header"] = .string(header) }
    let parameters = parametersCell
    var names: [String: Int] = [:]
    let notebook: JSONObject = [
      "metadata": [
        "ddpm": .object(ours),
        "kernelspec": [
          "display_name": .string(KernelIdentity.displayName), "language": .string(KernelIdentity.language),
          "name": .string(KernelIdentity.name),
        ],
        "language_info": .object(JSONObject(KernelIdentity.languageMembers)),
      ],
      "nbformat": 4, "nbformat_minor": 5,
      "cells": .array(
        cells.enumerated().map { index, cell in
          .object(cell.jupyter(id: Self.id(of: cell, &names), isParameters: index == parameters))
        }),
    ]
    let text = JSONValue.object(notebook).indented + "\n"
    let start = "{\n \"metadata\": {\n  \"ddpm\": {\n   \"sha256\": \"\"".utf8.count
    return Self.stamp.stamped(String(decoding: text.utf8.dropFirst(start), as: UTF8.self))
  }

  /// A name of the cell's own: names must differ, and stay the same while the cell does.
  private static func id(of cell: NotebookCell, _ names: inout [String: Int]) -> String {
    let name = String(MessageDigest.sha256(of: Array((cell.kind.rawValue + cell.source).utf8)).prefix(12))
    let count = (names[name] ?? 0) + 1
    names[name] = count
    return count == 1 ? name : "\(name)-\(count)"
  }
}

extension NotebookCell {
  fileprivate func jupyter(id: String, isParameters: Bool) -> JSONObject {
    var metadata: JSONObject = [:]
    if let script { metadata["ddpm"] = ["script": .string(script)] }
    if isParameters { metadata["tags"] = ["parameters"] }
    var members: [(String, JSONValue)] = [
      ("cell_type", .string(kind.rawValue)), ("id", .string(id)), ("metadata", .object(metadata)),
      ("source", Self.lines(source)),
    ]
    if kind == .code {
      members += [
        ("execution_count", executionCount.map { .integer($0) } ?? .null),
        (
          "outputs",
          .array(
            outputs.map { output in
              let (type, content) = output.message(executionCount: executionCount, text: Self.lines)
              return .object(
                JSONObject([("output_type", .string(type))] + content.members.map { ($0.name, $0.value) }))
            })
        ),
      ]
    }
    return JSONObject(members)
  }

  /// A text line by line, each with its newline, as Jupyter's files have it.
  private static func lines(_ text: String) -> JSONValue {
    let lines = text.lines
    let ended = lines.dropLast().map { $0 + "\n" } + (lines.last.map { $0.isEmpty ? [] : [$0] } ?? [])
    return .array(ended.map { .string($0) })
  }
}
