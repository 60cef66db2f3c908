import Interruptions

/// The variables that have a value at some point of a script, as far as the text shows.
public struct KnownVariables: Sendable {
  /// In the order of assignment, for suggestions.
  public fileprivate(set) var names: [String]
  /// The values of those whose value does not depend on what happens before.
  fileprivate var values: Variables
  /// Whether a command may have set others.
  public fileprivate(set) var mayBeMore = false {
    didSet { if mayBeMore { values = Variables() } }
  }

  public init(_ variables: Variables = Variables()) {
    (names, values) = (variables.names, variables)
  }

  /// Variables with these names and any values.
  public init(names: [String]) {
    (self.names, values) = (names, Variables())
  }
}

extension Script {
  /// Everything that can be found wrong without running: syntax, verbs, option names, values as far as they are known,
  /// and variables that nothing before them can have set; in the order of the text, also in the scripts that it runs.
  ///
  /// It ends early once there is a wish to (`Interruption`).
  ///
  /// - Parameter variables: those that have a value before the script starts; afterwards, when it ends.
  public func check(against table: CommandTable, variables: inout KnownVariables) -> [Diagnostic] {
    var checker = Checker(source: source, table: table, variables: variables)
    checker.check(self)
    variables = checker.variables
    return checker.problems.enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }
      .map(\.element.diagnostic)
  }

  /// The same for one script alone.
  public func check(against table: CommandTable, variables: KnownVariables = KnownVariables()) -> [Diagnostic] {
    var variables = variables
    return check(against: table, variables: &variables)
  }
}

private struct Checker {
  let source: SourceText
  let table: CommandTable
  var variables: KnownVariables
  private var known: Set<String>
  /// Whether a command before here may have written a script: what a file holds now says nothing about it then.
  private var mayHaveWritten = false
  /// The scripts that were looked into, each once: a script may run itself, or another twice.
  private var lookedInto: Set<String> = []
  /// In which scripts the source is run from where, innermost first.
  private let callers: [SourceLocation]
  /// Each with the byte of the source at which it belongs among the others.
  var problems: [(place: Int, diagnostic: Diagnostic)] = []

  init(source: SourceText, table: CommandTable, variables: KnownVariables, callers: [SourceLocation] = []) {
    self.source = source
    self.table = table
    self.variables = variables
    self.callers = callers
    known = Set(variables.names)
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
      if Interruption.isWanted { return }
      switch statement.kind {
      case .assignment(let syntax):
        use(syntax.value)
        let name = syntax.name.text
        // A default of a variable that may have a value already says nothing new.
        let isSure = !syntax.isDefault || (!known.contains(name) && !variables.mayBeMore)
        define(
          name, isSure ? knownItems(syntax.value).map { Value(items: $0.map(\.text)) } : variables.values[name])
      case .forLoop(let syntax):
        for value in syntax.values { use(value) }
        define(syntax.variable.text, nil)
        checkRepeatedly(syntax.body)
      case .repeatLoop(let syntax):
        use(syntax.count)
        define("i", nil)
        checkRepeatedly(syntax.body)
      case .command(let syntax):
        check(syntax, statement.range)
      }
    }
  }

  /// A variable that a loop's body sets has one value before its first turn and another before the next.
  private mutating func checkRepeatedly(_ body: [Statement]) {
    variables.values = Variables()
    check(body)
    variables.values = Variables()
  }

  /// The items of a value if they are known.
  private func knownItems(_ value: ValueSyntax) -> [Argument.Item]? {
    try? value.resolved(in: variables.values, source: source)
  }

  private mutating func check(_ syntax: CommandSyntax, _ range: Range<Int>) {
    for argument in syntax.arguments { use(argument.value) }
    let arguments = syntax.arguments.map {
      Argument(name: $0.name, items: knownItems($0.value), range: $0.value.range)
    }
    switch table.match(syntax.verb, arguments, source: source) {
    case .entry(let entry, let arguments, let verbRange):
      let (command, found) = entry.bind(arguments, verbRange, source)
      for problem in found { report(problem) }
      if entry.writesScripts { mayHaveWritten = true }
      if let command = command as? any ScriptRunningCommand, found.isEmpty, !mayHaveWritten,
        arguments.allSatisfy({ $0.items != nil }), let (script, identity) = command.knownScript(from: source)
      {
        // What a script sets is known once it was looked into; where it is being looked into, it is not yet.
        if lookedInto.insert(identity).inserted {
          include(script, calledAt: SourceLocation(source: source, range: range))
        } else {
          variables.mayBeMore = true
        }
      } else if entry.definesVariables {
        variables.mayBeMore = true
      }
    case .unknownYet: break
    case .failure(let diagnostic): report(diagnostic)
    }
  }

  /// Checks a script that is run here.
  private mutating func include(_ script: Script, calledAt place: SourceLocation) {
    guard callers.count < scriptDepthLimit else {
      report(Diagnostic(.recursiveRun(limit: scriptDepthLimit), at: place))
      return
    }
    var inner = Checker(source: script.source, table: table, variables: variables, callers: [place] + callers)
    (inner.mayHaveWritten, inner.lookedInto) = (mayHaveWritten, lookedInto)
    inner.check(script)
    problems += inner.problems.map { (place.range.lowerBound, $0.diagnostic) }
    (variables, known) = (inner.variables, inner.known)
    (mayHaveWritten, lookedInto) = (inner.mayHaveWritten, inner.lookedInto)
  }

  private mutating func define(_ name: String, _ value: Value?) {
    if known.insert(name).inserted { variables.names.append(name) }
    variables.values[name] = value
  }

  private mutating func use(_ value: ValueSyntax) {
    guard !variables.mayBeMore else { return }
    for use in value.variableUses where !known.contains(use.name) {
      report(
        Diagnostic(
          .unknownVariable(use.name, nearest: nearestVariable(to: use.name, among: variables.names)),
          at: SourceLocation(source: source, range: use.range)))
    }
  }
}
