import ArgumentParser
import CommandLanguage
import Files
import Glibc
import Interruptions
import MessagePassing
import Options
import Session
import TensorEngine

/// The command line: what runs, in which order, and with which exit status.
struct CommandLineTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ddpm-repl",
    abstract: "Explore ClusterDDPM: train, cluster, sample and plot by typing.",
    discussion: """
      Without scripts and -c, commands are read from standard input; on a terminal, at a prompt. 'help' at the prompt \
      lists the commands. 'ddpm-repl convert FILE FILE' makes notebooks of scripts, and back.

      Exit status: 0 all commands succeeded, 1 a command failed or a script was missing or wrong, 64 bad usage, 130 \
      interrupted.
      """,
    version: "ddpm-repl \(productVersion)")

  @Argument(help: "Notebooks to replay, in this order.", completion: .file(extensions: ["ddpm", "ipynb"]))
  var scripts: [String] = []

  @Option(
    name: .customShort("c"), help: ArgumentHelp("Run a command line after the scripts.", valueName: "commands"),
    // In an open quote zsh says too little of what stands before the cursor: the whole word is taken.
    completion: .custom { words, index, beginning in
      ShellCompletion.commandLines(from: words.indices.contains(index) ? words[index] : beginning)
    })
  var commandLines: [String] = []

  @Flag(name: .shortAndLong, help: "Stay after the scripts and -c.")
  var interactive = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Set a variable first; a notebook's default then leaves it.", valueName: "name=value"))
  var param: [VariableSetting] = []

  @Flag(help: "Plain output: no colour, no rewritten lines, no inline pictures.")
  var batch = false

  @Flag(help: "Check syntax, verbs and options of the scripts; run nothing.")
  var check = false

  /// How --check says what is wrong.
  enum CheckFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(
    help: ArgumentHelp(
      "How --check tells what is wrong: text, or for editors json, an array of problems with their places.",
      valueName: "format"))
  var format: CheckFormat?

  @Option(help: ArgumentHelp("Append one JSON line a command.", valueName: "file"), completion: .file())
  var record: String?

  @Option(
    help: ArgumentHelp(
      "The store of runs, in which scores are kept; else the user's in the XDG data folder.", valueName: "file"),
    completion: .file())
  var runs: String?

  @Option(help: ArgumentHelp("Where data sets are.", valueName: "dir"), completion: .directory)
  var data: String?

  @Option(help: "How many threads compute; results do not depend on it.")
  var threads: Int?

  @Option(
    help: ArgumentHelp(
      "Compute with the vector instructions avx512, avx2 or baseline; results do not depend on it. Else those that "
        + "DDPM_INSTRUCTIONS names, else the best.", valueName: "set"),
    completion: .list(InstructionSet.allCases.map(\.name)))
  var instructions: String?

  @Option(parsing: .unconditional, help: "Begin with this seed; also sets the variable seed, as -p seed=N does.")
  var seed: UInt64?

  @Flag(
    name: .customLong("mpi"),
    help: ArgumentHelp(
      "Train together with the other processes that mpirun or srun has started, each of which is given the same "
        + "arguments; the first alone reads, shows and writes. Needs make mpi."))
  var isInTeam = false

  @Option(
    help: ArgumentHelp(
      "Begin with batches of this many shards, as 'set shards=N' has it: what the processes of a training share; 8 with "
        + "--mpi, else 1."))
  var shards: Int?

  @Flag(help: "Go on after a command that failed.")
  var keepGoing = false

  @Flag(name: .customLong("no-rc"), help: "Do not run the start-up file.")
  var noRC = false

  func validate() throws {
    if let seed, seed > Int.max { throw ValidationError("--seed needs a number from 0 to \(Int.max), not \(seed).") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads needs a number from 1 to 1024, not \(threads).")
    }
    if let shards, !(1...Settings.largestShards).contains(shards) {
      throw ValidationError("--shards needs a number from 1 to \(Settings.largestShards), not \(shards).")
    }
    if let name = instructions { _ = try Self.instructionSet(name, from: "--instructions") }
    if let name = Self.environmentsInstructions { _ = try Self.instructionSet(name, from: "DDPM_INSTRUCTIONS") }
    if format != nil, !check { throw ValidationError("--format says how --check reports: give that, too.") }
    if check, scripts.isEmpty, commandLines.isEmpty, isatty(STDIN_FILENO) != 0 {
      throw ValidationError("--check needs scripts to check.")
    }
  }

  private static var environmentsInstructions: String? { EnvironmentVariable.value(of: "DDPM_INSTRUCTIONS") }

  private static func instructionSet(_ name: String, from source: String) throws -> InstructionSet {
    let available = InstructionSet.available
    if let set = available.first(where: { $0.name == name }) { return set }
    let lacks = InstructionSet.allCases.contains { $0.name == name } ? ", which it lacks" : ""
    throw ValidationError(
      "\(source) takes what this processor has, \(available.map(\.name).joined(separator: ", ")), not '\(name)'\(lacks)."
    )
  }

  func run() throws {
    StandardStream.occupyClosed()
    Interrupts.install()
    if let instructions { InstructionSet.current = try Self.instructionSet(instructions, from: "--instructions") }
    let team = isInTeam ? try joinTeam() : nil
    Parallel.threadCount = threads ?? team?.threadCount ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    if let team, !team.isFirst { return try help(team) }
    defer { team?.leave() }
    if team != nil { Interrupts.hearUserSignal() }
    var state = seed.map(SessionState.init(seed:)) ?? SessionState()
    if let shards = shards ?? team.map({ _ in MPITeam.usualShards }) { state.begin(shards: shards, from: "--shards") }
    state.settings.dataFolder = data
    state.settings.keepsGoing = keepGoing
    for preset in param { state.variables[preset.name] = preset.value }
    if let seed { state.variables["seed"] = Value("\(seed)") }

    let isBatch = batch || isatty(STDOUT_FILENO) == 0
    let frontEnd: any FrontEnd =
      isBatch || EnvironmentVariable.isDumbTerminal ? BatchFrontEnd() : TerminalFrontEnd()
    let runner: ScriptRunner
    do {
      runner = try ScriptRunner(
        commands: sessionCommands, state: state, frontEnd: frontEnd, recordPath: check ? nil : record)
    } catch {
      StandardStream.error.write("ddpm-repl: \(error)\n")
      throw ExitCode(1)
    }
    let keeper = SessionKeeper { frontEnd.show(.note($0)) }
    runner.keep(by: keeper)
    runner.team = team
    if let path = runs ?? RunLedger.usualPath { runner.ledger = RunLedger(path: path) { frontEnd.show(.note($0)) } }
    let (status, isLeft) = Interruption.heeding({ Interrupts.count > 0 }, { runAll(runner, isPlain: isBatch) })
    TerminalModes.restore()
    keeper?.end(runner.state, isLeft ? .left : status == 0 ? .done : .cutShort)
    if status == 0, StandardStream.hasLostOutput { throw ExitCode(1) }
    guard status == 0 else { throw ExitCode(status) }
  }

  private func joinTeam() throws -> MPITeam {
    let launched = LaunchedProcess { EnvironmentVariable.value(of: $0) }
    do {
      // Programs of one version may still be of different sources.
      let build = try MessageDigest.hex(ofFile: "/proc/self/exe").prefix(16)
      return try MPITeam(
        version: "\(productVersion), arithmetic \(arithmeticVersion), build \(build)", launched: launched,
        patience: EnvironmentVariable.value(of: "DDPM_MPI_PATIENCE"))
    } catch {
      // Where all find the same, the first tells of it: what ends it ends the others, who wait for that.
      if launched.isFirst {
        StandardStream.error.write("ddpm-repl: \(error)\n")
      } else if (error as? MPIError)?.isOwn ?? true {
        usleep(1_000_000)
        StandardStream.error.write("ddpm-repl: \(launched.name): \(error)\n")
      }
      throw ExitCode(1)
    }
  }

  /// What a process is for that is not the first.
  private func help(_ team: MPITeam) throws {
    Interrupts.leaveToFirst()
    defer { team.leave() }
    do { try TrainingHelper(commands: sessionCommands).serve(team) } catch {
      StandardStream.error.write("ddpm-repl: \(error)\n")
      throw ExitCode(1)
    }
  }

  /// - Returns: the exit status, and whether the user left a prompt.
  private func runAll(_ runner: ScriptRunner, isPlain: Bool) -> (status: Int32, isLeft: Bool) {
    let isAlone = scripts.isEmpty && commandLines.isEmpty
    let isTerminal = isatty(STDIN_FILENO) != 0
    let isInteractive = !check && isTerminal && (isAlone || interactive)
    var input: Result<SourceText, ScriptFileError>?
    if !param.isEmpty, !interactive, !isInteractive {
      if isAlone { input = Result(catching: ScriptFile.readStandardInput) }
      var use = ParameterUse(table: runner.table, variables: runner.state.variables)
      for path in scripts { use.note(path) }
      for text in commandLines { use.note(SourceText(name: "<command line>", text: text)) }
      if case .success(let source) = input { use.note(source) }
      if let complaint = use.complaint(about: param.map(\.name)) {
        StandardStream.error.write("ddpm-repl: \(complaint)\n")
        return (ExitCode.validationFailure.rawValue, false)
      }
    }
    let replay = Replay(runner: runner, checksOnly: check, keepsGoing: keepGoing, format: format ?? .text)
    defer { replay.writeReport() }
    if isInteractive, !noRC { runner.runStartUpFile { StandardStream.error.write("ddpm-repl: \($0)\n") } }
    for path in scripts { replay.file(path) }
    for text in commandLines { replay.text(text, name: "<command line>") }
    // Who asked to stay goes on after a failure or Ctrl-C, at a prompt or not.
    if !isTerminal, isAlone || interactive { replay.standardInput(input, stays: interactive) }
    guard isInteractive, !runner.isQuitting, !Interrupts.mustLeave else {
      return (replay.status.rawValue, runner.isQuitting)
    }
    var prompt = Prompt(runner: runner, firstCell: replay.nextCell, isPlain: isPlain)
    let status = prompt.run()
    return ((status == .succeeded && prompt.hasLostHistory ? .failed : status).rawValue, status == .succeeded)
  }
}

