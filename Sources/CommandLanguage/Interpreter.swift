import Options

/// One simple command on its way: what was asked for, and where.
public struct CommandCall: Sendable {
  public let verb: String
  /// The command as given, its variables replaced; as it stands in the source if a variable has no value.
  public let text: String
  public let location: SourceLocation
  /// The number of the cell it stands in.
  public let cell: Int
  /// The `run` commands that led here, innermost first.
  public let callers: [SourceLocation]
}

/// What runs the commands an interpreter comes upon.
public protocol InterpreterHost: AnyObject {
  var variables: Variables { get set }

  /// Whether to run nothing more; asked before each statement.
  var isStopped: Bool { get }

  /// Called when a cell starts, a cell of text too.
  func enter(_ cell: Cell, of script: Script)

  /// Runs one command; what is thrown comes back through `failed`.
  func run(_ command: any Command, call: CommandCall) throws

  /// Takes note of a failure and says whether to go on with the next statement.
  ///
  /// - Parameter call: the command that failed or could not be read; nil when the statement is no command.
  func failed(_ failure: Diagnostic, call: CommandCall?) -> Bool
}

extension InterpreterHost {
  public func enter(_ cell: Cell, of script: Script) {}
}

/// Walks a script: assigns variables, turns loops, hands each simple command to its host.
public struct Interpreter {
  private let table: CommandTable
  private let host: any InterpreterHost
  private let callers: [SourceLocation]

  /// - Parameter callers: the `run` commands that led to this script, innermost first.
  public init(table: CommandTable, host: any InterpreterHost, callers: [SourceLocation] = []) {
    self.table = table
    self.host = host
    self.callers = callers
  }

  /// Runs the statements of all cells until one fails for good or the host is stopped.
  ///
  /// - Returns: whether every statement was reached.
  @discardableResult
  public func run(_ script: Script) -> Bool {
    for cell in script.cells {
      if host.isStopped { return false }
      host.enter(cell, of: script)
      guard run(cell.statements, of: script.source, cell: cell.number) else { return false }
    }
    return true
  }

  private func run(_ statements: [Statement], of source: SourceText, cell: Int) -> Bool {
    for statement in statements {
      if host.isStopped { return false }
      var call: CommandCall?
      do {
        switch statement.kind {
        case .assignment(let syntax):
          let name = syntax.name.text
          // A value set before, with -p for instance, wins over a default.
          if syntax.isDefault, host.variables[name] != nil { continue }
          host.variables[name] = Value(items: try items(syntax.value, source))
        case .forLoop(let syntax):
          guard try run(syntax, of: source, cell: cell) else { return false }
        case .repeatLoop(let syntax):
          guard try run(syntax, of: source, cell: cell) else { return false }
        case .command(let syntax):
          call = CommandCall(
            verb: syntax.verb.text, text: source.text(in: statement.range),
            location: SourceLocation(source: source, range: statement.range), cell: cell, callers: callers)
          try run(syntax, source, &call!)
        }
      } catch {
        guard host.failed(diagnostic(for: error, statement, source), call: call) else { return false }
      }
    }
    return true
  }

  private func run(_ loop: ForSyntax, of source: SourceText, cell: Int) throws(Diagnostic) -> Bool {
    var turns: [Value] = []
    for value in loop.values { turns.append(Value(items: try items(value, source))) }
    if turns.count == 1 { turns = turns[0].items.map { Value($0) } }
    for turn in turns {
      host.variables[loop.variable.text] = turn
      guard run(loop.body, of: source, cell: cell) else { return false }
    }
    return true
  }

  private func run(_ loop: RepeatSyntax, of source: SourceText, cell: Int) throws(Diagnostic) -> Bool {
    let items = try items(loop.count, source)
    guard items.count == 1, let count = Number.integer(items[0]), count >= 0 else {
      throw Diagnostic(
        .invalidRepeatCount(items.joined(separator: ",")),
        at: SourceLocation(source: source, range: loop.count.range))
    }
    var turn = 0
    while turn < count {
      if host.isStopped { return false }
      turn += 1
      host.variables["i"] = Value("\(turn)")
      guard run(loop.body, of: source, cell: cell) else { return false }
    }
    return true
  }

  private func run(_ syntax: CommandSyntax, _ source: SourceText, _ call: inout CommandCall) throws {
    let variables = host.variables
    var arguments: [Argument] = []
    for argument in syntax.arguments {
      let items = try argument.value.resolved(in: variables, source: source)
      arguments.append(Argument(name: argument.name, items: items, range: argument.value.range))
    }
    var verb = syntax.verb.text
    let text = ([verb] + arguments.map(\.spelling)).joined(separator: " ")
    let match = table.match(syntax.verb, arguments, source: source)
    if case .entry(let entry, _, _) = match { verb = entry.verb }
    call = CommandCall(verb: verb, text: text, location: call.location, cell: call.cell, callers: call.callers)
    switch match {
    case .failure(let diagnostic): throw diagnostic
    case .unknownYet: preconditionFailure("arguments are known once their variables are replaced")
    case .entry(let entry, let arguments, let verbRange):
      let (command, problems) = entry.bind(arguments, verbRange, source)
      if let first = problems.first { throw first }
      do {
        try host.run(command, call: call)
      } catch let diagnostic as Diagnostic {
        throw diagnostic
      } catch {
        let range = range(of: error, among: arguments, of: entry.parameters, verbRange: verbRange)
        throw Diagnostic(.commandFailed("\(error)"), at: SourceLocation(source: source, range: range))
      }
    }
  }

  private func items(_ value: ValueSyntax, _ source: SourceText) throws(Diagnostic) -> [String] {
    try value.resolved(in: host.variables, source: source).map(\.text)
  }

  private func diagnostic(for error: any Error, _ statement: Statement, _ source: SourceText) -> Diagnostic {
    guard var diagnostic = error as? Diagnostic else {
      return Diagnostic(
        .commandFailed("\(error)"), at: SourceLocation(source: source, range: statement.range), callers: callers)
    }
    if diagnostic.callers.isEmpty { diagnostic.callers = callers }
    return diagnostic
  }
}
