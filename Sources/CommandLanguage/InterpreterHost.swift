/// What runs the commands an interpreter comes upon, and hears of all that is wrong.
public protocol InterpreterHost: AnyObject {
  var variables: Variables { get set }

  /// What commands found.
  var results: Results { get }

  /// Tells what would keep commands from writing their files; nil where that is not asked.
  var fileForecast: (any FileForecast)? { get }

  /// What was entered so far, the present entry last.
  var entries: [HistoryEntry] { get }

  /// Whether to run nothing more; asked before each statement.
  var isStopped: Bool { get }

  /// Whether to go on with the next statement after one that failed.
  var goesOnAfterFailure: Bool { get }

  /// Called when a cell starts, a cell of text too.
  ///
  /// - Parameter callers: the `run` commands that led to it; none for what was entered.
  func enter(_ cell: Cell, of script: Script, callers: [SourceLocation])

  /// Called before the first turn of a loop, and after its last with what stands before its block; loops nest.
  func loopBegan()
  func loopEnded(_ text: String)

  /// Runs a block for the combinations of a sweep, each of whose variables the host sets.
  ///
  /// - Parameter body: runs some of its statements; gives the first failure in them, of which the host has heard.
  /// - Returns: whether to go on after the sweep.
  func run(_ sweep: Sweep, body: (_ statements: Range<Int>) -> Diagnostic?) -> Bool

  /// Runs one command and notes what it came to.
  ///
  /// - Returns: what it failed of, if it did.
  func run(_ command: any Command, call: CommandCall) -> Diagnostic?

  /// Notes what a command that runs scripts came to.
  ///
  /// - Parameter scripts: runs them. It gives the first failure among them, of which the host has heard, and throws what
  ///   kept them from being run.
  /// - Returns: what the command failed of, if it did.
  func run(
    _ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?
  ) -> Diagnostic?

  /// The scripts that a command runs that stands in `source`.
  func scripts(of command: any ScriptRunningCommand, from source: SourceText) throws -> [Script]

  /// Takes note of a statement that failed before it was a command that could be run.
  ///
  /// - Parameter call: the command that could not be read; nil when the statement is no command.
  func failed(_ failure: Diagnostic, call: CommandCall?)

  /// Takes note of a script in which something is wrong, so that none of it is run.
  func refused(_ script: Script, _ problems: Diagnostics, callers: [SourceLocation])
}

/// A sweep whose values are known.
public struct Sweep: Sendable {
  /// The variables that it sets.
  public let names: [String]
  /// Their values, run by run, those of the last variable changing fastest.
  public let combinations: [[String]]
  /// Where its block stands, and in the cell of which number.
  public let place: SourceLocation
  public let cell: Int
  /// The `run` commands that led to it, the innermost first.
  public let callers: [SourceLocation]
  /// How many statements it has.
  public let statementCount: Int
  /// The variables that occur in it, and the first words of its commands.
  public let variablesInside: Set<String>
  public let verbs: Set<String>
  /// Where runs part, in the order of the block.
  public let partings: [Parting]

  /// A place in the block up to which runs do the same that agree in some of their values.
  public struct Parting: Sendable, Equatable {
    /// The first statement that they do not share; never the first of the block.
    public let statement: Int
    /// The places of the variables in whose values they agree.
    public let axes: [Int]

    public init(statement: Int, axes: [Int]) { (self.statement, self.axes) = (statement, axes) }
  }

  /// The block as it stands in the script.
  public var block: String { place.source.text(in: place.range) }
}

extension InterpreterHost {
  public func scripts(of command: any ScriptRunningCommand, from source: SourceText) throws -> [Script] {
    try command.scripts(from: source, entries: entries)
  }

  public func enter(_ cell: Cell, of script: Script, callers: [SourceLocation]) {}
  public var results: Results { Results() }
  public var fileForecast: (any FileForecast)? { nil }
  public func loopBegan() {}
  public func loopEnded(_ text: String) {}
  public func run(_ sweep: Sweep, body: (_ statements: Range<Int>) -> Diagnostic?) -> Bool {
    for combination in sweep.combinations where !isStopped {
      for (name, item) in zip(sweep.names, combination) { variables[name] = Value(item) }
      _ = body(0..<sweep.statementCount)
    }
    return !isStopped
  }
}