/// The argument of `-p`.
struct VariableSetting: ExpressibleByArgument {
  let name: String
  let value: Value

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    name = String(argument[..<equals])
    guard Spelling.isName(name) else { return nil }
    value = Value(argument: String(argument[argument.index(after: equals)...]))
  }
}

/// Runs scripts one after the other until one fails.
private final class Replay {
  private let runner: ScriptRunner
  private let checksOnly: Bool
  private let keepsGoing: Bool
  private(set) var status = RunStatus.succeeded
  private(set) var nextCell = 1
  /// What editors are told; nil where people are.
  private var report: CheckReport?
  /// What has a value after the scripts so far, when nothing is run.
  private var variables: KnownVariables

  init(runner: ScriptRunner, checksOnly: Bool, keepsGoing: Bool, format: CommandLineTool.CheckFormat) {
    self.runner = runner
    self.checksOnly = checksOnly
    self.keepsGoing = keepsGoing
    report = format == .json ? CheckReport() : nil
    variables = KnownVariables(runner.state.variables)
  }

  func writeReport() {
    if let report { StandardStream.output.write(report.text) }
  }

  func file(_ path: String) {
    read(path) { () throws(ScriptFileError) in try ScriptFile.read(path) }
  }

  /// - Parameter input: what was read of it, if it was.
  func standardInput(_ input: Result<SourceText, ScriptFileError>?, stays: Bool) {
    let before = status
    if stays { status = .succeeded }
    read("<stdin>") { () throws(ScriptFileError) in
      if let input { return try input.get() }
      return try ScriptFile.readStandardInput()
    }
    if before != .succeeded { status = before }
  }

