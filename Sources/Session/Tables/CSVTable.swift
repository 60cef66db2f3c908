import CommandLanguage

extension TableFormat {
  /// Comma-separated values (RFC 4180): numbers in full, fractions as such, nothing where there is none.
  package static let csv = TableFormat("csv") { table in
    let rows = table.rows.map { row in
      row.map { cell -> String in
        switch cell {
        case .text(let text): quoted(text)
        case .number(let value): value.isFinite ? Number.spelling(value) : ""
        case .missing: ""
        }
      }
    }
    return ([table.columns.map { quoted($0.title) }] + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { "\",\n\r".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
