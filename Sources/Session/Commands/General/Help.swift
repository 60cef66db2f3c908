import CommandLanguage

/// `help [WORD …]`
struct HelpCommand: ReadingCommand {
  var words: [String] = []

  static let declaration = CommandDeclaration<HelpCommand>(
    "help", summary: "Explain a command or a topic, or find what mentions a word",
    parameters: [
      .rest(
        "word", \.words,
        .text("a word", valueForm: "WORD", completion: .verbs(and: HelpTopic.all.map(\.name) + ["topics"])),
        help: "a command, a topic, or any word")
    ],
    examples: [
      CommandExample("help", "all commands"), CommandExample("help start", "a first session"),
      CommandExample("help train", "one command"), CommandExample("help topics", "what else is explained"),
      CommandExample("help loss", "what mentions the loss"),
    ])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    environment.page(try page(environment.table))
    return CommandOutcome()
  }

  private func page(_ table: CommandTable) throws -> Passage {
    let asked = words.joined(separator: " ").withoutControls()
    if words.isEmpty {
      return Passage { width in
        table.overview(width: width) + "\n"
          + TextWrap.paragraph(Self.more, width: min(width, 80)).droppingLastNewline
      }
    }
    if asked == "topics" { return Passage(lines: Self.topics) }
    if let topic = HelpTopic.all.first(where: { $0.name == asked }) { return Passage(lines: topic.text(width:)) }
    if table.help(for: asked) != nil {
      return Passage { table.help(for: asked, width: $0)?.droppingLastNewline ?? "" }
    }
    let found = mentions(of: asked, in: table)
    guard !found.isEmpty else {
      throw HelpError.nothingFound(asked, nearest: table.nearestVerb(to: asked)).about("word")
    }
    return Passage {
      "'\(asked)' is no command; these mention it:\n\n" + TwoColumns.text(found, width: $0).droppingLastNewline
    }
  }

  private static let more = """
    New here? 'help start'. 'help VERB' explains a command, 'help topics' lists what else is explained, 'help WORD' finds \
    what mentions a word.
    """

  @Sendable private static func topics(_ width: Int) -> String {
    "Explained by help TOPIC:\n\n"
      + TwoColumns.text(HelpTopic.all.map { ($0.name, $0.summary) }, width: width).droppingLastNewline
  }

  /// Commands, then topics, each with the words that mention `term`.
  private func mentions(of term: String, in table: CommandTable) -> [(String, String)] {
    table.mentions(of: term).map { ($0.verb, $0.excerpt) }
      + HelpTopic.all.filter { "\($0.name) \($0.summary) \($0.text)".mentions(term) }
      .map { ("help \($0.name)", $0.summary) }
  }
}

enum HelpError: Error, CustomStringConvertible {
  case nothingFound(String, nearest: String?)

  var description: String {
    switch self {
    case .nothingFound(let word, let nearest):
      "no command or topic mentions '\(word)'"
        + (nearest.map { " (did you mean '\($0)'?)" } ?? "; help lists the commands, help topics the rest")
    }
  }
}

extension String {
  /// Without the newline that `Environment.print` adds itself.
  var droppingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
