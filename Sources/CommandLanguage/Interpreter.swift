import Interruptions
import Options

/// Walks a script: assigns variables, turns loops, hands each simple command to its host, and runs the scripts that
/// commands run.
public struct Interpreter {
  /// How a script ended.
  public struct Ending: Sendable {
    /// Whether every statement was reached.
    public let isWhole: Bool
    /// The first failure in it, of which the host has heard.
    public let failure: Diagnostic?
  }

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
  @discardableResult
  public func run(_ script: Script) -> Ending {
    var walk = Walk(source: script.source, table: table, host: host, callers: callers)
    let isWhole = walk.run(script)
    return Ending(isWhole: isWhole, failure: walk.failure)
  }

  /// The sweep whose block stands at `place`, as a run of the script would come upon it with the host's variables: what it
  /// is, and what runs some of its statements. Nil if there is none, or its values cannot be worked out.
  ///
  /// - Parameter cell: the number of the cell it stands in.
  public func sweep(
    at place: SourceLocation, cell: Int
  ) -> (sweep: Sweep, body: (_ statements: Range<Int>) -> Diagnostic?)? {
    let first = Script(parsing: place.source)
    guard let number = first.sweep(at: place.range)?.cell.number,
      let (syntax, cell) = Script(parsing: place.source, firstCell: 1 + cell - number).sweep(at: place.range),
      let sweep = try? Walk(source: place.source, table: table, host: host, callers: callers).sweep(syntax, in: cell)
    else { return nil }
    return (
      sweep,
      { statements in
        var walk = Walk(source: place.source, table: table, host: host, callers: callers)
        return walk.failure(ofRunning: Array(syntax.body[statements]), in: cell)
      }
    )
  }

  /// Checks `script` and runs it if nothing is wrong; else the host refuses it.
  @discardableResult
  public func runChecked(_ script: Script) -> Ending {
    var variables = KnownVariables(host.variables, results: host.results)
    let problems = script.check(
      against: table, variables: &variables, callers: callers, files: host.fileForecast)
    // A check that was ended early says nothing.
    if Interruption.isWanted, host.isStopped { return Ending(isWhole: false, failure: nil) }
    guard !problems.isEmpty else { return run(script) }
    host.refused(script, problems, callers: callers)
    return Ending(isWhole: false, failure: problems[0])
  }
}

/// One script on its way.
private struct Walk {
  let source: SourceText
  let table: CommandTable
  let host: any InterpreterHost
  let callers: [SourceLocation]
  private(set) var failure: Diagnostic?

  init(source: SourceText, table: CommandTable, host: any InterpreterHost, callers: [SourceLocation]) {
    (self.source, self.table, self.host, self.callers) = (source, table, host, callers)
  }

  mutating func run(_ script: Script) -> Bool {
    for cell in script.cells {
      if host.isStopped { return false }
      host.enter(cell, of: script, callers: callers)
      guard run(cell.statements, in: cell) else { return false }
    }
    return true
  }

  private mutating func run(_ statements: [Statement], in cell: Cell) -> Bool {
    for statement in statements {
      if host.isStopped { return false }
      do throws(Diagnostic) {
        switch statement.kind {
        case .assignment(let syntax):
          let name = syntax.name.text
          // A value set before, with -p for instance, wins over a default.
          if syntax.isDefault, host.variables[name] != nil { continue }
          var room = Self.room
          try set(name, Value(items: try items(syntax.value, &room)), syntax.value.range)
        case .forLoop(let syntax):
          host.loopBegan()
          defer { host.loopEnded(loopText(statement)) }
          guard try run(syntax, in: cell) else { return false }
        case .repeatLoop(let syntax):
          host.loopBegan()
          defer { host.loopEnded(loopText(statement)) }
          guard try run(syntax, in: cell) else { return false }
        case .condition(let syntax):
          guard try !isOn(syntax) || run(syntax.body, in: cell) else { return false }
        case .sweep(let syntax):
          host.loopBegan()
          defer { host.loopEnded(loopText(statement)) }
          guard try run(syntax, in: cell) else { return false }
        case .command(let syntax):
          let place = SourceLocation(source: source, range: statement.range)
          guard run(syntax, CommandCall(syntax, at: place, in: cell, callers: callers)) else { return false }
        }
      } catch {
        var diagnostic = error
        diagnostic.callers = callers
        host.failed(diagnostic, call: nil)
        guard goesOn(after: diagnostic) else { return false }
      }
    }
    return true
  }

  /// What stands before the loop's block.
  private func loopText(_ statement: Statement) -> String {
    let text = source.text(
      in: statement.range.lowerBound..<min(statement.range.upperBound, statement.range.lowerBound + 500))
    return text.prefix { $0 != "{" && $0 != "\n" }.split(separator: " ").joined(separator: " ")
  }

  private mutating func goesOn(after failure: Diagnostic) -> Bool {
    self.failure = self.failure ?? failure
    return host.goesOnAfterFailure
  }

  private mutating func run(_ loop: ForSyntax, in cell: Cell) throws(Diagnostic) -> Bool {
    var turns: [Value] = []
    var room = Self.room
    for value in loop.values { turns.append(Value(items: try items(value, &room))) }
    if turns.count == 1 { turns = turns[0].items.map { Value($0) } }
    for turn in turns {
      if host.isStopped { return false }
      try set(loop.variable.text, turn, loop.variable.range)
      guard run(loop.body, in: cell) else { return false }
    }
    return true
  }

