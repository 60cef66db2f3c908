/// A command's declaration without its type: what dispatch, help and completion share.
public struct CommandEntry: Sendable {
  public let verb: String
  public let summary: String
  public let discussion: String
  public let parameters: [ParameterDescription]
  /// What it finds, as its records name it.
  public let results: [ResultName]
  /// The names by which scripts use that.
  let resultPaths: [String]
  /// The verb as results name it: "plot.tsne", and "plot".
  let dottedVerbs: [String]
  public let examples: [CommandExample]
  public let seeAlso: [String]
  public let definesVariables: Bool
  let writesScripts: Bool
  /// Whether it runs other commands.
  let runsScripts: Bool
  /// Whether it takes variables by their names.
  let namesVariables: Bool
  /// Whether it may write files that its arguments name.
  let writesFiles: Bool
  let takesBareOptions: Bool
  /// Whether it finds things whose names are not known beforehand.
  var hasAnyResult: Bool { results.contains(where: \.isAny) }
  let synonyms: [String]
  let aliases: [String]
  /// Reads arguments into a command, and adds what is wrong with them to what is given.
  let bind: @Sendable ([Argument], Range<Int>, SourceText, Diagnostics) -> (command: any Command, problems: Diagnostics)

  init<C: Command>(_ declaration: CommandDeclaration<C>) {
    verb = declaration.verb
    summary = declaration.summary
    discussion = declaration.discussion
    parameters = declaration.parameters.map(\.description)
    results = declaration.results
    resultPaths = results.flatMap(\.paths)
    dottedVerbs = Results.dotted(declaration.verb)
    examples = declaration.examples
    seeAlso = declaration.seeAlso
    definesVariables = declaration.definesVariables
    writesScripts = declaration.writesScripts
    runsScripts = C.self is any ScriptRunningCommand.Type
    namesVariables = declaration.parameters.contains { $0.description.completion == .variables }
    writesFiles = declaration.parameters.contains { $0.written != nil }
    takesBareOptions = declaration.takesBareOptions
    synonyms = declaration.synonyms
    aliases = declaration.aliases
    bind = { arguments, verbRange, source, problems in
      let bound = declaration.bind(arguments, verbRange: verbRange, source: source, problems: problems)
      return (bound.command, bound.problems)
    }
  }
}

/// Commands that help lists together.
public struct CommandGroup: Sendable {
  /// A word or two: "Data".
  public let title: String
  public let commands: [any Command.Type]

  public init(_ title: String, _ commands: [any Command.Type]) {
    self.title = title
    self.commands = commands
  }
}

/// All commands, in the order in which help lists them.
public struct CommandTable: Sendable {
  public let entries: [CommandEntry]
  /// The entries by group.
  public let groups: [(title: String, entries: [CommandEntry])]
  private let indices: [String: Int]
  /// The second words of two-word verbs, by their first.
  private let families: [String: [String]]

  /// A table of one group without a title.
  public init(_ commands: [any Command.Type]) {
    self.init([CommandGroup("", commands)])
  }

  public init(_ groups: [CommandGroup]) {
    var entries: [CommandEntry] = []
    var indices: [String: Int] = [:]
    var families: [String: [String]] = [:]
    let entriesByGroup = groups.map { $0.commands.flatMap { Self.entries(of: $0) } }
    for entry in entriesByGroup.joined() {
      for name in [entry.verb] + entry.aliases {
        precondition(indices[name] == nil, "two commands are called '\(name)'")
        indices[name] = entries.count
      }
      entries.append(entry)
      let words = entry.verb.split(separator: " ").map(String.init)
      if words.count == 2 { families[words[0], default: []].append(words[1]) }
    }
    self.entries = entries
    self.groups = zip(groups, entriesByGroup).map { ($0.title, $1) }
    self.indices = indices
    self.families = families
  }

  private static func entries<C: Command>(of command: C.Type) -> [CommandEntry] {
    C.declarations.map { CommandEntry($0) }
  }

  /// The entry of a verb, "plot tsne" for instance.
  public subscript(verb: String) -> CommandEntry? {
    indices[verb].map { entries[$0] }
  }

  /// The second words of the two-word verbs that start with `word`; empty if there are none.
  public func family(_ word: String) -> [String] {
    families[word] ?? []
  }

  /// The words a statement can start with: single verbs and families, then the language's own.
  public var firstWords: [String] {
    var words: [String] = []
    for entry in entries {
      let first = String(entry.verb.prefix { $0 != " " })
      // A family's verbs need not stand together in the table.
      if !words.contains(first) { words.append(first) }
    }
    return words + LanguageStatement.words
  }

  enum Match {
    case entry(CommandEntry, arguments: [Argument], verbRange: Range<Int>)
    /// Which of a family it is depends on a variable.
    case unknownYet
    /// There is none; what is wrong is put into words only where it is shown.
    case failure(() -> Problem, Range<Int>)
  }

  /// Finds the command that `verb` and the first argument name.
  func match(_ verb: NameSyntax, _ arguments: [Argument], source: SourceText) -> Match {
    let family = family(verb.text)
    if !family.isEmpty, let first = arguments.first, first.name == nil {
      guard let items = first.items else { return .unknownYet }
      let word = items.count == 1 ? items[0].text : first.spelling
      if let entry = self["\(verb.text) \(word)"] {
        return .entry(
          entry, arguments: Array(arguments.dropFirst()), verbRange: verb.range.lowerBound..<first.range.upperBound)
      }
      if self[verb.text] == nil {
        return .failure(
          {
            .unknownSubverb(
              verb: verb.text, word: word, choices: family, nearest: Suggestion.nearest(to: word, among: family))
          }, first.range)
      }
    }
    if let entry = self[verb.text] { return .entry(entry, arguments: arguments, verbRange: verb.range) }
    return .failure(
      {
        family.isEmpty
          ? .unknownVerb(verb.text, nearest: nearestVerb(to: verb.text))
          : .missingSubverb(verb: verb.text, choices: family)
      }, verb.range)
  }
}
