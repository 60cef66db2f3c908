import Interruptions
import Options

/// Looks through a script and those that it runs, keeping what is known of variables and files on the way.
struct Checker {
  /// Turns of a loop that are looked at one by one.
  private static let turnLimit = 100

  let table: CommandTable
  var variables: KnownVariables
  private(set) var problems = Diagnostics()
  private var known: Set<String>
  private var used: Set<String>
  /// Whether a command before here may have written a script: what a file holds now says nothing about it then.
  private var mayHaveWritten = false
  /// The script that is looked through, last, and those that run it.
  private var frames: [Frame]
  private var frame: Frame {
    _read { yield frames[frames.count - 1] }
    _modify { yield &frames[frames.count - 1] }
  }
  private var lookedInto = ScriptsLookedInto()
  private var files: FilesForeseen
  /// Whether these statements were looked at before, with other values of the variables.
  private var isRepeating = false
  /// Statements and values that may still be looked at again.
  private var repeatable = 100_000
  /// Bytes that variables may still make of values.
  private var room = 16 << 20
  /// Whether the statements might not be reached at all.
  private var maybeSkipped = false

  struct Frame {
    let source: SourceText
    /// In which scripts the source is run from where, innermost first.
    let callers: [SourceLocation]
    /// The place in the outermost script from which it is run; nil in that one itself.
    let place: Int?
    /// How deep the scripts under it go.
    var height = 0
    /// What it sets; nil if that cannot be known.
    var assigned: Set<String>? = []
    /// The first files that it writes whatever the variables are.
    var written: [WrittenFile] = []
  }

  init(
    script: Script, table: CommandTable, variables: KnownVariables, callers: [SourceLocation], files: FilesForeseen
  ) {
    self.files = files
    self.table = table
    self.variables = variables
    known = Set(variables.names)
    used = Set(variables.used)
    frames = [Frame(source: script.source, callers: callers, place: nil)]
  }

  mutating func check(_ script: Script) {
    report(script.errors)
    for cell in script.cells { check(cell.statements) }
  }

  // MARK: What is wrong

  private mutating func report(_ problem: @autoclosure () -> Problem, _ range: Range<Int>) {
    let (source, callers) = (frame.source, frame.callers)
    if isRepeating, problems.hold(range, of: source) { return }
    problems.add(
      at: frame.place ?? range.lowerBound,
      Diagnostic(problem(), at: SourceLocation(source: source, range: range), callers: callers))
  }

  private mutating func report(_ found: Diagnostics) {
    for diagnostic in found { report(diagnostic.problem, diagnostic.location.range) }
    if !isRepeating { problems.omit(found.omittedCount) }
  }

  // MARK: Statements

  private mutating func check(_ statements: [Statement]) {
    for statement in statements {
      if isRepeating {
        guard repeatable > 0 else { return }
        repeatable -= statement.valueCount + 1
      }
      if Interruption.isWanted { return }
      switch statement.kind {
      case .assignment(let syntax): check(syntax)
      case .forLoop(let syntax):
        for value in syntax.values { use(value) }
        check(syntax.body, setting: syntax.variable.text, to: turns(of: syntax))
      case .repeatLoop(let syntax):
        use(syntax.count)
        guard let count = count(of: syntax), count > 0 else {
          checkSkippable(syntax.body, setting: "i")
          continue
        }
        let turns = (1...min(count, Self.turnLimit + 1)).map { Value("\($0)") }
        check(syntax.body, setting: "i", to: turns)
      case .condition(let syntax):
        use(syntax.condition)
        let items = knownItems(syntax.condition)
        switch items.map({ IfSyntax.isOn($0.map(\.text)) }) {
        case true??: check(syntax.body)
        case false??:
          let (known, before) = (known, variables)
          checkSkippable(syntax.body)
          self.known = known
          variables.goBack(to: before)
        case nil: checkSkippable(syntax.body)
        case .some(nil):
          report(.invalidCondition(items!.map(\.text).joined(separator: ",")), syntax.condition.range)
        }
      case .sweep(let syntax):
        let (known, before) = (known, variables)
        for axis in unused(in: syntax) { report(.sweptInVain(axis.text), axis.range) }
        check([syntax.loops])
        // What its runs set and find is taken back with them.
        self.known = known
        variables.goBack(to: before)
      case .command(let syntax): check(syntax, statement.range)
      }
    }
  }

