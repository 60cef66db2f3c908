import CommandLanguage
import Options

/// Rows of values under named columns: what a command found, before it takes any format.
public struct Table: Sendable {
  /// What a column's values are, which decides how they are written and on which side they stand.
  public enum Kind: Sendable {
    case text
    case integer
    /// Numbers with so many decimals.
    case decimal(Int)
    /// Fractions, shown as hundredths with one decimal.
    case percent
  }

  public struct Column: Sendable {
    /// What columns beside each other have in common, before their names; empty if nothing.
    let group: String
    let name: String
    let kind: Kind
    /// What the values are measured in; empty if nothing.
    let unit: String
    /// Characters that the column has at least in plain text: rows that are written as they come need it.
    let width: Int

    public init(_ name: String, _ kind: Kind = .text, unit: String = "", width: Int = 0, group: String = "") {
      (self.group, self.name, self.kind, self.unit, self.width) = (group, name, kind, unit, width)
    }

    /// The name with its unit.
    var ownTitle: String { unit.isEmpty ? name : "\(name) (\(unit))" }

    /// The same behind the group's.
    var title: String { group.isEmpty ? ownTitle : "\(group) \(ownTitle)" }

    var isNumeric: Bool {
      if case .text = kind { false } else { true }
    }
  }

  public enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double)
    case missing

    public static func integer(_ value: Int) -> Cell { .number(Double(value)) }
    public static func optional(_ value: Double?) -> Cell { value.map(Cell.number) ?? .missing }
  }

  public let columns: [Column]
  public private(set) var rows: [[Cell]] = []

  public init(_ columns: [Column]) {
    self.columns = columns
  }

  /// Values with their names before them: a table of two columns that has no header.
  init(facts: [(name: String, value: String)]) {
    columns = [Column("", width: 9), Column("")]
    for fact in facts { add([.text(fact.name), .text(fact.value)]) }
  }

  /// Whether the columns have names that stand above them.
  var hasHeader: Bool { columns.contains { !$0.title.isEmpty } }

  /// Traps unless there is a cell for every column.
  public mutating func add(_ cells: [Cell]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  /// The rows as people read them.
  var spelledRows: [[String]] { rows.map { zip($0, columns).map { Self.spelled($0, $1.kind) } } }

  /// A cell as people read it; `missing` stands where there is none.
  static func spelled(_ cell: Cell, _ kind: Kind, percentSign: String = " %", missing: String = "-") -> String {
    switch (cell, kind) {
    case (.missing, _): missing
    case (.text(let text), _): text.withoutControls()
    case (.number(let value), .integer): NumberText.fixed(value, 0)
    case (.number(let value), .decimal(let decimals)): NumberText.fixed(value, decimals)
    case (.number(let value), .percent): NumberText.fixed(100 * value, 1) + percentSign
    case (.number(let value), .text): Number.spelling(value)
    }
  }
}
