import CommandLanguage
import Options

extension TableFormat {
  /// Comma-separated values, quoted as RFC 4180 has it, a line a row, ended by a newline alone: numbers in full,
  /// fractions as such, nothing where there is none.
  public static let csv = TableFormat("csv", ending: "csv", comment: nil) { table in
    let rows = table.rows.map { row in
      row.map { cell -> String in
        switch cell {
        case .text(let text): quoted(text)
        case .number(let value): value.isFinite ? Number.spelling(value) : ""
        case .missing: ""
        }
      }
    }
    let header = table.hasHeader ? [table.columns.map { quoted($0.title) }] : []
    return (header + rows).map { $0.joined(separator: ",") }.joined(separator: "\n")
  }

  private static func quoted(_ text: String) -> String {
    let text = text.withoutControls()
    // By code points: to Swift a comma under an accent is no comma.
    let quote: Unicode.Scalar = "\""
    guard text.unicodeScalars.contains(where: { $0 == quote || $0 == "," }) else { return text }
    let doubled = text.unicodeScalars.flatMap { $0 == quote ? [quote, quote] : [$0] }
    return "\"" + String(String.UnicodeScalarView(doubled)) + "\""
  }
}