  /// The variables of a sweep with several values that its block surely does not use: no other script is run in it, and no
  /// command that takes variables by their names.
  private func unused(in sweep: SweepSyntax) -> [NameSyntax] {
    var names = StatementNames()
    for statement in sweep.body { names.add(statement) }
    guard !names.verbs.contains(where: table.mayUseAnyVariable) else { return [] }
    return sweep.axes.filter { $0.hasSeveralItems && !names.variables.contains($0.variable.text) }.map(\.variable)
  }

  private mutating func check(_ syntax: AssignmentSyntax) {
    use(syntax.value)
    refuseCommand(syntax)
    let name = syntax.name.text
    // A default of a variable that may have a value already says nothing new.
    let isSure = !syntax.isDefault || (!known.contains(name) && !variables.mayBeMore)
    if syntax.isDefault { noteUse(of: name) }
    let items = isSure ? knownItems(syntax.value) : nil
    define(name, isSure ? items.map { Value(items: $0.map(\.text)) } : variables.values[name])
  }

  /// A word that is a command was meant to be run, most likely.
  private mutating func refuseCommand(_ syntax: AssignmentSyntax) {
    guard syntax.value.items.count == 1, case .literal(let word) = syntax.value.items[0].kind, table.isVerb(word),
      frame.source.text(in: syntax.value.range) == word
    else { return }
    let table = table
    report(
      .commandAsValue(
        word, keyword: syntax.isDefault ? "default" : "let", name: syntax.name.text,
        result: table.exampleResult(of: word)), syntax.value.range)
  }

  /// The values that a loop's variable takes; nil if they are not known.
  private mutating func turns(of loop: ForSyntax) -> [Value]? {
    var turns: [Value] = []
    for value in loop.values.prefix(Self.turnLimit + 1) {
      guard let items = knownItems(value) else { return nil }
      turns.append(Value(items: items.map(\.text)))
    }
    return turns.count == 1 ? turns[0].items.prefix(Self.turnLimit + 1).map { Value($0) } : turns
  }

  private mutating func count(of loop: RepeatSyntax) -> Int? {
    guard let items = knownItems(loop.count) else { return nil }
    if items.count == 1, let count = Number.integer(items[0].text), count >= 0 { return count }
    // What is wrong with a number in the text is a mistake of syntax, and told.
    if loop.count.usesVariables {
      report(.invalidRepeatCount(items.map(\.text).joined(separator: ",")), loop.count.range)
    }
    return nil
  }

  /// Looks at a loop's body turn by turn as long as the values are known, at the first in any case.
  private mutating func check(_ body: [Statement], setting name: String, to turns: [Value]?) {
    let wasRepeating = isRepeating
    let unknownBefore = lookedInto.unknownCount
    define(name, turns?.first)
    check(body)
    isRepeating = true
    for turn in (turns ?? []).dropFirst().prefix(Self.turnLimit - 1) where repeatable > 0 && problems.omittedCount == 0
    {
      define(name, turn)
      check(body)
    }
    isRepeating = wasRepeating
    if turns == nil || turns!.count > Self.turnLimit || repeatable <= 0 || problems.omittedCount > 0 {
      variables.values = Variables()
      // Another turn may have run another script.
      if lookedInto.unknownCount > unknownBefore { forgetAll() }
      files.expectOtherValues()
    }
  }

