import CommandLanguage
import JSONValues

/// A TextMate grammar, in Oniguruma's expressions: for Visual Studio Code and all who read such grammars.
///
/// A command is a rule of its own, which knows its options and words: those of others are left uncoloured.
struct TextMateGrammar {
  let table: CommandTable

  /// What words are made of, and names; within brackets.
  private static let wordCharacters = #"\p{L}\p{N}_./+:~*\-"#
  private static let nameCharacters = #"\p{L}\p{N}_\-"#
  /// Where a statement begins.
  private static let start = #"(?:^|(?<=[;{}]))[ \t]*"#
  /// Behind a word that is no option's name.
  private static let wordEnd = "(?![\(wordCharacters)=])"

  var json: JSONValue {
    let commands = EditorWords.all(in: table)
    let top: [JSONValue] =
      ["#markdownCell", "#cell", "#comment", "#assignment", "#for", "#block"].map(Self.include)
      + commands.map { Self.include("#\($0.name)") } + [Self.include("#value")]
    return [
      "name": "ddpm", "scopeName": "source.ddpm", "fileTypes": ["ddpm"], "patterns": .array(top),
      "repository": .object(JSONObject(Self.language + commands.map { ($0.name, Self.rule($0)) })),
    ]
  }

  private static func include(_ name: String) -> JSONValue { ["include": .string(name)] }
  private static func scope(_ name: String) -> JSONValue { ["name": .string(name + ".ddpm")] }

  private static func alternatives(_ words: [String]) -> String {
    words.map { $0.map { "./+*-".contains($0) ? "\\\($0)" : String($0) }.joined() }.joined(separator: "|")
  }

  /// From the verb to the end of the statement, over continued lines.
  private static func rule(_ command: EditorWords) -> JSONValue {
    let verb = command.verb.map { "(\($0))" }.joined(separator: #"[ \t]+"#)
    let captures = command.verb.indices.map { ("\($0 + 1)", scope("keyword.other.command")) }
    var patterns: [JSONValue] = [include("#continuation")]
    if !command.options.isEmpty {
      patterns.append([
        "match": .string("(?<![\(wordCharacters)])(\(alternatives(EditorWords.longestFirst(command.options))))(=)"),
        "captures": ["1": scope("variable.parameter.option"), "2": scope("keyword.operator.assignment")],
      ])
    }
    if !command.values.isEmpty {
      patterns.append([
        "match": .string("(?<![\(wordCharacters)])(?:\(alternatives(command.values)))\(wordEnd)"),
        "name": "constant.language.choice.ddpm",
      ])
    }
    return [
      "begin": .string(start + verb + wordEnd), "beginCaptures": .object(JSONObject(captures)),
      "end": #"(?=[;{}#\n])"#, "patterns": .array(patterns + [include("#value")]),
    ]
  }

  private static let language: [(String, JSONValue)] = [
    (
      "markdownCell",
      [
        "begin": #"^#[ ]?%%.*\[(?:markdown|md)\].*$"#, "beginCaptures": ["0": scope("markup.heading.cell")],
        "end": #"(?=^[ \t]*[^#\s])|(?=^#[ ]?%%)"#, "contentName": "comment.block.documentation.ddpm",
      ]
    ),
    ("cell", ["match": #"^#[ ]?%%.*$"#, "name": "markup.heading.cell.ddpm"]),
    ("comment", ["match": "#.*$", "name": "comment.line.number-sign.ddpm"]),
    ("continuation", ["match": #"\\[ \t]*\n"#, "name": "punctuation.separator.continuation.ddpm"]),
    (
      "assignment",
      [
        "match": .string(
          "\(start)(\(alternatives(StatementWords.assignments)))[ \\t]+([\(nameCharacters)]+)[ \\t]*(=)"),
        "captures": [
          "1": scope("keyword.control"), "2": scope("variable.other"), "3": scope("keyword.operator.assignment"),
        ],
      ]
    ),
    (
      "for",
      [
        "match": .string("\(start)(for)[ \\t]+([\(nameCharacters)]+)[ \\t]+(in)\(wordEnd)"),
        "captures": ["1": scope("keyword.control"), "2": scope("variable.other"), "3": scope("keyword.control")],
      ]
    ),
    (
      "block",
      [
        "match": .string("\(start)(\(alternatives(StatementWords.blocks)))\(wordEnd)"),
        "captures": ["1": scope("keyword.control")],
      ]
    ),
    (
      "value",
      [
        "patterns": .array([
          include("#comment"),
          ["match": "'[^'\\n]*'", "name": "string.quoted.single.ddpm"],
          [
            "begin": "\"", "end": #""|(?=\n)"#, "name": "string.quoted.double.ddpm",
            "patterns": [
              ["match": #"\\[ntr"\\$]"#, "name": "constant.character.escape.ddpm"],
              ["match": #"\\."#, "name": "invalid.illegal.escape.ddpm"],
              include("#variable"),
            ],
          ],
          include("#variable"),
          [
            "match": .string("(?<![\(wordCharacters)])(?:on|off)\(wordEnd)"), "name": "constant.language.toggle.ddpm",
          ],
          [
            "match": .string(
              #"(?<!["# + wordCharacters + #"])[+\-]?(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+\-]?\d+)?"# + wordEnd),
            "name": "constant.numeric.ddpm",
          ],
        ])
      ]
    ),
    (
      "variable",
      [
        "match": #"\$\{[^}\s]*\}|\$[\p{L}\p{N}_\-]*[\p{L}\p{N}_]"#, "name": "variable.other.ddpm",
      ]
    ),
  ]
}
