import Options

/// Recursive descent with one token of look-ahead; after an error it goes on at the next line or `;`.
struct Parser {
  let source: SourceText
  private let firstCell: Int
  private var lexer: Lexer
  var token: Token
  /// Where the token before `token` ended: values that touch are one list, option or mistake.
  var previousEnd = 0
  private var errors = Diagnostics()
  /// Whether the text ends within a block or a statement, which is the last error then.
  private var isOpenAtEnd = false

  struct Abandoned: Error {}

  init(_ source: SourceText, firstCell: Int) {
    self.source = source
    self.firstCell = firstCell
    lexer = Lexer(source)
    token = lexer.next()
  }

  mutating func script() -> Script {
    var cells: [Cell] = []
    var title = ""
    var start = 0
    var number = firstCell
    // Only a marker opens an empty cell; text before the first marker is a cell if it holds a statement.
    var isMarked = false
    func close(_ statements: [Statement], _ end: Int) {
      guard isMarked || !statements.isEmpty else { return }
      cells.append(Cell(number: number, title: title, kind: .code, statements: statements, range: start..<end))
      number += 1
    }
    var statements: [Statement] = []
    loop: while true {
      switch token.kind {
      case .end:
        close(statements, token.range.lowerBound)
        break loop
      case .cellMarker:
        close(statements, token.range.lowerBound)
        statements = []
        start = token.range.lowerBound
        let marker = CellMarker(source.text(in: token.range))
        title = marker.title
        isMarked = true
        if marker.isMarkdown {
          if lexer.offset < source.bytes.count { lexer.resume(at: lexer.offset + 1) }
          let text = lexer.markdown()
          cells.append(
            Cell(
              number: number, title: title, kind: .markdown(text), statements: [], range: start..<lexer.offset))
          number += 1
          start = lexer.offset
          title = ""
          isMarked = false
        }
        advance()
      default:
        statement(depth: 0, into: &statements)
      }
    }
    return Script(source: source, cells: cells, errors: errors)
  }

  // MARK: Statements

  /// Reads one statement or separator; always consumes at least a token unless it stops at a marker or the end.
  private mutating func statement(depth: Int, into statements: inout [Statement]) {
    do {
      switch token.kind {
      case .newline, .semicolon:
        advance()
        return
      case .closeBrace:
        fail(.strayClosingBrace, token.range)
        advance()
        return
      case .openBrace:
        throw abandon(.strayBlock, token.range)
      case .word:
        break
      case .invalid(let misreading):
        throw abandon(misreading)
      case .equals:
        throw abandon(.strayEquals, token.range)
      case .item:
        throw abandon(.missingVerb(found: "a value"), token.range)
      case .comma:
        throw abandon(.missingVerb(found: "','"), token.range)
      case .cellMarker, .end:
        return
      }
      let verb = name()
      advance()
      let kind: Statement.Kind
      switch verb.text {
      case "let", "default": kind = .assignment(try assignment(keyword: verb))
      case "for": kind = .forLoop(try forLoop(keyword: verb, depth: depth))
      case "repeat": kind = .repeatLoop(try repeatLoop(keyword: verb, depth: depth))
      case "if":
        kind = .condition(IfSyntax(condition: try value(after: "if"), body: try block(of: verb, depth: depth)))
      case "sweep": kind = .sweep(try sweep(keyword: verb, depth: depth))
      default: kind = .command(CommandSyntax(verb: verb, arguments: try arguments(of: verb)))
      }
      statements.append(Statement(kind: kind, range: verb.range.lowerBound..<previousEnd))
      try endOfStatement(kind)
    } catch {
      recover(depth: depth)
    }
  }

  private mutating func endOfStatement(_ kind: Statement.Kind) throws(Abandoned) {
    switch token.kind {
    case .newline, .semicolon, .closeBrace, .cellMarker, .end: return
    case .invalid(let misreading): throw abandon(misreading)
    case .openBrace: throw abandon(.strayBlock, token.range)
    default:
      switch kind {
      case .assignment(let syntax):
        if let sum = spacedArithmetic(after: syntax.value) { throw abandon(.arithmetic(sum), syntax.value.range) }
        throw abandon(.extraAfterValue(keyword: syntax.isDefault ? "default" : "let"), token.range)
      default: throw abandon(.extraAfterBlock, token.range)
      }
    }
  }

