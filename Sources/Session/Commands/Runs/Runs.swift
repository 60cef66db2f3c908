import CommandLanguage
import JSONValues
import RunStore

/// `runs`
struct RunsCommand: RunSelectingCommand {
  var selection = RunSelection()
  var limit = 20
  var columns: [String]?
  var format = TableFormat.text

  static let declaration = CommandDeclaration<RunsCommand>(
    "runs", summary: "List the scores that sessions found",
    discussion: """
      Every evaluate, knn and baseline is kept with what led to it: time, version, data set and checksum, method, all \
      settings, seed, epochs, rounds, images, seconds, results, and the session as a script. The file is an SQLite \
      database, the one that --runs names or else runs.sqlite in ~/.local/share/ddpm-repl, and opens with sqlite3 and \
      DuckDB; 'set runs=off' ends the keeping. A column is any result or setting by its name: columns=lambda,accuracy.
      """,
    parameters: selectionParameters + [
      .option("limit", \.limit, .integer(in: 1...1_000_000), help: "how many of the latest"),
      .option(
        "columns", \.columns, .text("names of results and settings", valueForm: "NAME"),
        help: "what is shown of each, in place of the usual"),
      .option("format", \.format, .choice(), help: "how the table is written"),
    ],
    results: ["count"],
    examples: [
      CommandExample("runs", "the latest"), CommandExample("runs dataset=mnist since=2d", "of two days, on MNIST"),
      CommandExample("runs columns=method,lambda,accuracy limit=5", "other columns"),
    ],
    seeAlso: ["runs show", "runs script", "table", "plot runs", "evaluate"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let runs = try selection.runs(environment, limit: limit)
    if let columns { try environment.requireKnown(columns, of: runs, parameter: "columns") }
    // What knn and score find are other numbers than those of evaluate.
    let kinds = runs.distinct("command").count > 1 ? ["command"] : []
    let names = columns ?? kinds + ["dataset", "method", "seed", "epochs", "rounds"] + Self.usualResults(of: runs)
    var table = Table(
      [.init("run", .integer), .init("when")] + names.map { name in Table.Column(name, Self.kind(name, runs)) })
    for run in runs {
      table.add([.integer(run.number), .text(localTime(run.time))] + names.map { Self.cell(run, $0) })
    }
    if runs.isEmpty {
      environment.print(
        "no runs" + (try environment.runStore().count() > 0 ? " of that kind" : " yet: evaluate keeps one"))
    } else {
      environment.print(table, as: format)
    }
    return CommandOutcome(results: ["count": .integer(runs.count)])
  }

  /// Accuracy and NMI, or what the runs have instead, as far as a line holds it.
  private static func usualResults(of runs: [StoredRun]) -> [String] {
    let found = runs.map { run in run.results.members.map(\.name).filter { run.number($0) != nil } }
    return Array(ScoreNames.shown(usual: ["accuracy", "nmi"], of: found).prefix(10))
  }

  /// Numbers with four decimals where there are fractions among them.
  private static func kind(_ name: String, _ runs: [StoredRun]) -> Table.Kind {
    let values = runs.compactMap { $0[name] }
    let isNumeric = !values.isEmpty && values.allSatisfy { $0.integer != nil || $0.number != nil || $0 == .null }
    guard isNumeric else { return .text }
    return values.contains { $0.number.map { $0 != $0.rounded() } ?? false } ? .decimal(4) : .integer
  }

  private static func cell(_ run: StoredRun, _ name: String) -> Table.Cell {
    run.number(name).map { .number($0) } ?? run.text(name).map { .text($0) } ?? .missing
  }
}

/// `runs show N`
struct RunsShowCommand: ReadingCommand {
  var number = 0

