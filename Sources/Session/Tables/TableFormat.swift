/// A way to write tables, under the name that users give it. A new one is a file beside this one and a word in the list.
public struct TableFormat: RawRepresentable, CaseIterable, Sendable, Equatable {
  public let rawValue: String
  /// How the names of files of it end.
  public let ending: String
  private let writer: @Sendable (Table) -> String

  /// Every format, in the order in which help names them.
  public static let allCases = [text, markdown, latex, csv, html]

  init(_ name: String, ending: String, writer: @escaping @Sendable (Table) -> String) {
    (rawValue, self.ending, self.writer) = (name, ending, writer)
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

  public static func == (a: TableFormat, b: TableFormat) -> Bool { a.rawValue == b.rawValue }
}