  private mutating func assignment(keyword: NameSyntax) throws(Abandoned) -> AssignmentSyntax {
    let name = try variableName(after: keyword)
    guard case .equals = token.kind else { throw abandon(.missingEquals(name: name.text), here) }
    advance()
    let value = try value(after: "'='")
    return AssignmentSyntax(isDefault: keyword.text == "default", name: name, value: value)
  }

  private mutating func forLoop(keyword: NameSyntax, depth: Int) throws(Abandoned) -> ForSyntax {
    let name = try variableName(after: keyword)
    guard case .word = token.kind, source.text(in: token.range) == "in" else {
      throw abandon(.missingIn(name: name.text), here)
    }
    advance()
    var values = [try value(after: "'in'")]
    while startsValue { values.append(try value(after: "'in'")) }
    return ForSyntax(variable: name, values: values, body: try block(of: keyword, depth: depth))
  }

  private mutating func repeatLoop(keyword: NameSyntax, depth: Int) throws(Abandoned) -> RepeatSyntax {
    let count = try value(after: "repeat")
    if case .literal(let text)? = count.items.first?.kind, count.items.count == 1, Number.integer(text) ?? -1 < 0 {
      fail(.invalidRepeatCount(text), count.range)
    } else if count.items.count > 1 {
      let text = source.text(in: count.range)
      fail(.invalidRepeatCount(text), count.range)
    }
    return RepeatSyntax(count: count, body: try block(of: keyword, depth: depth))
  }

  private mutating func sweep(keyword: NameSyntax, depth: Int) throws(Abandoned) -> SweepSyntax {
    var axes: [ForSyntax] = []
    for argument in try arguments(of: keyword, endsAtBlock: true) {
      guard let name = argument.name else { throw abandon(.missingAxis, argument.value.range) }
      guard !axes.contains(where: { $0.variable.text == name.text }) else {
        throw abandon(.repeatedAxis(name.text), name.range)
      }
      axes.append(ForSyntax(variable: name, values: [argument.value], body: []))
    }
    guard !axes.isEmpty else { throw abandon(.missingAxis, keyword.range) }
    let start = token.range.lowerBound
    let body = try block(of: keyword, depth: depth)
    return SweepSyntax(axes: axes, body: body, blockRange: start..<previousEnd)
  }

  private mutating func block(of keyword: NameSyntax, depth: Int) throws(Abandoned) -> [Statement] {
    guard case .openBrace = token.kind else {
      try refuseMisreading()
      guard case .newline = token.kind, blockFollows() else {
        throw abandon(.missingBlock(keyword: keyword.text), here)
      }
      fail(.missingBlock(keyword: keyword.text), here)
      while case .newline = token.kind { advance() }
      return try block(of: keyword, depth: depth)
    }
    guard depth < Script.nestingLimit else {
      fail(.nestedTooDeep(limit: Script.nestingLimit), token.range)
      skipBlock()
      return []
    }
    advance()
    var statements: [Statement] = []
    while true {
      switch token.kind {
      case .closeBrace:
        advance()
        return statements
      case .end:
        // One missing brace leaves every block around it open, too: the innermost says it all.
        if isOpenAtEnd || lexer.isCutShort { throw Abandoned() }
        isOpenAtEnd = true
        throw abandon(.unclosedBlock(keyword: keyword.text), keyword.range)
      case .cellMarker:
        // Inside a block it is a comment.
        advance()
      default:
        statement(depth: depth + 1, into: &statements)
      }
    }
  }

  /// Whether the first token after line ends opens a block.
  private func blockFollows() -> Bool {
    var lookAhead = lexer
    while true {
      switch lookAhead.next().kind {
      case .newline: continue
      case .openBrace: return true
      default: return false
      }
    }
  }

