import Options

/// A command of the language: a value whose stored properties are its arguments.
///
/// `init()` gives every default; `declaration` is the one place that names the verb, the parameters with their types
/// and ranges, and the words of the help.
public protocol Command: Sendable {
  init()

  static var declaration: CommandDeclaration<Self> { get }

  /// The declarations of a type whose values are commands of several verbs: a family that shares what it does, each
  /// member with its own parameters. Else `declaration` alone.
  static var declarations: [CommandDeclaration<Self>] { get }

  /// The declaration that this value is a command of.
  var declaration: CommandDeclaration<Self> { get }

  /// Checks what involves more than one value; what is thrown is shown to the user as it describes itself.
  ///
  /// Called once the values are read, also when a script is only checked.
  func validate() throws
}

extension Command {
  public static var declarations: [CommandDeclaration<Self>] { [declaration] }
  public var declaration: CommandDeclaration<Self> { Self.declaration }
  public func validate() throws {}
}

/// A line for the help that can be run as it stands.
public struct CommandExample: Sendable {
  public let line: String
  public let says: String
  /// A line that it prints, where that is the same for everybody; nil where it depends on what was done before.
  public let prints: String?

  public init(_ line: String, _ says: String, prints: String? = nil) {
    (self.line, self.says, self.prints) = (line, says, prints)
  }
}

/// What a command is called, takes and does.
public struct CommandDeclaration<C: Command>: Sendable {
  /// A word, or two for a family: `plot tsne`.
  public let verb: String
  /// One sentence without a full stop.
  public let summary: String
  /// Paragraphs for the help, below the summary.
  public let discussion: String
  public let parameters: [Parameter<C>]
  /// What it finds, as its records name it.
  public let results: [ResultName]
  public let examples: [CommandExample]
  public let seeAlso: [String]
  /// What others call it: suggested to those who type these, nothing more.
  public let synonyms: [String]
  /// Other verbs that run it; neither listed nor completed.
  public let aliases: [String]
  /// Whether running it can define variables, so that a check must not complain of unknown ones after it.
  public let definesVariables: Bool
  /// Whether running it can write a script, so that a check must not look into those that are run after it.
  public let writesScripts: Bool
  /// Whether an option may also be written as its name and its value, without the `=`: `set inline off`.
  public let takesBareOptions: Bool
  /// The command before anything is given.
  let initial: C
  /// Where parameters stand in `parameters`: all by name, those that are positional, those that must be given.
  let indices: [String: Int]
  let positionals: [Int]
  let required: [Int]

  public init(
    _ verb: String, summary: String, discussion: String = "", parameters: [Parameter<C>] = [],
    results: [ResultName] = [], examples: [CommandExample] = [], seeAlso: [String] = [], synonyms: [String] = [],
    aliases: [String] = [],
    definesVariables: Bool = false, writesScripts: Bool = false, takesBareOptions: Bool = false,
    initial: C = C()
  ) {
    let words = verb.split(separator: " ").map(String.init)
    precondition(
      (1...2).contains(words.count) && words.allSatisfy(Spelling.isName) && !Self.keywords.contains(words[0]),
      "'\(verb)' cannot be a verb")
    let names = parameters.map(\.description.name)
    precondition(Set(names).count == names.count, "\(verb) names a parameter twice: \(names)")
    positionals = parameters.indices.filter { parameters[$0].description.isPositional }
    required = parameters.indices.filter { parameters[$0].description.role == .required }
    indices = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    precondition(
      !takesBareOptions || positionals.isEmpty, "\(verb): an option without its '=' would look like a value")
    for parameter in parameters {
      let missing = Set(parameter.written?.others ?? []).subtracting(names)
      precondition(missing.isEmpty, "\(verb) has no \(missing), which should have a say in a file of its")
    }
    let ordered = positionals.map { parameters[$0].description }
    for (earlier, later) in zip(ordered, ordered.dropFirst()) {
      precondition(earlier.role != .rest, "\(verb): nothing can follow '\(earlier.name)', which takes all the rest")
      precondition(
        later.role != .required || earlier.role == .required,
        "\(verb): '\(later.name)' must be given but follows '\(earlier.name)', which need not")
    }
    self.verb = verb
    self.summary = summary
    self.discussion = discussion
    self.parameters = parameters
    self.results = results
    self.examples = examples
    self.seeAlso = seeAlso
    self.synonyms = synonyms
    self.aliases = aliases
    self.definesVariables = definesVariables
    self.writesScripts = writesScripts
    self.takesBareOptions = takesBareOptions
    self.initial = initial
  }

  private static var keywords: [String] { LanguageStatement.words }
}
