import Options

// Values, and what looks like one.
extension Parser {
  var startsValue: Bool {
    switch token.kind {
    case .word, .item: true
    default: false
    }
  }

  mutating func value(after what: @autoclosure () -> String) throws(Abandoned) -> ValueSyntax {
    let start = token.range.lowerBound
    var items = [try item(after: what())]
    while case .comma = token.kind {
      guard token.range.lowerBound == previousEnd else { throw abandon(.spaceInList, token.range) }
      advance()
      guard startsValue else {
        try refuseMisreading()
        throw abandon(.missingListItem, previousEnd - 1..<previousEnd)
      }
      guard token.range.lowerBound == previousEnd else { throw abandon(.spaceInList, token.range) }
      items.append(try item(after: "','"))
    }
    if startsValue, token.range.lowerBound == previousEnd {
      let (end, text) = (token.range.upperBound, source.text(in: start..<token.range.upperBound))
      if let sum = joinedArithmetic(from: items) { throw abandon(.arithmetic(sum), start..<previousEnd) }
      throw abandon(.joinedValues(text), start..<end)
    }
    return ValueSyntax(items: items, range: start..<previousEnd)
  }

  private mutating func item(after what: @autoclosure () -> String) throws(Abandoned) -> ItemSyntax {
    let range = token.range
    switch token.kind {
    case .word:
      let text = source.text(in: range)
      guard !Spelling.isArithmetic(text) else { throw abandon(.arithmetic(text), range) }
      advance()
      return ItemSyntax(kind: .literal(text), range: range)
    case .item(let kind):
      advance()
      return ItemSyntax(kind: kind, range: range)
    case .invalid(let misreading): throw abandon(misreading)
    default: throw abandon(.missingValue(after: what()), here)
    }
  }

  /// What stands there if numbers, variables and operators touch each other: `$n*2`. Reads on to its end.
  private mutating func joinedArithmetic(from items: [ItemSyntax]) -> String? {
    guard items.count == 1, let start = items.first?.range.lowerBound else { return nil }
    // A variable could hold any number.
    var form = if case .literal(let text) = items[0].kind { text } else { "1" }
    while startsValue, token.range.lowerBound == previousEnd {
      if case .word = token.kind { form += source.text(in: token.range) } else { form += "1" }
      advance()
    }
    return Spelling.isArithmetic(form) ? source.text(in: start..<previousEnd) : nil
  }

  /// What stands there if an operator between spaces, read already or the present token, follows a number or a variable.
  func spacedArithmetic(after left: ValueSyntax, operator read: ValueSyntax? = nil) -> String? {
    let range = read?.range ?? token.range
    guard range.count == 1, "+-*/".utf8.contains(source.bytes[range.lowerBound]), left.items.count == 1,
      read == nil || startsValue
    else { return nil }
    switch left.items[0].kind {
    case .interpolated: return nil
    case .literal(let text) where Number.real(text) == nil: return nil
    default: return source.text(in: left.range.lowerBound..<range.upperBound)
    }
  }

  func name() -> NameSyntax {
    NameSyntax(text: source.text(in: token.range), range: token.range)
  }

  mutating func variableName(after keyword: NameSyntax) throws(Abandoned) -> NameSyntax {
    guard case .word = token.kind else {
      try refuseMisreading()
      throw abandon(.missingName(keyword: keyword.text), here)
    }
    let name = name()
    guard Spelling.isName(name.text) else { throw abandon(.invalidName(name.text), name.range) }
    advance()
    return name
  }
}
