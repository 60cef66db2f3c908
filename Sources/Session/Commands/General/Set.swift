import CommandLanguage
import Options
import TensorEngine

/// `set [NAME=VALUE …]`
struct SetCommand: ChangingCommand {
  var threads: Int?
  var jobs: Int?
  var data: String?
  var keepsGoing: Bool?
  var inline: InlinePictures?
  var keeping: Keeping?
  var keepsRuns: Bool?
  var record: String?
  var shards: Int?
  var figures = FigureSettings()
  var forgetsFigures: Forgetting?

  /// What says that settings of figures are as styles have them.
  enum Forgetting: String, CaseIterable, Sendable {
    case standard = "default"
  }

  /// Where the data lie, how batches are cut and how figures look is part of what led here; the rest is of this session
  /// alone.
  var isJournalled: Bool { data != nil || shards != nil || figures != FigureSettings() || forgetsFigures != nil }
  var isWork: Bool { isJournalled }

  static let declaration = CommandDeclaration<SetCommand>(
    "set", summary: "Set how the session works, or show the settings",
    discussion: """
      Only data and shards have a part in results, and are part of a saved session. data says where files are looked for, \
      instead of --data. shards is for networks that several processes train: they share the pieces of each batch, and \
      their number changes no byte, but that of the pieces changes last digits. Variables are set with let. 'set inline \
      off' is the same as 'set inline=off'.

      While a session runs, all but its images is kept in ~/.local/state/ddpm-repl, after each change and each round of a \
      training, until one leaves; recover takes it up if it was cut off. journal=off ends that for this session.

      record starts a record of this and all later commands, as --record does from the start: a JSON object a line with \
      the command, its results and files, the seed and the model's settings. The file is new, or one of records, which \
      goes on.

      figure.NAME sets an option of all commands that draw for as long as the command does not say otherwise, and is part of a \
      saved session; figure=default ends all of them.
      """,
    parameters: [
      .option("threads", \.threads, .integer(in: 1...1024), help: "threads that compute; results do not depend on it"),
      .option(
        "jobs", \.jobs, .integer(in: 1...1024),
        help:
          "runs of a sweep at a time, each in a process of its own on one thread: faster than one on several threads "
          + "where the model is small; results do not depend on it, but figures drawn there are none for plot panels; under "
          + "mpirun shared out among the processes, one each unless said"),
      .option("data", \.data, .path, help: "the folder where data sets are looked for"),
      .option(
        "shards", \.shards, .integer(in: 1...Settings.largestShards),
        help:
          "pieces of a training batch whose gradients are added in a fixed order, at most one process each; 1, or 8 under "
          + "mpirun, unless said"),
      .option("keep-going", \.keepsGoing, .toggle, help: "whether a script goes on after a command that failed"),
      .option("inline", \.inline, .choice(), help: "pictures in the terminal: auto, where it shows colours; on; off"),
      .option(
        "journal", \.keeping, .choice(),
        help: "keep the session while it runs, for recover: on, for a hundredth of the time; always, each round; off"),
      .option("runs", \.keepsRuns, .toggle, help: "whether scores are kept in the store of runs"),
      .option("record", \.record, .path(endings: ["jsonl", "json"]), help: "the file that records are appended to")
        .writing { $0.record.map { WrittenFile($0, .extended) } },
      .option("figure", \.forgetsFigures, .choice(), help: "forget what figure.… said before"),
    ]
      + FigureSettings.options.map {
        $0.parameter(named: "figure.\($0.name)", in: \SetCommand.figures, showsDefault: false)
      },
    examples: [
      CommandExample("set", "show the settings", prints: "inline=auto"),
      CommandExample("set keep-going=on", "go on after a command that failed"),
      CommandExample("set inline off", "no pictures in the terminal"),
      CommandExample("set figure.style=icml figure.palette=okabe-ito", "how all figures look from here on"),
    ],
    seeAlso: ["show", "status", "recover"], takesBareOptions: true)

  func validate() throws {
    do { _ = try figures.theme() } catch let error as ArgumentError {
      throw error.error.about("figure.\(error.parameter)", item: error.item)
    }
  }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    if let record {
      try about("record") { try environment.startRecord(record) }
      session.settings.record = record
    }
    if let threads { Parallel.threadCount = threads }
    if let jobs { session.settings.jobs = jobs }
    if let data { session.settings.dataFolder = data }
    if let shards { session.settings.shards = shards }
    if let keepsGoing { session.settings.keepsGoing = keepsGoing }
    if let inline { session.settings.inline = inline }
    if let keeping { session.settings.keeping = keeping }
    if let keepsRuns { session.settings.keepsRuns = keepsRuns }
    if forgetsFigures != nil { session.settings.figures = FigureSettings() }
    session.settings.figures = figures.over(session.settings.figures)
    if canonicalText == Self.declaration.verb {
      for line in Self.lines(session.settings) { environment.print(line) }
    }
    var outcome = CommandOutcome()
    if isJournalled {
      outcome.performed = SetCommand(data: data, shards: shards, figures: figures, forgetsFigures: forgetsFigures)
    }
    return outcome
  }

  /// The settings as `set` would take them.
  static func lines(_ settings: Settings) -> [String] {
    [
      "threads=\(Parallel.threadCount)", "jobs=\(settings.jobs.map { "\($0)" } ?? "(1, or 1 a process)")",
      "data=\(settings.dataFolder.map(Spelling.quoted) ?? "(the usual places)")",
      "shards=\(settings.shards)", "keep-going=\(settings.keepsGoing ? "on" : "off")",
      "inline=\(settings.inline.rawValue)",
      "journal=\(settings.keeping.rawValue)", "runs=\(settings.keepsRuns ? "on" : "off")",
      "record=\(settings.record.map(Spelling.quoted) ?? "(none)")",
    ] + settings.figures.words.map { "figure.\($0)" }
  }
}
