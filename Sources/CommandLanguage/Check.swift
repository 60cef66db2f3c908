extension Script {
  /// Everything that can be found wrong without running: syntax, verbs, option names, literal values, and variables
  /// that nothing before them can have set; in the order of the text.
  ///
  /// - Parameter variables: names that have a value before the script starts.
  public func check(against table: CommandTable, variables: [String] = []) -> [Diagnostic] {
    var checker = Checker(source: source, table: table, names: variables)
    for cell in cells { checker.check(cell.statements) }
    return (errors + checker.problems).enumerated()
      .sorted { ($0.element.location.range.lowerBound, $0.offset) < ($1.element.location.range.lowerBound, $1.offset) }
      .map(\.element)
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
  var problems: [Diagnostic] = []

  init(source: SourceText, table: CommandTable, names: [String]) {
    self.source = source
    self.table = table
    self.names = names
    known = Set(names)
  }

  mutating func check(_ statements: [Statement]) {
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
        check(syntax)
      }
    }
  }

  private mutating func check(_ syntax: CommandSyntax) {
    for argument in syntax.arguments { use(argument.value) }
    let arguments = syntax.arguments.map {
      Argument(name: $0.name, items: $0.value.literalItems, range: $0.value.range)
    }
    switch table.match(syntax.verb, arguments, source: source) {
    case .entry(let entry, let arguments, let verbRange):
      problems += entry.bind(arguments, verbRange, source).problems
      if entry.definesVariables { mayKnowMore = true }
    case .unknownYet: break
    case .failure(let diagnostic): problems.append(diagnostic)
    }
  }

  private mutating func define(_ name: String) {
    if known.insert(name).inserted { names.append(name) }
  }

  private mutating func use(_ value: ValueSyntax) {
    guard !mayKnowMore else { return }
    for use in value.variableUses where !known.contains(use.name) {
      problems.append(
        Diagnostic(
          .unknownVariable(use.name, nearest: nearestVariable(to: use.name, among: names)),
          at: SourceLocation(source: source, range: use.range)))
    }
  }
}
