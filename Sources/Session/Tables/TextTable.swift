import CommandLanguage

extension TableFormat {
  /// For a terminal: columns two spaces apart, numbers to the right.
  public static let text = TableFormat("text", ending: "txt", comment: ("", "")) { table in
    let layout = TextLayout(table)
    let header = table.hasHeader ? [layout.header] : []
    return (header + table.rows.map(layout.line)).joined(separator: "\n")
  }
}

/// Where the columns of a table in plain text stand.
struct TextLayout {
  private let columns: [Table.Column]
  private let widths: [Int]

  /// For the rows that a table has; one without rows has its columns' least widths.
  init(_ table: Table) {
    columns = table.columns
    let rows = table.spelledRows
    widths = table.columns.indices.map { column in
      rows.reduce(max(table.columns[column].width, DisplayWidth.of(table.columns[column].title))) {
        max($0, DisplayWidth.of($1[column]))
      }
    }
  }

  var header: String { line(columns.map(\.title)) }

  func line(_ row: [Table.Cell]) -> String { line(zip(row, columns).map { Table.spelled($0, $1.kind) }) }

  private func line(_ texts: [String]) -> String {
    let cells = texts.indices.map { column in
      let padding = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(texts[column])))
      return columns[column].isNumeric ? padding + texts[column] : texts[column] + padding
    }
    let line = cells.joined(separator: "  ")
    return String(line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)])
  }
}
