import Options

extension CommandDeclaration {
  /// Reads `arguments` into a command.
  ///
  /// Arguments with unknown values are counted but not read, so that scripts can be checked without running.
  ///
  /// - Parameter problems: what was found wrong before; it decides how much is kept of what is wrong here.
  func bind(
    _ arguments: [Argument], verbRange: Range<Int>, source: SourceText, problems: Diagnostics
  ) -> (command: C, problems: Diagnostics) {
    var command = initial
    var problems = problems
    var given = [Bool](repeating: false, count: parameters.count)
    var isComplete = true
    func report(_ problem: @autoclosure () -> Problem, _ range: Range<Int>) {
      problems.add(at: range.lowerBound, Diagnostic(problem(), at: SourceLocation(source: source, range: range)))
    }
    func read(_ items: [Argument.Item], _ parameter: Parameter<C>, _ range: Range<Int>) {
      let name = parameter.description.name
      let expected = parameter.description.expected
      switch parameter.decode(&command, items.map(\.text)) {
      case nil: break
      case .item(let index):
        report(
          .invalidValue(
            parameter: name, expected: expected, found: items[index].text,
            nearest: parameter.description.completion.nearest(to: items[index].text)), items[index].range)
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
    var remaining = (takesBareOptions ? joiningBareOptions(arguments) : arguments)[...]
    while let argument = remaining.popFirst() {
      if let name = argument.name {
        guard let index = indices[name.text] else {
          report(
            .unknownOption(
              verb: verb, option: name.text, choices: optionNames,
              nearest: Suggestion.nearest(to: name.text, among: optionNames)), name.range)
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
        if nextPositional == positionals.count, let path = pathGoing(on: argument, in: &remaining, parameters[index]) {
          report(.pathWithoutQuotes(path.spelling), path.range)
        } else if let items = argument.items {
          read(items, parameters[index], argument.range)
        } else {
          isComplete = false
        }
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
          if nextPositional == positionals.count,
            let path = pathGoing(on: argument, in: &remaining, parameters[index])
          {
            report(.pathWithoutQuotes(path.spelling), path.range)
          } else if let items = argument.items {
            read(items, parameters[index], argument.range)
          } else {
            isComplete = false
          }
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
    if problems.total == 0 && isComplete {
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

  /// `argument` and the surplus values behind it, which it takes from `remaining`, if they read as one path in which
  /// spaces were not quoted: `my session.ddpm`.
  private func pathGoing(
    on argument: Argument, in remaining: inout ArraySlice<Argument>, _ parameter: Parameter<C>
  ) -> (spelling: String, range: Range<Int>)? {
    guard parameter.description.completion.offersFiles, let next = remaining.first, next.name == nil,
      var path = argument.onlyItem, path.split(separator: "/").last?.contains(".") != true
    else { return nil }
    let words = remaining.prefix { $0.name == nil && $0.onlyItem != nil }
    guard let last = words.last, last.onlyItem!.contains(where: { $0 == "." || $0 == "/" }) else { return nil }
    for word in words { path += " " + word.onlyItem! }
    var command = initial
    guard parameter.decode(&command, [path]) == nil else { return nil }
    remaining.removeFirst(words.count)
    let spelling = Spelling.quoted(path)
    return (
      argument.name.map { "\($0.text)=\(spelling)" } ?? spelling, argument.range.lowerBound..<last.range.upperBound
    )
  }

  private var optionNames: [String] { parameters.map(\.description).filter { !$0.isPositional }.map(\.name) }

  /// `arguments` with each option that is written as its name and its value put together.
  private func joiningBareOptions(_ arguments: [Argument]) -> [Argument] {
    var joined: [Argument] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument.name == nil, let word = argument.onlyItem, indices[word] != nil, let value = rest.first,
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
