import CommandLanguage
import TensorEngine

/// `set [threads=N] [data=DIR] [keep-going=on|off]`
struct SetCommand: SessionCommand {
  var threads: Int?
  var data: String?
  var keepsGoing: Bool?

  static let effect = CommandEffect.leavesNoTrace
  static let declaration = CommandDeclaration<SetCommand>(
    "set", summary: "Set how the session works, or show the settings",
    discussion: "Settings never change what is computed; variables are set with let.",
    parameters: [
      .option("threads", \.threads, .integer(in: 1...1024), help: "threads that compute; results do not depend on it"),
      .option("data", \.data, .path, help: "the folder where data sets are looked for"),
      .option("keep-going", \.keepsGoing, .toggle, help: "whether a script goes on after a command that failed"),
    ],
    examples: [
      CommandExample("set", "show the settings"),
      CommandExample("set keep-going=on", "go on after a command that failed"),
    ],
    seeAlso: ["show", "status"])

  func run(in session: inout SessionState, _ environment: Environment) -> CommandOutcome {
    if let threads { Parallel.threadCount = threads }
    if let data { session.settings.dataFolder = data }
    if let keepsGoing { session.settings.keepsGoing = keepsGoing }
    if threads == nil, data == nil, keepsGoing == nil {
      for line in Self.lines(session.settings) { environment.print(line) }
    }
    return CommandOutcome()
  }

  /// The settings as `set` would take them.
  static func lines(_ settings: Settings) -> [String] {
    [
      "threads=\(Parallel.threadCount)", "data=\(settings.dataFolder.map(Spelling.quoted) ?? "(the usual places)")",
      "keep-going=\(settings.keepsGoing ? "on" : "off")",
    ]
  }
}