  private mutating func arguments(
    of verb: NameSyntax, endsAtBlock: Bool = false
  ) throws(Abandoned) -> [ArgumentSyntax] {
    var arguments: [ArgumentSyntax] = []
    while true {
      switch token.kind {
      case .word:
        let name = name()
        let value = try value(after: "'\(verb.text)'")
        guard case .equals = token.kind else {
          if let last = arguments.last, let sum = spacedArithmetic(after: last.value, operator: value) {
            throw abandon(.arithmetic(sum), last.value.range.lowerBound..<value.range.upperBound)
          }
          arguments.append(ArgumentSyntax(name: nil, value: value))
          continue
        }
        guard value.range == name.range else { throw abandon(.strayEquals, token.range) }
        guard token.range.lowerBound == previousEnd else {
          throw abandon(.spaceBeforeEquals(option: name.text), token.range)
        }
        guard Spelling.isOptionName(name.text) else { throw abandon(.invalidName(name.text), name.range) }
        advance()
        guard startsValue else {
          try refuseMisreading()
          throw abandon(.missingValue(after: "'\(name.text)='"), name.range.lowerBound..<previousEnd)
        }
        guard token.range.lowerBound == previousEnd else {
          throw abandon(.spaceAfterEquals(option: name.text), token.range)
        }
        arguments.append(ArgumentSyntax(name: name, value: try self.value(after: "'='")))
      case .item:
        arguments.append(ArgumentSyntax(name: nil, value: try value(after: "'\(verb.text)'")))
      case .equals:
        if arguments.isEmpty { throw abandon(.spaceBeforeEquals(option: verb.text), token.range) }
        throw abandon(.strayEquals, token.range)
      case .comma:
        throw abandon(arguments.isEmpty ? .missingListItem : .spaceInList, token.range)
      case .invalid(let misreading):
        throw abandon(misreading)
      case .openBrace:
        if endsAtBlock { return arguments }
        throw abandon(.strayBlock, token.range)
      case .closeBrace, .newline, .semicolon, .cellMarker, .end:
        return arguments
      }
    }
  }

  // MARK: Moving on

  mutating func advance() {
    previousEnd = token.range.upperBound
    token = lexer.next()
  }

  /// The present token, or the end of the one before when a line or the text ends here.
  var here: Range<Int> {
    switch token.kind {
    case .newline, .end, .cellMarker: previousEnd..<previousEnd
    default: token.range
    }
  }

  mutating func fail(_ problem: @autoclosure () -> Problem, _ range: Range<Int>) {
    let source = source
    errors.add(
      at: range.lowerBound, Diagnostic(problem(), at: SourceLocation(source: source, range: range)),
      isIncomplete: isOpenAtEnd)
  }

  mutating func abandon(_ problem: @autoclosure () -> Problem, _ range: Range<Int>) -> Abandoned {
    fail(problem(), range)
    return Abandoned()
  }

  mutating func abandon(_ misreading: Token.Misreading) -> Abandoned {
    let (lexer, range) = (lexer, token.range)
    isOpenAtEnd = isOpenAtEnd || misreading == .danglingContinuation
    return abandon(lexer.problem(misreading, range), range)
  }

  mutating func refuseMisreading() throws(Abandoned) {
    if case .invalid(let misreading) = token.kind { throw abandon(misreading) }
  }

  /// Skips to the end of the line or statement; a block that opens on the way is skipped whole.
  private mutating func recover(depth: Int) {
    while true {
      switch token.kind {
      case .newline, .semicolon, .cellMarker, .end: return
      case .closeBrace:
        if depth > 0 { return }
        advance()
      case .openBrace: skipBlock()
      default: advance()
      }
    }
  }

  private mutating func skipBlock() {
    var depth = 0
    while true {
      switch token.kind {
      case .openBrace: depth += 1
      case .closeBrace: depth -= 1
      case .end: return
      default: break
      }
      advance()
      if depth == 0 { return }
    }
  }
}