  func text(_ text: String, name: String) {
    guard goesOn else { return }
    Interrupts.reset()
    run(SourceText(name: name, text: text))
  }

  private func read(_ name: String, _ source: () throws(ScriptFileError) -> SourceText) {
    guard goesOn else { return }
    Interrupts.reset()
    do {
      run(try source())
    } catch  where error.isInterruption {
      status = .interrupted
    } catch {
      if report == nil { StandardStream.error.write("ddpm-repl: \(error)\n") } else { report!.add(error, file: name) }
      status = .failed
    }
  }

  private func run(_ source: SourceText) {
    let script = Script(parsing: source, firstCell: nextCell)
    nextCell = max(nextCell, (script.cells.last?.number ?? 0) + 1)
    if checksOnly, report != nil {
      let problems = runner.problems(of: script, variables: &variables)
      report!.add(problems)
      if !problems.isEmpty { status = .failed }
      if Interruption.isWanted { status = .interrupted }
    } else if checksOnly {
      if runner.check(script, variables: &variables), !Interruption.isWanted {
        let count = script.cells.count
        StandardStream.output.write("\(source.name): nothing wrong in \(count) cell\(count == 1 ? "" : "s")\n")
      } else {
        status = .failed
      }
      if Interruption.isWanted { status = .interrupted }
    } else {
      let outcome = runner.run(script)
      if outcome != .succeeded { status = outcome }
    }
  }

  private var goesOn: Bool {
    if runner.isQuitting || Interrupts.mustLeave { return false }
    switch status {
    case .succeeded: return true
    case .failed: return keepsGoing || checksOnly
    case .interrupted: return false
    }
  }
}