  static let declaration = CommandDeclaration<RunsShowCommand>(
    "runs show", summary: "Tell all that is kept of a run",
    parameters: [.required("number", \.number, .integer(in: 1...Int.max), help: "the run, as runs lists it")],
    results: ["run", "dataset", "method"],
    examples: [CommandExample("runs show 1", "settings and results of the first")],
    seeAlso: ["runs", "runs script"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let run = try environment.run(number: number)
    var facts: [(String, String)] = [
      ("time", localTime(run.time)), ("version", run.version), ("command", run.command),
      ("data", "\(run.dataset), \(NumberText.counted(run.images, "image")), sha256 \(run.sha256)"),
      ("method", run.method), ("seed", run.seed),
      (
        "training",
        "\(NumberText.counted(run.epochs, "epoch")), \(NumberText.counted(run.rounds, "round")), "
          + "\(NumberText.fixed(run.seconds, 1)) s"
      ),
    ]
    func line(_ object: JSONObject) -> String {
      object.members.compactMap { member in run.text(member.name).map { "\(member.name) \($0)" } }.joined(
        separator: "  ")
    }
    facts += [("results", line(run.results)), ("settings", line(run.settings))]
    environment.print(
      Passage { [facts] in TwoColumns.text(facts, width: $0, indent: 0, termWidth: 9).droppingLastNewline })
    return CommandOutcome(results: [
      "run": .integer(run.number), "dataset": .string(run.dataset), "method": .string(run.method),
    ])
  }
}

/// `runs script N`
struct RunsScriptCommand: ReadingCommand {
  var number = 0

  static let declaration = CommandDeclaration<RunsScriptCommand>(
    "runs script", summary: "Show the script that led to a run",
    discussion: "It is the session as save would have written it then: in a file of its own it replays.",
    parameters: [.required("number", \.number, .integer(in: 1...Int.max), help: "the run, as runs lists it")],
    examples: [CommandExample("runs script 1", "what led to the first")],
    seeAlso: ["runs", "save", "run"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let run = try environment.run(number: number)
    let script = try environment.runStore().script(run.number) ?? ""
    environment.page(Passage(script.droppingLastNewline))
    return CommandOutcome()
  }
}

extension Environment {
  /// A run of the store; throws `RunError.noSuch` if there is none of that number.
  fileprivate func run(number: Int) throws -> StoredRun {
    var filter = RunStore.Filter()
    filter.number = number
    guard let run = try runStore().runs(filter).first else {
      throw RunError.noSuch(number).about("number")
    }
    return run
  }

  /// Throws unless each name stands for something in at least one of the runs.
  func requireKnown(_ names: [String], of runs: [StoredRun], parameter: String) throws {
    guard !runs.isEmpty else { return }
    for (place, name) in names.enumerated() where !runs.contains(where: { $0[name] != nil }) {
      let known = runs.flatMap(\.names).uniqued
      throw RunError.unknownName(name, nearest: Suggestion.nearest(to: name, among: known), known: known)
        .about(parameter, item: place)
    }
  }
}

/// What can be wrong with what is asked of the store of runs.
enum RunError: Error, CustomStringConvertible {
  case noStore
  case noSuch(Int)
  case unknownName(String, nearest: String?, known: [String])
  case noNumbers(String)
  /// No run has a curve of that name.
  case noCurve(String, known: [String])
  case nothing

  var description: String {
    switch self {
    case .noStore: "no store of runs is known: expected --runs FILE, or a home folder"
    case .noSuch(let number): "there is no run \(number): runs lists those that there are"
    case .unknownName(let name, let nearest, let known):
      "no run has '\(name)'" + (nearest.map { " (did you mean '\($0)'?)" } ?? "") + ": they have "
        + known.joined(separator: ", ")
    case .noNumbers(let name): "'\(name)' is a number in none of the runs: expected a result or setting that is one"
    case .noCurve(let name, let known):
      "no run tells '\(name)' of its rounds: "
        + (known.isEmpty
          ? "none of them was trained in rounds and evaluated by this version"
          : "expected " + known.joined(separator: ", "))
    case .nothing: "there are no runs of that kind: expected at least one, which evaluate keeps; runs lists them"
    }
  }
}
