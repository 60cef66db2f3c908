/// A parsed source: its cells in order, and whatever was wrong with it.
public struct Script: Sendable {
  public let source: SourceText
  public let cells: [Cell]
  /// Syntax errors in the order of the text; the statements that could be read stand in `cells` all the same.
  public let errors: Diagnostics

  /// Whether more lines could complete the text: a block or a continued line is still open and nothing
  /// else is wrong.
  public var isIncomplete: Bool { errors.isIncomplete }

  /// The script with the cells of these numbers alone.
  public func selecting(_ numbers: Set<Int>) -> Script {
    Script(source: source, cells: numbers.sorted().compactMap(cell), errors: errors)
  }

  /// The cell of a number; nil if there is none.
  public func cell(_ number: Int) -> Cell? {
    // Numbers ascend.
    var (low, high) = (0, cells.count)
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < cells.count && cells[low].number == number ? cells[low] : nil
  }

  /// The statements of all cells.
  public var statements: [Statement] { cells.flatMap(\.statements) }
}

extension Script {
  /// Blocks may nest this deep.
  public static let nestingLimit = 64
}

/// A cell of the percent format.
public struct Cell: Sendable {
  public enum Kind: Sendable, Equatable {
    case code
    /// The text, its leading `# ` removed from each line.
    case markdown(String)
  }

  /// From 1, in the order of the text.
  public let number: Int
  public let title: String
  public let kind: Kind
  public let statements: [Statement]
  /// The cell's bytes, its marker line included.
  public let range: Range<Int>
}

public struct Statement: Sendable {
  public let kind: Kind
  public let range: Range<Int>

  public indirect enum Kind: Sendable {
    case assignment(AssignmentSyntax)
    case forLoop(ForSyntax)
    case repeatLoop(RepeatSyntax)
    case condition(IfSyntax)
    case sweep(SweepSyntax)
    case command(CommandSyntax)
  }
}

/// A name and where it stands.
public struct NameSyntax: Sendable {
  public let text: String
  public let range: Range<Int>
}

/// `let name = value` or, with `isDefault`, `default name = value`.
public struct AssignmentSyntax: Sendable {
  public let isDefault: Bool
  public let name: NameSyntax
  public let value: ValueSyntax
}

/// `for name in value+ { … }`. Each value is one turn; a single value that is a list gives a turn per item.
public struct ForSyntax: Sendable {
  public let variable: NameSyntax
  public let values: [ValueSyntax]
  public let body: [Statement]

  /// Whether several items are written out.
  var hasSeveralItems: Bool { values.reduce(0) { $0 + $1.items.count } > 1 }
}

/// `repeat count { … }`, which sets `$i` from 1.
public struct RepeatSyntax: Sendable {
  public let count: ValueSyntax
  public let body: [Statement]
}

/// `if on|off { … }`
public struct IfSyntax: Sendable {
  public let condition: ValueSyntax
  public let body: [Statement]

  /// Whether items of the condition's value say that the block is run; nil if they say neither.
  static func isOn(_ items: [String]) -> Bool? {
    switch items {
    case ["on"]: true
    case ["off"]: false
    default: nil
    }
  }
}

/// `sweep name=value … { … }`: the block once for every combination of the items of the lists, each from the same start.
public struct SweepSyntax: Sendable {
  /// Each with its values and no body.
  public let axes: [ForSyntax]
  public let body: [Statement]
  /// The block with its braces.
  let blockRange: Range<Int>

  /// Loops that set the same variables to the same values.
  var loops: Statement {
    var statements = body
    for axis in axes.reversed() {
      let loop = ForSyntax(variable: axis.variable, values: axis.values, body: statements)
      statements = [Statement(kind: .forLoop(loop), range: blockRange)]
    }
    return statements[0]
  }
}

public struct CommandSyntax: Sendable {
  public let verb: NameSyntax
  public let arguments: [ArgumentSyntax]
}

/// A positional value, or `name=value`.
public struct ArgumentSyntax: Sendable {
  public let name: NameSyntax?
  public let value: ValueSyntax
}

/// One or more items; more than one is a list.
public struct ValueSyntax: Sendable {
  public let items: [ItemSyntax]
  public let range: Range<Int>
}

public struct ItemSyntax: Sendable {
  public let kind: Kind
  public let range: Range<Int>

  public enum Kind: Sendable {
    /// A number, a word, or a string in which nothing is expanded.
    case literal(String)
    /// `$name` or `${name}`, which may hold a list; with dots in it, the result of a command.
    case variable(String)
    /// A double-quoted string with variables in it.
    case interpolated([Segment])
  }

  public enum Segment: Sendable, Equatable {
    case text(String)
    case variable(NamedRange)
  }

  public struct NamedRange: Sendable, Equatable {
    public let name: String
    public let range: Range<Int>
  }
}

extension SweepSyntax {
  /// Where in the body runs part: before each statement in which a variable of the sweep occurs that none before it has.
  var partings: [Sweep.Parting] {
    var partings: [Sweep.Parting] = []
    var used: [Int] = []
    for (place, statement) in body.enumerated() {
      var names = StatementNames()
      names.add(statement)
      let new = axes.indices.filter { !used.contains($0) && names.variables.contains(axes[$0].variable.text) }
      if place > 0, !new.isEmpty { partings.append(Sweep.Parting(statement: place, axes: used.sorted())) }
      used += new
    }
    return partings
  }
}

/// What occurs in statements and in their blocks.
struct StatementNames {
  /// The variables that are used or set.
  private(set) var variables: Set<String> = []
  /// The first words of commands.
  private(set) var verbs: Set<String> = []

  mutating func add(_ statement: Statement) {
    switch statement.kind {
    case .assignment(let syntax):
      variables.insert(syntax.name.text)
      add(syntax.value)
    case .forLoop(let syntax): add(syntax)
    case .repeatLoop(let syntax):
      variables.insert("i")
      add(syntax.count)
      for statement in syntax.body { add(statement) }
    case .condition(let syntax):
      add(syntax.condition)
      for statement in syntax.body { add(statement) }
    case .sweep(let syntax):
      for axis in syntax.axes { add(axis) }
      for statement in syntax.body { add(statement) }
    case .command(let syntax):
      verbs.insert(syntax.verb.text)
      for argument in syntax.arguments { add(argument.value) }
    }
  }

  private mutating func add(_ loop: ForSyntax) {
    variables.insert(loop.variable.text)
    for value in loop.values { add(value) }
    for statement in loop.body { add(statement) }
  }

  private mutating func add(_ value: ValueSyntax) {
    var names: [String] = []
    value.forEachVariable { name, _ in names.append(name) }
    variables.formUnion(names)
  }
}

extension Statement {
  /// The values that it has, those in its blocks not among them.
  var valueCount: Int {
    switch kind {
    case .assignment(let syntax): syntax.value.items.count
    case .forLoop(let syntax): syntax.values.count
    case .repeatLoop, .condition: 1
    case .sweep(let syntax): syntax.axes.count
    case .command(let syntax): syntax.arguments.reduce(0) { $0 + $1.value.items.count }
    }
  }
}