  private mutating func run(_ loop: RepeatSyntax, in cell: Cell) throws(Diagnostic) -> Bool {
    var room = Self.room
    let items = try items(loop.count, &room)
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
      guard run(loop.body, in: cell) else { return false }
    }
    return true
  }

  private func isOn(_ syntax: IfSyntax) throws(Diagnostic) -> Bool {
    var room = Self.room
    let items = try items(syntax.condition, &room)
    guard let isOn = IfSyntax.isOn(items) else {
      throw Diagnostic(
        .invalidCondition(items.joined(separator: ",")),
        at: SourceLocation(source: source, range: syntax.condition.range))
    }
    return isOn
  }

  private mutating func run(_ syntax: SweepSyntax, in cell: Cell) throws(Diagnostic) -> Bool {
    let sweep = try sweep(syntax, in: cell)
    return host.run(sweep) { failure(ofRunning: Array(syntax.body[$0]), in: cell) }
  }

  /// Runs statements; gives what failed among them, of which the host has heard.
  mutating func failure(ofRunning statements: [Statement], in cell: Cell) -> Diagnostic? {
    let before = failure
    failure = nil
    _ = run(statements, in: cell)
    defer { failure = before }
    return failure
  }

  func sweep(_ syntax: SweepSyntax, in cell: Cell) throws(Diagnostic) -> Sweep {
    var room = Self.room
    var combinations: [[String]] = [[]]
    for axis in syntax.axes {
      let items = try items(axis.values[0], &room)
      guard combinations.count * items.count <= Value.itemLimit else {
        throw Diagnostic(.valueTooLarge, at: SourceLocation(source: source, range: axis.variable.range))
      }
      combinations = combinations.flatMap { combination in items.map { combination + [$0] } }
    }
    var inside = StatementNames()
    for statement in syntax.body { inside.add(statement) }
    return Sweep(
      names: syntax.axes.map(\.variable.text), combinations: combinations,
      place: SourceLocation(source: source, range: syntax.blockRange), cell: cell.number, callers: callers,
      statementCount: syntax.body.count, variablesInside: inside.variables, verbs: inside.verbs,
      partings: syntax.partings)
  }

  /// Runs one command and says whether to go on after it.
  private mutating func run(_ syntax: CommandSyntax, _ asGiven: CommandCall) -> Bool {
    var call = asGiven
    do throws(Diagnostic) {
      let command = try read(syntax, &call)
      let failure =
        if let command = command as? any ScriptRunningCommand {
          host.run(command, call: call) { try runScripts(of: command, call) }
        } else {
          host.run(command, call: call)
        }
      return failure.map { goesOn(after: $0) } ?? true
    } catch {
      let diagnostic = call.diagnostic(for: error)
      host.failed(diagnostic, call: call)
      return goesOn(after: diagnostic)
    }
  }

  /// The command that stands there; `call` becomes as much of its call as is known.
  private func read(_ syntax: CommandSyntax, _ call: inout CommandCall) throws(Diagnostic) -> any Command {
    let (variables, results) = (host.variables, host.results)
    var arguments: [Argument] = []
    var room = Self.room
    for argument in syntax.arguments {
      let items = try argument.value.resolved(in: variables, results, source: source, room: &room)
      arguments.append(Argument(name: argument.name, items: items, range: argument.value.range))
    }
    let text = ([syntax.verb.text] + arguments.map(\.spelling)).joined(separator: " ")
    call = call.naming(syntax.verb.text, text)
    switch table.match(syntax.verb, arguments, source: source) {
    case .failure(let problem, let range):
      throw Diagnostic(problem(), at: SourceLocation(source: source, range: range))
    case .unknownYet: preconditionFailure("arguments are known once their variables are replaced")
    case .entry(let entry, let arguments, let verbRange):
      let places = ArgumentPlaces(arguments: arguments, parameters: entry.parameters, verbRange: verbRange)
      call = call.naming(entry.verb, text, places: places)
      let (command, problems) = entry.bind(arguments, verbRange, source, Diagnostics())
      if let first = problems.first { throw first }
      return command
    }
  }

  /// Runs the scripts of `command` where it stands.
  ///
  /// - Returns: the first failure in them, of which the host has heard.
  private func runScripts(of command: any ScriptRunningCommand, _ call: CommandCall) throws -> Diagnostic? {
    let scripts = try host.scripts(of: command, from: source)
    guard callers.count < scriptDepthLimit else {
      throw Diagnostic(.recursiveRun(limit: scriptDepthLimit), at: call.location, callers: callers)
    }
    let interpreter = Interpreter(table: table, host: host, callers: [call.location] + callers)
    var failure: Diagnostic?
    for script in scripts where !host.isStopped {
      let found = interpreter.runChecked(script).failure
      failure = failure ?? found
    }
    return failure
  }

  /// The bytes that variables may make of one statement's values.
  private static let room = Variables.byteLimit / 4

  private func items(_ value: ValueSyntax, _ room: inout Int) throws(Diagnostic) -> [String] {
    try value.resolved(in: host.variables, host.results, source: source, room: &room).map(\.text)
  }

  private func set(_ name: String, _ value: Value, _ range: Range<Int>) throws(Diagnostic) {
    guard host.variables.hasRoom(for: value, as: name) else {
      throw Diagnostic(.variablesTooLarge, at: SourceLocation(source: source, range: range))
    }
    host.variables[name] = value
  }
}
