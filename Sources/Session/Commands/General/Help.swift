import CommandLanguage

/// `help [VERB]`
struct HelpCommand: SessionCommand {
  var verb: [String] = []

  static let effect = CommandEffect.leavesNoTrace
  static let declaration = CommandDeclaration<HelpCommand>(
    "help", summary: "Explain a command, or list them all",
    parameters: [
      .rest("verb", \.verb, .verb, count: 0...2, help: "the command")
    ],
    examples: [
      CommandExample("help", "all commands"), CommandExample("help history", "one of them"),
    ])

  /// What a newcomer could type.
  private static let firstSteps = """

    To begin, type these one after the other:
      load strokes count=2000    ten digit shapes, drawn here: no files needed
      model fast                 a small network
      pretrain epochs=6          let it learn to draw the images
      train rounds=3             find the clusters
      evaluate                   compare them with the labels
      plot tsne                  see them: writes tsne.png

    help VERB tells more of a command, status what could come next. Tab completes;
    Ctrl-C stops training and keeps what was learnt.
    """

  func run(in session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let name = verb.joined(separator: " ")
    guard !verb.isEmpty else {
      environment.print(environment.table.overview(width: environment.width).droppingLastNewline)
      environment.print(Self.firstSteps)
      return CommandOutcome()
    }
    guard let text = environment.table.help(for: name, width: environment.width) else {
      throw HelpError.unknownVerb(name, nearest: environment.table.nearestVerb(to: name))
    }
    environment.print(text.droppingLastNewline)
    return CommandOutcome()
  }
}

enum HelpError: Error, CustomStringConvertible {
  case unknownVerb(String, nearest: String?)

  var description: String {
    switch self {
    case .unknownVerb(let verb, let nearest):
      "there is no command '\(verb)'" + (nearest.map { " (did you mean '\($0)'?)" } ?? "; help lists them all")
    }
  }
}

extension String {
  /// Without the newline that `Environment.print` adds itself.
  fileprivate var droppingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