  /// Looks at a block that may never be run, and that sets a variable if it is.
  private mutating func checkSkippable(_ body: [Statement], setting name: String? = nil) {
    let wasSkipped = maybeSkipped
    maybeSkipped = true
    variables.values = Variables()
    if let name { define(name, nil) }
    check(body)
    variables.values = Variables()
    maybeSkipped = wasSkipped
  }

  // MARK: Commands

  private mutating func check(_ syntax: CommandSyntax, _ range: Range<Int>) {
    var arguments: [Argument] = []
    arguments.reserveCapacity(syntax.arguments.count)
    var isKnown = true
    var usesVariables = false
    for argument in syntax.arguments {
      use(argument.value)
      let items = knownItems(argument.value)
      isKnown = isKnown && items != nil
      usesVariables = usesVariables || argument.value.usesVariables
      arguments.append(Argument(name: argument.name, items: items, range: argument.value.range))
    }
    switch table.match(syntax.verb, arguments, source: frame.source) {
    case .entry(let entry, let arguments, let verbRange):
      // Without words where nobody would read them.
      let limit = problems.keeps(frame.place ?? range.lowerBound) ? Diagnostics.limit : 0
      let (command, found) = entry.bind(arguments, verbRange, frame.source, Diagnostics(limit: limit))
      report(found)
      let places = ArgumentPlaces(arguments: arguments, parameters: entry.parameters, verbRange: verbRange)
      if found.total == 0 { expectFiles(of: command, entry, places, usesVariables: usesVariables) }
      variables.ran.formUnion(entry.dottedVerbs)
      if entry.runsScripts && !entry.definesVariables { variables.mayHaveRunMore = true }
      if entry.namesVariables { noteNames(in: arguments, of: entry) }
      guard entry.definesVariables else { return }
      if usesVariables { lookedInto.unknownCount += 1 }
      if isKnown, found.total == 0, !mayHaveWritten, let command = command as? any ScriptRunningCommand,
        let script = command.knownScript(from: frame.source)
      {
        lookInto(script, from: range, isFixed: !usesVariables)
      } else {
        forgetAll()
      }
    case .unknownYet:
      for second in table.family(syntax.verb.text) {
        variables.ran.formUnion(Results.dotted("\(syntax.verb.text) \(second)"))
      }
    case .failure(let problem, let range): report(problem(), range)
    }
  }

  /// Looks at the files that a command will write.
  private mutating func expectFiles(
    of command: any Command, _ entry: CommandEntry, _ places: ArgumentPlaces, usesVariables: Bool
  ) {
    let (foreseen, areAll) = files.expect(
      command, entry, places.arguments, usesVariables: usesVariables, isSure: !maybeSkipped)
    if entry.writesScripts, !entry.writesFiles || !areAll || foreseen.contains(where: \.file.isScript) {
      mayHaveWritten = true
      lookedInto.unknownCount += 1
    }
    for file in foreseen {
      if let error = file.error { report(.commandFailed(error), places.range(of: error)) }
      if !usesVariables, !maybeSkipped, frame.written.count < Self.turnLimit { frame.written.append(file.file) }
    }
  }

  /// Checks a script that is run here, once.
  private mutating func lookInto(_ reference: ScriptReference, from range: Range<Int>, isFixed: Bool) {
    let key = "\(reference.identity) \(reference.cells)"
    let depth = frame.callers.count
    if !isFixed { frame.assigned = nil }
    switch lookedInto[key] {
    case nil:
      guard depth < scriptDepthLimit else { return reportDepth(key, range) }
      guard let script = lookedInto.script(reference) else { return forgetAll() }
      lookedInto[key] = .going
      let wasRepeating = isRepeating
      isRepeating = false
      frames.append(
        Frame(
          source: script.source, callers: [SourceLocation(source: frame.source, range: range)] + frame.callers,
          place: frame.place ?? range.lowerBound))
      check(script)
      isRepeating = wasRepeating
      let inner = frames.removeLast()
      if case .going = lookedInto[key] {
        lookedInto[key] = .done(height: inner.height, assigned: inner.assigned, written: inner.written)
      }
      join(height: inner.height, assigned: inner.assigned, written: isFixed ? inner.written : [])
    case .going:
      // It is run again and again until the depth ends it, unless it never comes to that.
      if maybeSkipped { forgetAll() } else { reportDepth(key, range) }
    case .done(let height, let assigned, let written):
      guard depth + 1 + height <= scriptDepthLimit else { return reportDepth(key, range) }
      if let assigned { for name in assigned { variables.values[name] = nil } } else { forgetAll() }
      files.expectOtherValues()
      for file in written {
        if let error = files.expect(file, isSure: !maybeSkipped) { report(.commandFailed(error), range) }
      }
      join(height: height, assigned: assigned, written: isFixed ? written : [])
    case .tooDeep: forgetAll()
    }
  }

