/// A way to write tables, under the name that users give it. A new one is a file beside this one and a word in the list.
public struct TableFormat: RawRepresentable, CaseIterable, Sendable, Equatable {
  public let rawValue: String
  /// How the names of files of it end.
  public let ending: String
  private let writer: @Sendable (Table) -> String
  /// What stands before and after a line that is no part of the table; nil where there can be none.
  private let marks: (begin: String, end: String)?

  /// Every format, in the order in which help names them.
  public static let allCases = [text, markdown, latex, csv, html]

  /// - Parameter comment: what stands before and after a line that is no part of the table; nil where there can be none.
  init(
    _ name: String, ending: String, comment: (begin: String, end: String)?,
    writer: @escaping @Sendable (Table) -> String
  ) {
    (rawValue, self.ending, marks, self.writer) = (name, ending, comment, writer)
  }

  /// The format that a file's name asks for; nil for another ending.
  static func of(_ path: String) -> TableFormat? {
    allCases.first { path.lowercased().hasSuffix(".\($0.ending)") }
  }

  /// The format of that name.
  public init?(rawValue: String) {
    guard let format = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = format
  }

  /// The table, lines separated by newlines, without one at the end.
  public func written(_ table: Table) -> String { writer(table) }

  /// A line beside a table, for who reads it; nil where it would be taken for a part of the table.
  func comment(_ line: String) -> String? {
    // What ends a comment in HTML cannot stand in one; the second time parts what the first brought together.
    marks.map { marks in
      let text = marks.end.isEmpty ? line : line.replacing("--", with: "- -").replacing("--", with: "- -")
      return marks.begin + text + marks.end
    }
  }

  public static func == (a: TableFormat, b: TableFormat) -> Bool { a.rawValue == b.rawValue }
}
