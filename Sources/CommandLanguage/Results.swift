import Options

/// The name of something that a command finds, as its records have it: declared once, so that a script that uses it can
/// be checked before it runs.
///
///     results: ["accuracy", .group("layers", ["name", "output"]), .rounds("rounds", ["round", "loss"])]
public struct ResultName: Sendable, ExpressibleByStringLiteral {
  public let name: String
  /// What it holds, where it is an object or a list of objects, of which the last counts.
  public let parts: [ResultName]
  /// Whether its parts may also be named without it.
  public let isOpen: Bool
  /// Whether it stands for any name: those of variables, for instance.
  public let isAny: Bool

  private init(_ name: String, _ parts: [ResultName] = [], isOpen: Bool = false, isAny: Bool = false) {
    precondition(isAny || Spelling.isName(name), "'\(name)' cannot be written as a result's name")
    (self.name, self.parts, self.isOpen, self.isAny) = (name, parts, isOpen, isAny)
  }

  public init(stringLiteral name: String) { self.init(name) }

  /// A number, text or list of them.
  public static func value(_ name: String) -> ResultName { ResultName(name) }

  /// An object, or a list of objects: `${describe.layers.name}` is the last one's.
  public static func group(_ name: String, _ parts: [ResultName]) -> ResultName { ResultName(name, parts) }

  /// A list of objects that follow each other in time: `${train.loss}` is short for `${train.rounds.loss}`, the last.
  public static func rounds(_ name: String, _ parts: [ResultName]) -> ResultName {
    ResultName(name, parts, isOpen: true)
  }

  /// Values of names that are not known beforehand.
  public static let any = ResultName("", isAny: true)

  /// The names by which its values can be used, the short ones first.
  var paths: [String] {
    if isAny { return [] }
    if parts.isEmpty { return [name] }
    let inner = parts.flatMap(\.paths)
    return (isOpen ? inner : []) + inner.map { "\(name).\($0)" }
  }
}

/// What commands found, the last of each verb: the values of `${verb.name}`.
public struct Results: Sendable {
  /// By the verb's words with dots between them; those of two words also by the first, for the last of the family.
  private var values: [String: [String: Value]] = [:]
  /// As it stands in `values`, in the order in which commands were first run.
  private var verbs: [(verb: String, names: [String])] = []

  public init() {}

  /// Takes the place of what the verb's last command found.
  public mutating func set(_ found: [(name: String, value: Value)], of verb: String) {
    let names = found.map(\.name)
    let byName = Dictionary(found.map { ($0.name, $0.value) }) { first, _ in first }
    for verb in Self.dotted(verb) {
      values[verb] = byName
      if let place = verbs.firstIndex(where: { $0.verb == verb }) {
        verbs[place].names = names
      } else {
        verbs.append((verb, names))
      }
    }
  }

  /// All of them, by verbs as results name them.
  public var all: [(verb: String, values: [(name: String, value: Value)])] {
    verbs.map { verb, names in (verb, names.compactMap { name in values[verb]?[name].map { (name, $0) } }) }
  }

  /// Those that `all` gave.
  public init(_ all: [(verb: String, values: [(name: String, value: Value)])]) {
    for (verb, found) in all {
      values[verb] = Dictionary(found.map { ($0.name, $0.value) }) { first, _ in first }
      verbs.append((verb, found.map(\.name)))
    }
  }

  /// "plot tsne" as results name it: "plot.tsne", and "plot".
  static func dotted(_ verb: String) -> [String] {
    let words = verb.split(separator: " ")
    return [words.joined(separator: ".")] + (words.count > 1 ? [String(words[0])] : [])
  }

  /// All names that have a value: "evaluate.accuracy".
  public var names: [String] { verbs.flatMap { verb, names in names.map { "\(verb).\($0)" } } }

  /// Verbs that have been run, as results name them.
  var dottedVerbs: [String] { verbs.map(\.verb) }

  /// The value of `evaluate.accuracy`; throws what keeps it from having one.
  func value(_ name: String) throws(ResultProblem) -> Value {
    var verb: String?
    for (dot, character) in zip(name.indices, name) where character == "." {
      guard let found = values[String(name[..<dot])] else { continue }
      let rest = String(name[name.index(after: dot)...])
      if let value = found[rest] { return value }
      verb = String(name[..<dot])
    }
    throw verb == nil ? .notYet : .empty
  }

  enum ResultProblem: Error {
    /// The command has not run.
    case notYet
    /// It found no such thing the last time: accuracy without labels, for instance.
    case empty
  }
}

extension String {
  /// Whether a `${name}` is a command's result: variables have no dots in their names.
  var namesResult: Bool { utf8.contains(UInt8(ascii: ".")) }
}

extension CommandTable {
  enum ResultMatch {
    /// The commands that may find it, as results name them.
    case found(verbs: [String])
    case failure(Problem)
  }

  /// The commands that `${name}` may be a result of.
  func result(_ name: String) -> ResultMatch {
    let words = name.split(separator: ".").map(String.init)
    let family = family(words[0]).compactMap { self["\(words[0]) \($0)"] }
    if words.count > 1, let entry = self["\(words[0]) \(words[1])"] {
      return result(words.dropFirst(2).joined(separator: "."), of: entry.verb, [entry])
    }
    if let entry = self[words[0]] {
      return result(words.dropFirst().joined(separator: "."), of: entry.verb, [entry])
    }
    guard !family.isEmpty else { return .failure(.unknownVerb(words[0], nearest: nearestVerb(to: words[0]))) }
    return result(words.dropFirst().joined(separator: "."), of: words[0], family)
  }

  private func result(_ name: String, of verb: String, _ entries: [CommandEntry]) -> ResultMatch {
    let finding = entries.filter { $0.hasAnyResult && !name.isEmpty || $0.resultPaths.contains(name) }
    guard finding.isEmpty else { return .found(verbs: finding.map { $0.dottedVerbs[0] }) }
    var choices: [String] = []
    for path in entries.flatMap(\.resultPaths) where !choices.contains(path) { choices.append(path) }
    return .failure(
      .unknownResult(verb: verb, result: name, choices: choices, nearest: Suggestion.nearest(to: name, among: choices)))
  }

  /// Whether a statement can begin with this word as a command.
  func isVerb(_ word: String) -> Bool { self[word] != nil || !family(word).isEmpty }

  /// The command, and those of which it is the first word.
  private func entries(_ word: String) -> [CommandEntry] {
    [self[word]].compactMap(\.self) + family(word).compactMap { self["\(word) \($0)"] }
  }

  /// Whether a command may use variables that do not stand in its line, by running a script or by their names; so may what is
  /// no command.
  func mayUseAnyVariable(_ word: String) -> Bool {
    let entries = entries(word)
    return entries.isEmpty || entries.contains { $0.definesVariables || $0.runsScripts || $0.namesVariables }
  }

  /// A result of the command, or of the first of the family, to show how they are written: "${evaluate.accuracy}".
  func exampleResult(of word: String) -> String? {
    guard let entry = entries(word).first(where: { !$0.resultPaths.isEmpty }) else { return nil }
    return "${\(entry.dottedVerbs[0]).\(entry.resultPaths[0])}"
  }
}
