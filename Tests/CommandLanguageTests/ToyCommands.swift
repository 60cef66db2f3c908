import CommandLanguage
import Options

/// A small table that uses every kind of parameter.
let toyTable = CommandTable([
  Load.self, Train.self, PlotTSNE.self, PlotLoss.self, Sample.self, Interpolate.self, Info.self, RunScript.self,
])

struct Load: Command, Equatable {
  enum Everything: String, CaseIterable, Sendable { case all }
  enum Split: String, CaseIterable, Sendable { case all, train, test }

  var dataset = ""
  var count = IntegerOr<Everything>.word(.all)
  var split = Split.train

  static let declaration = CommandDeclaration<Load>(
    "load", summary: "Load a data set",
    parameters: [
      .required("dataset", \.dataset, .text("a data set or a path", valueForm: "NAME"), help: "what to load"),
      .option("count", \.count, .integer(in: 1...Int.max, or: Everything.self), help: "images to keep"),
      .option("split", \.split, .choice(), help: "which part"),
    ])
}

struct Train: Command, Equatable {
  var rounds = 5
  var lambda = 0.1
  var stop: String?
  var restart = false

  static let declaration = CommandDeclaration<Train>(
    "train", summary: "Run EM rounds: each fits the mixture, then trains the networks",
    discussion: "The first call fits the first mixture.\n\nInterrupt it to finish the step and keep what was learnt.",
    parameters: [
      .option("rounds", \.rounds, .integer(in: 1...100_000), help: "EM rounds"),
      .option("lambda", \.lambda, .number(above: 0, atMost: 10), help: "weight of the prior"),
      .option("stop", \.stop, .text("a position such as 3:212", valueForm: "ROUND:STEP"), help: "where to stop"),
      .option("restart", \.restart, .toggle, help: "whether to start over"),
    ],
    results: [.rounds("rounds", ["round", "loss"]), .group("best", ["loss", "round"]), "seconds"],
    examples: [CommandExample("train rounds=5 lambda=0.1", "five rounds")], seeAlso: ["load"])

  struct StopWithRestart: Error, CustomStringConvertible {
    var description: String { "stop= and restart=on exclude each other" }
  }

  func validate() throws {
    if stop != nil && restart { throw StopWithRestart() }
  }
}

struct PlotTSNE: Command, Equatable {
  var out = "tsne.png"
  var perplexity = 30.0

  static let declaration = CommandDeclaration<PlotTSNE>(
    "plot tsne", summary: "Plot the latents in two dimensions",
    parameters: [
      .option("out", \.out, .path(endings: ["png", "pdf", "svg"]), help: "the figure"),
      .option("perplexity", \.perplexity, .number(in: 2...500), help: "effective number of neighbours"),
    ],
    results: ["points"])
}

struct PlotLoss: Command, Equatable {
  static let declaration = CommandDeclaration<PlotLoss>("plot loss", summary: "Plot the losses")
}

struct Sample: Command, Equatable {
  var out: String?
  var clusters: [Int]?
  var channels = [32, 64]

  static let declaration = CommandDeclaration<Sample>(
    "sample", summary: "Draw samples",
    parameters: [
      .option("out", \.out, .path, help: "the figure"),
      .option("clusters", \.clusters, .integer(in: 0...99), help: "only these"),
      .option("channels", \.channels, .integer(in: 1...4096), count: 1...4, help: "one number a level"),
    ])
}

struct Interpolate: Command, Equatable {
  var images: [Int] = []

  static let declaration = CommandDeclaration<Interpolate>(
    "interpolate", summary: "Walk from image to image",
    parameters: [.rest("images", \.images, .integer(in: 0...Int.max), count: 2...8, help: "the stops")])
}

struct Info: Command, Equatable {
  var first: Int?
  var second: String?

  static let declaration = CommandDeclaration<Info>(
    "info", summary: "Describe the data set",
    parameters: [
      .positional("first", \.first, .integer, help: "the first"),
      .positional("second", \.second, .text, help: "the second"),
    ])
}

struct RunScript: Command, Equatable {
  var file = ""

  static let declaration = CommandDeclaration<RunScript>(
    "run", summary: "Run a script", parameters: [.required("file", \.file, .path, help: "the script")],
    definesVariables: true)
}

/// Runs nothing, keeps what it was handed.
final class RecordingHost: InterpreterHost {
  var variables = Variables()
  var results = Results()
  var entries: [HistoryEntry] = []
  var isStopped = false
  var goesOn = false
  var goesOnAfterFailure: Bool { goesOn }
  var calls: [CommandCall] = []
  var commands: [any Command] = []
  var failures: [Diagnostic] = []
  var failedCalls: [String?] = []
  var onRun: (any Command, CommandCall) throws -> Void = { _, _ in }

  func run(_ command: any Command, call: CommandCall) -> Diagnostic? {
    calls.append(call)
    commands.append(command)
    do {
      try onRun(command, call)
      return nil
    } catch {
      let failure = call.diagnostic(for: error)
      failed(failure, call: call)
      return failure
    }
  }

  func run(
    _ command: any ScriptRunningCommand, call: CommandCall, scripts: () throws -> Diagnostic?
  ) -> Diagnostic? {
    do {
      let failure = try scripts()
      calls.append(call)
      commands.append(command)
      return failure
    } catch {
      let failure = call.diagnostic(for: error)
      failed(failure, call: call)
      return failure
    }
  }

  func failed(_ failure: Diagnostic, call: CommandCall?) {
    failures.append(failure)
    failedCalls.append(call?.text)
  }

  func refused(_ script: Script, _ problems: Diagnostics, callers: [SourceLocation]) { failures += problems }

  var texts: [String] { calls.map(\.text) }
  var problems: [String] { failures.map { "\($0.problem)" } }
}

/// Runs `text` against the toy table.
func run(_ text: String, host: RecordingHost = RecordingHost()) -> RecordingHost {
  Interpreter(table: toyTable, host: host).run(Script(text, name: "test.ddpm"))
  return host
}

/// The problems of a script with their `line:column`.
func problems(_ text: String, variables: KnownVariables = KnownVariables()) -> [String] {
  Script(text, name: "test.ddpm").check(against: toyTable, variables: variables).map {
    "\($0.location.start.line):\($0.location.start.column) \($0.problem)"
      + ($0.problem.suggestion.map { " [\($0)]" } ?? "")
  }
}