  private mutating func join(height: Int, assigned: Set<String>?, written: [WrittenFile]) {
    frame.height = max(frame.height, height + 1)
    frame.written += written.prefix(max(0, Self.turnLimit - frame.written.count))
    if let assigned { frame.assigned?.formUnion(assigned) } else { frame.assigned = nil }
  }

  private mutating func reportDepth(_ key: String, _ range: Range<Int>) {
    report(.recursiveRun(limit: scriptDepthLimit), range)
    lookedInto[key] = .tooDeep
    forgetAll()
  }

  /// A script that is not known may set and use anything.
  private mutating func forgetAll() {
    lookedInto.unknownCount += 1
    frame.assigned = nil
    files.expectAnything()
    variables.mayUseMore = true
    variables.mayBeMore = true
  }

  // MARK: Variables

  /// The items of a value if they are known.
  private mutating func knownItems(_ value: ValueSyntax) -> [Argument.Item]? {
    var isKnown = room > 0
    if isKnown || !value.usesVariables {
      isKnown = true
      value.forEachVariable { name, _ in if variables.values[name] == nil { isKnown = false } }
    }
    guard isKnown else { return nil }
    do {
      return try value.resolved(in: variables.values, source: frame.source, room: &room)
    } catch {
      switch error.problem {
      case .valueTooLarge:
        report(error.problem, error.location.range)
        // It took time all the same.
        room -= Value.byteLimit
      default: room = 0
      }
      return nil
    }
  }

  private mutating func define(_ name: String, _ value: Value?) {
    if known.insert(name).inserted { variables.names.append(name) }
    variables.values[name] = value
    frame.assigned?.insert(name)
  }

  private mutating func use(_ value: ValueSyntax) {
    guard value.usesVariables else { return }
    var unknown: [ItemSyntax.NamedRange] = []
    value.forEachVariable { name, range in
      if name.namesResult { return useResult(name, range) }
      noteUse(of: name)
      if !variables.mayBeMore, !known.contains(name) { unknown.append(.init(name: name, range: range)) }
    }
    let (names, table) = (variables.names, table)
    for use in unknown {
      report(
        .unknownVariable(
          use.name, nearest: table.exampleResult(of: use.name) ?? nearestVariable(to: use.name, among: names)),
        use.range)
    }
  }

  private mutating func useResult(_ name: String, _ range: Range<Int>) {
    switch table.result(name) {
    case .failure(let problem): report(problem, range)
    case .found(let verbs):
      guard !variables.mayBeMore, !variables.mayHaveRunMore, !verbs.contains(where: variables.ran.contains) else {
        return
      }
      report(.noResult(name, isEmpty: false), range)
    }
  }

  private mutating func noteUse(of name: String) {
    if used.insert(name).inserted { variables.used.append(name) }
  }

  /// Commands can take variables by their names.
  private mutating func noteNames(in arguments: [Argument], of entry: CommandEntry) {
    for argument in arguments {
      if let items = argument.items {
        for item in items { noteUse(of: item.text) }
      } else {
        variables.mayUseMore = true
      }
    }
  }
}
