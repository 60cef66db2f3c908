/// A command that runs a script in its session: what can be read of it beforehand is checked with the script that the
/// command stands in.
public protocol ScriptRunningCommand: Command {
  /// The script it would run from `source`; nil if that cannot be read now.
  func script(from source: SourceText) -> Script?
}

extension Script {
  /// Everything that can be found wrong without running: syntax, verbs, option names, literal values, and variables
  /// that nothing before them can have set; in the order of the text, also in the scripts that it runs.
  ///
  /// - Parameter variables: names that have a value before the script starts.
  public func check(against table: CommandTable, variables: [String] = []) -> [Diagnostic] {
    var checker = Checker(source: source, table: table, names: variables)
    checker.check(self)
    return checker.problems.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element.diagnostic)
  }
}

extension Script {
  /// The variables that the script's own statements set, blocks included.
  public var assignedNames: [String] {
    func names(_ statements: [Statement]) -> [String] {
      statements.flatMap { statement -> [String] in
        switch statement.kind {
        case .assignment(let syntax): [syntax.name.text]
        case .forLoop(let syntax): [syntax.variable.text] + names(syntax.body)
        case .repeatLoop(let syntax): ["i"] + names(syntax.body)
        case .command: []
        }
      }
    }
    return names(statements)
  }
}

private struct Checker {
  let source: SourceText
  let table: CommandTable
  /// In the order of assignment, for suggestions.
  var names: [String]
  var known: Set<String>
  /// Whether a command before here may have set variables that the text does not show.
  var mayKnowMore = false
  /// In which scripts the source is run from where, innermost first.
  private let callers: [SourceLocation]
  /// Each with the byte of the source at which it belongs among the others.
  var problems: [(place: Int, diagnostic: Diagnostic)] = []

  init(source: SourceText, table: CommandTable, names: [String], callers: [SourceLocation] = []) {
    self.source = source
    self.table = table
    self.names = names
    self.callers = callers
    known = Set(names)
  }

  mutating func check(_ script: Script) {
    for error in script.errors { report(error) }
    for cell in script.cells { check(cell.statements) }
  }

  private mutating func report(_ diagnostic: Diagnostic) {
    var diagnostic = diagnostic
    diagnostic.callers = callers
    problems.append((diagnostic.location.range.lowerBound, diagnostic))
  }

  private mutating func check(_ statements: [Statement]) {
    for statement in statements {
      switch statement.kind {
      case .assignment(let syntax):
        use(syntax.value)
        define(syntax.name.text)
      case .forLoop(let syntax):
        for value in syntax.values { use(value) }
        define(syntax.variable.text)
        check(syntax.body)
      case .repeatLoop(let syntax):
        use(syntax.count)
        define("i")
        check(syntax.body)
      case .command(let syntax):
        check(syntax, statement.range)
      }
    }
  }

  private mutating func check(_ syntax: CommandSyntax, _ range: Range<Int>) {
    for argument in syntax.arguments { use(argument.value) }
    let arguments = syntax.arguments.map {
      Argument(name: $0.name, items: $0.value.literalItems, range: $0.value.range)
    }
    switch table.match(syntax.verb, arguments, source: source) {
    case .entry(let entry, let arguments, let verbRange):
      let (command, found) = entry.bind(arguments, verbRange, source)
      for problem in found { report(problem) }
      if found.isEmpty, arguments.allSatisfy({ $0.items != nil }), let command = command as? any ScriptRunningCommand,
        let script = command.script(from: source), !isRunning(script)
      {
        include(script, calledAt: SourceLocation(source: source, range: range))
      } else if entry.definesVariables {
        mayKnowMore = true
      }
    case .unknownYet: break
    case .failure(let diagnostic): report(diagnostic)
    }
  }

  /// Whether `script` is what is being checked, or runs it.
  private func isRunning(_ script: Script) -> Bool {
    script.source.name == source.name || callers.contains { $0.source.name == script.source.name }
  }

  /// Checks a script that is run here.
  private mutating func include(_ script: Script, calledAt place: SourceLocation) {
    var inner = Checker(source: script.source, table: table, names: names, callers: [place] + callers)
    inner.mayKnowMore = mayKnowMore
    inner.check(script)
    problems += inner.problems.map { (place.range.lowerBound, $0.diagnostic) }
    (names, known, mayKnowMore) = (inner.names, inner.known, inner.mayKnowMore)
  }

  private mutating func define(_ name: String) {
    if known.insert(name).inserted { names.append(name) }
  }

  private mutating func use(_ value: ValueSyntax) {
    guard !mayKnowMore else { return }
    for use in value.variableUses where !known.contains(use.name) {
      report(
        Diagnostic(
          .unknownVariable(use.name, nearest: nearestVariable(to: use.name, among: names)),
          at: SourceLocation(source: source, range: use.range)))
    }
  }
}
