import Options

extension CommandDeclaration {
  /// Reads `arguments` into a command.
  ///
  /// Arguments with unknown values are counted but not read, so that scripts can be checked without running.
  func bind(_ arguments: [Argument], verbRange: Range<Int>, source: SourceText) -> (command: C, problems: [Diagnostic])
  {
    var command = initial
    var problems: [Diagnostic] = []
    var given = [Bool](repeating: false, count: parameters.count)
    var isComplete = true
    func report(_ problem: Problem, _ range: Range<Int>) {
      problems.append(Diagnostic(problem, at: SourceLocation(source: source, range: range)))
    }
    func read(_ items: [Argument.Item], _ parameter: Parameter<C>, _ range: Range<Int>) {
      let name = parameter.description.name
      let expected = parameter.description.expected
      switch parameter.decode(&command, items.map(\.text)) {
      case nil: break
      case .item(let index):
        var nearest: String?
        if case .words(let words) = parameter.description.completion {
          nearest = Suggestion.nearest(to: items[index].text, among: words)
        }
        report(
          .invalidValue(parameter: name, expected: expected, found: items[index].text, nearest: nearest),
          items[index].range)
      case .count:
        report(
          parameter.description.takesList
            ? .wrongItemCount(parameter: name, expected: expected, count: items.count)
            : .listForOneValue(parameter: name, expected: expected, count: items.count), range)
      }
    }

    var nextPositional = 0
    var rest: [Argument.Item] = []
    var restRange: Range<Int>?
    for argument in takesBareOptions ? joiningBareOptions(arguments) : arguments {
      if let name = argument.name {
        guard let index = indices[name.text] else {
          let nearest = Suggestion.nearest(to: name.text, among: optionNames)
          report(.unknownOption(verb: verb, option: name.text, choices: optionNames, nearest: nearest), name.range)
          continue
        }
        guard !parameters[index].description.isPositional else {
          report(.positionalGivenByName(verb: verb, parameter: name.text), name.range)
          given[index] = true
          continue
        }
        guard !given[index] else {
          report(.duplicateOption(name.text), name.range)
          continue
        }
        given[index] = true
        if let items = argument.items { read(items, parameters[index], argument.range) } else { isComplete = false }
      } else {
        guard nextPositional < positionals.count else {
          report(surplus(argument, limit: positionals.count), argument.range)
          continue
        }
        let index = positionals[nextPositional]
        given[index] = true
        if parameters[index].description.role == .rest {
          if let items = argument.items { rest += items } else { isComplete = false }
          restRange = (restRange?.lowerBound ?? argument.range.lowerBound)..<argument.range.upperBound
        } else {
          nextPositional += 1
          if let items = argument.items { read(items, parameters[index], argument.range) } else { isComplete = false }
        }
      }
    }
    if let last = positionals.last, parameters[last].description.role == .rest, isComplete {
      read(rest, parameters[last], restRange ?? verbRange)
    }
    for index in required where !given[index] {
      let parameter = parameters[index].description
      report(.missingArgument(verb: verb, parameter: parameter.name, expected: parameter.expected), verbRange)
    }
    if problems.isEmpty && isComplete {
      do {
        try command.validate()
      } catch {
        let places = ArgumentPlaces(
          arguments: arguments, parameters: parameters.map(\.description), verbRange: verbRange)
        report(.commandFailed(error), places.range(of: error))
      }
    }
    return (command, problems)
  }

  private var optionNames: [String] { parameters.map(\.description).filter { !$0.isPositional }.map(\.name) }

  /// `arguments` with each option that is written as its name and its value put together.
  private func joiningBareOptions(_ arguments: [Argument]) -> [Argument] {
    var joined: [Argument] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument.name == nil, let word = argument.onlyItem, optionNames.contains(word), let value = rest.first,
        value.name == nil
      {
        rest.removeFirst()
        let name = NameSyntax(text: word, range: argument.range)
        joined.append(Argument(name: name, items: value.items, range: value.range))
      } else {
        joined.append(argument)
      }
    }
    return joined
  }

  /// What is wrong with a value that no parameter takes.
  private func surplus(_ argument: Argument, limit: Int) -> Problem {
    guard takesBareOptions, let word = argument.onlyItem else {
      return .tooManyArguments(verb: verb, limit: limit, options: optionNames)
    }
    if let index = indices[word] {
      return .missingValue(after: "\(word): \(parameters[index].description.expected)")
    }
    return .unknownOption(
      verb: verb, option: word, choices: optionNames, nearest: Suggestion.nearest(to: word, among: optionNames))
  }
}

extension Command {
  /// The command with every value written out, also those that are defaults: it reads back as the same command.
  ///
  /// Values that are absent with a meaning of their own stay absent.
  public var canonicalText: String { canonicalWords.joined(separator: " ") }

  /// `canonicalText` on lines of at most `width` columns, continued with backslashes.
  public func canonicalText(wrappedTo width: Int) -> String {
    let words = canonicalWords
    return TextWrap.lines(Array(words.dropFirst()), first: words[0], width: width - 2, indent: 2)
      .joined(separator: " \\\n")
  }

  private var canonicalWords: [String] {
    let declaration = declaration
    var words = [declaration.verb]
    var positionalsEnded = false
    for parameter in declaration.parameters {
      guard let items = parameter.encode(self) else {
        // A later positional value would be read as this one.
        if parameter.description.isPositional { positionalsEnded = true }
        continue
      }
      switch parameter.description.role {
      case .required, .positional:
        guard !positionalsEnded else { continue }
        words.append(items.map(Spelling.quoted).joined(separator: ","))
      case .rest:
        guard !positionalsEnded else { continue }
        words += items.map(Spelling.quoted)
      case .option:
        if items.isEmpty { continue }
        words.append("\(parameter.description.name)=" + items.map(Spelling.quoted).joined(separator: ","))
      }
    }
    return words
  }
}
