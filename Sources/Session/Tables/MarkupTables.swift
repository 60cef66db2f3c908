import CommandLanguage
import Notebooks

extension TableFormat {
  /// As GitHub, Jupyter and pandoc read it.
  public static let markdown = TableFormat("markdown", ending: "md", comment: ("<!-- ", " -->")) { table in
    func line(_ cells: [String]) -> String {
      "| " + cells.map(escapedForMarkdown).joined(separator: " | ") + " |"
    }
    let rule = table.columns.map { $0.isNumeric ? "---:" : "---" }
    return
      ([line(table.columns.map(\.title)), "|" + rule.joined(separator: "|") + "|"]
      + table.spelledRows.map(line)).joined(separator: "\n")
  }

  /// A `tabular` with the rules of the booktabs package; what columns have in common stands above them once.
  public static let latex = TableFormat("latex", ending: "tex", comment: ("% ", "")) { table in
    func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
    let body = table.rows.map { row in
      line(
        zip(row, table.columns).map { cell, column in
          guard case .text = cell else { return Table.spelled(cell, column.kind, percentSign: "\\,\\%", missing: "--") }
          return escapedForLatex(Table.spelled(cell, column.kind))
        })
    }
    let header =
      table.hasHeader
      ? groupHeader(table, line) + [line(table.columns.map { escapedForLatex($0.ownTitle) }), "\\midrule"] : []
    return
      (["\\begin{tabular}{\(table.columns.map { $0.isNumeric ? "r" : "l" }.joined())}", "\\toprule"]
      + header + body + ["\\bottomrule", "\\end{tabular}"]).joined(separator: "\n")
  }

  /// The groups of the columns, each over all of its own, with a rule below it; nothing where there are none.
  private static func groupHeader(_ table: Table, _ line: ([String]) -> String) -> [String] {
    guard table.columns.contains(where: { !$0.group.isEmpty }) else { return [] }
    var groups: [(name: String, columns: ClosedRange<Int>)] = []
    for (place, column) in table.columns.enumerated() {
      if let last = groups.last, last.name == column.group, !column.group.isEmpty {
        groups[groups.count - 1].columns = last.columns.lowerBound...place
      } else {
        groups.append((column.group, place...place))
      }
    }
    let cells = groups.map {
      $0.name.isEmpty ? "" : "\\multicolumn{\($0.columns.count)}{c}{\(escapedForLatex($0.name))}"
    }
    let rules = groups.filter { !$0.name.isEmpty }.map {
      "\\cmidrule(lr){\($0.columns.lowerBound + 1)-\($0.columns.upperBound + 1)}"
    }
    return [line(cells), rules.joined(separator: " ")]
  }

  /// A `table` element without looks of its own.
  public static let html = TableFormat("html", ending: "html", comment: ("<!-- ", " -->")) { table in
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + zip(cells, table.columns).map { text, column in
          "<\(tag)\(column.isNumeric ? " style=\"text-align: right\"" : "")>\(HTML.escaped(text))</\(tag)>"
        }.joined() + "</tr>"
    }
    return
      (["<table>"] + (table.hasHeader ? [row(table.columns.map(\.title), "th")] : [])
      + table.spelledRows.map { row($0, "td") } + ["</table>"])
      .joined(separator: "\n")
  }

  /// Text whose signs mean nothing: no bar ends a cell, and no name becomes a link, a tag or italics.
  private static func escapedForMarkdown(_ text: String) -> String {
    escaped(text) { character in
      switch character {
      case "|", "\\", "`", "*", "[", "]", "<", "&": "\\\(character)"
      default: nil
      }
    }
  }

  private static func escapedForLatex(_ text: String) -> String {
    escaped(text) { character in
      switch character {
      case "\\": "\\textbackslash{}"
      case "~": "\\textasciitilde{}"
      case "^": "\\textasciicircum{}"
      case "±": "$\\pm$"
      case "&", "%", "$", "#", "_", "{", "}": "\\\(character)"
      // Other signs in the usual encoding of fonts.
      case "<": "\\textless{}"
      case ">": "\\textgreater{}"
      case "|": "\\textbar{}"
      // At the beginning of a row they would be an argument of the end of the row before.
      case "[", "]", "*": "{\(character)}"
      default: nil
      }
    }
  }

  /// The text with what `replacement` gives in the place of a code point; those that it gives nothing for stay.
  private static func escaped(_ text: String, _ replacement: (Unicode.Scalar) -> String?) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if let sign = replacement(scalar) { result += sign } else { result.unicodeScalars.append(scalar) }
    }
    return result
  }
}
