import Options

/// What could stand at the cursor.
public struct Completion: Sendable, Equatable {
  /// Bytes from the text's start to where the word under the cursor starts.
  public let start: Int
  /// Whole words that could replace it, in the order in which they are declared.
  public let words: [String]
  /// Whether files could stand there: the endings wanted, empty for any; nil for no files.
  public let fileEndings: [String]?

  public init(start: Int, words: [String] = [], fileEndings: [String]? = nil) {
    self.start = start
    self.words = words
    self.fileEndings = fileEndings
  }
}

extension CommandTable {
  /// What could stand at the end of `text`, an unfinished entry.
  public func completion(of text: String, variables: [String]) -> Completion {
    let source = SourceText(name: "", text: text)
    var lexer = Lexer(source)
    var statement: [Token] = []
    let end = source.bytes.count
    var lastEnd = 0
    loop: while true {
      let token = lexer.next()
      switch token.kind {
      case .end: break loop
      case .newline, .semicolon, .openBrace, .closeBrace: statement = []
      // A comment or a marker reaches to the end of its line: there is nothing to complete in it.
      case .cellMarker: return Completion(start: end)
      default: statement.append(token)
      }
      lastEnd = token.range.upperBound
    }
    if source.bytes[lastEnd...].contains(UInt8(ascii: "#")) { return Completion(start: end) }
    return Context(table: self, source: source, tokens: statement, variables: variables).completion()
  }
}

private struct Context {
  let table: CommandTable
  let source: SourceText
  let tokens: [Token]
  /// Also results, which have dots in their names.
  let variables: [String]

  private var end: Int { source.bytes.count }

  /// Variables and results as they are written.
  private var values: [String] { variables.map { $0.namesResult ? "${\($0)}" : "$\($0)" } }

  func completion() -> Completion {
    var before = tokens
    var start = end
    var isString = false
    if let last = tokens.last {
      switch last.kind {
      case .word where last.range.upperBound == end:
        start = last.range.lowerBound
        before.removeLast()
      case .item(.variable) where last.range.upperBound == end, .invalid(.missingVariableName),
        .invalid(.unclosedVariableName):
        return variable(from: last.range.lowerBound)
      case .invalid(.unclosedString):
        start = last.range.lowerBound + 1
        isString = true
        before.removeLast()
      case .invalid: return Completion(start: end)
      default: break
      }
    }
    if isString, let dollar = openVariable(from: start) { return variable(from: dollar) }
    let prefix = source.text(in: start..<end)
    guard let first = before.first, case .word = first.kind else {
      return before.isEmpty && !isString ? matching(table.firstWords, prefix, start) : Completion(start: end)
    }
    let verb = source.text(in: first.range)
    switch verb {
    case "for":
      return matching(before.count == 2 ? ["in"] : before.count > 2 ? values : [], prefix, start)
    case "if": return matching(["on", "off"] + values, prefix, start)
    case "let", "default", "repeat", "sweep": return matching(values, prefix, start)
    default: break
    }
    let second = before.count > 1 ? "\(verb) \(source.text(in: before[1].range))" : verb
    let family = table.family(verb)
    if before.count == 1, !family.isEmpty, table[verb] == nil { return matching(family, prefix, start) }
    guard let entry = table[second] ?? table[verb] else { return Completion(start: end) }
    let verbCount = table[second] != nil && before.count > 1 ? 2 : 1
    return argument(of: entry, Array(before.dropFirst(verbCount)), prefix, start, isString: isString)
  }

  private func argument(
    of entry: CommandEntry, _ tokens: [Token], _ prefix: String, _ start: Int, isString: Bool
  ) -> Completion {
    // Back over a list's earlier items to what they belong to.
    var index = tokens.count
    var edge = isString ? start - 1 : start
    while index >= 2, case .comma = tokens[index - 1].kind, tokens[index - 1].range.upperBound == edge {
      edge = tokens[index - 2].range.lowerBound
      index -= 2
    }
    if index >= 2, case .equals = tokens[index - 1].kind, tokens[index - 1].range.upperBound == edge {
      let name = source.text(in: tokens[index - 2].range)
      guard let parameter = entry.parameters.first(where: { $0.name == name }) else { return Completion(start: end) }
      return values(of: parameter, prefix, start, and: [])
    }
    if entry.takesBareOptions, let last = tokens.last, case .word = last.kind,
      tokens.count == 1 || !isJoined(tokens, tokens.count - 1),
      let parameter = entry.parameters.first(where: { $0.name == source.text(in: last.range) })
    {
      return values(of: parameter, prefix, start, and: [])
    }
    var given: Set<String> = []
    var positionalCount = 0
    for (index, token) in tokens.enumerated() {
      guard case .word = token.kind else {
        if case .item = token.kind, index == 0 || !isJoined(tokens, index) { positionalCount += 1 }
        continue
      }
      if index + 1 < tokens.count, case .equals = tokens[index + 1].kind {
        given.insert(source.text(in: token.range))
      } else if index == 0 || !isJoined(tokens, index) {
        positionalCount += 1
      }
    }
    let positionals = entry.parameters.filter(\.isPositional)
    if index < tokens.count, let list = positionals.prefix(positionalCount).last, list.takesList {
      return values(of: list, prefix, start, and: [])
    }
    let options = entry.parameters.filter { !$0.isPositional && !given.contains($0.name) }.map { "\($0.name)=" }
    let next =
      positionalCount < positionals.count ? positionals[positionalCount] : positionals.last { $0.role == .rest }
    guard let next else { return matching(isString ? [] : options, prefix, start) }
    return values(of: next, prefix, start, and: isString ? [] : options)
  }

  /// Whether the token follows an option's `=` or a list's comma.
  private func isJoined(_ tokens: [Token], _ index: Int) -> Bool {
    switch tokens[index - 1].kind {
    case .equals, .comma: tokens[index - 1].range.upperBound == tokens[index].range.lowerBound
    default: false
    }
  }

  private func values(of parameter: ParameterDescription, _ prefix: String, _ start: Int, and more: [String])
    -> Completion
  {
    switch parameter.completion {
    case .nothing: matching(more, prefix, start)
    case .words(let words): matching(words + more, prefix, start)
    case .verbs(let others): matching(table.firstWords + others + more, prefix, start)
    case .variables: matching(variables.filter { !$0.namesResult } + more, prefix, start)
    // Where a file is due, options would only stand in the way of its name.
    case .files(let endings): Completion(start: start, fileEndings: endings)
    case .wordsOrFiles(let words):
      Completion(start: start, words: words.filter { $0.hasPrefix(prefix) }, fileEndings: [])
    }
  }

  private func matching(_ words: [String], _ prefix: String, _ start: Int) -> Completion {
    Completion(start: start, words: words.filter { $0.hasPrefix(prefix) })
  }

  private func variable(from start: Int) -> Completion {
    let text = source.text(in: start..<end)
    let braced = text.hasPrefix("${")
    return matching(braced ? variables.map { "${\($0)}" } : values, text, start)
  }

  /// Where a variable's name under the cursor starts in an open double-quoted string.
  private func openVariable(from start: Int) -> Int? {
    guard source.bytes[start - 1] == UInt8(ascii: "\"") else { return nil }
    guard let dollar = source.bytes[start...].lastIndex(of: UInt8(ascii: "$")) else { return nil }
    let name = source.text(in: dollar + 1..<end)
    return name.isEmpty || name == "{"
      || Spelling.isName(name.hasPrefix("{") ? String(name.dropFirst()).replacing(".", with: "_") : name)
      ? dollar : nil
  }
}
