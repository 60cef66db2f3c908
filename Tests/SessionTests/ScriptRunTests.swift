import ClusteringMethods
import CommandLanguage
import Interruptions
import Session
import TestSupport
import Testing

/// Runs a script on a copy of the session and tells what each of its commands came to, as commands do that compare or
/// repeat.
private struct Trial: ReadingCommand {
  var script = ""

  static let declaration = CommandDeclaration<Trial>(
    "trial", summary: "Run a script aside", parameters: [.required("script", \.script, .text, help: "its text")])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let run = try environment.run(Script(script, name: "trial"), on: session) { event in
      if case .text = event { true } else { false }
    }
    if run.status == .interrupted { throw Interrupted() }
    var outcome = CommandOutcome(results: [
      "seed": .integer(Int(run.state.seed)), "status": .string("\(run.status)"),
      "problems": .array(run.problems.map { .string("\($0.problem)") }),
      "commands": .array(
        run.commands.map { command in
          [
            "text": .string(command.text), "results": .object(command.results),
            "output": .array(command.output.map { .string($0) }),
            "error": command.failure?.problem.error.map { .string("\(type(of: $0))") } ?? nil,
            "diverged": .bool(isDivergence(command.failure?.problem.error)),
          ]
        }),
    ])
    outcome.artifacts = run.commands.flatMap(\.artifacts)
    return outcome
  }

  private func isDivergence(_ error: (any Error)?) -> Bool {
    if case .diverged? = error as? MethodError { true } else { false }
  }
}

@Suite struct ScriptRunTests {
  private func session(_ stage: Stage = .empty, keepsGoing: Bool = false) throws -> (ScriptRunner, RecordingFrontEnd) {
    let frontEnd = RecordingFrontEnd()
    var state = stage.state
    state.settings.keepsGoing = keepsGoing
    let runner = try ScriptRunner(
      commands: [CommandGroup("Test", [Trial.self])] + sessionCommands, state: state, frontEnd: frontEnd)
    return (runner, frontEnd)
  }

  /// The results of the last `trial` at the top.
  private func results(_ frontEnd: RecordingFrontEnd) throws -> JSON {
    let runs = frontEnd.events.compactMap { event -> CommandRun? in
      if case .ended(let run) = event { run } else { nil }
    }
    let last = try #require(runs.last)
    return try #require(try JSON.lines("\(last.results)\n").first)
  }

  @Test func aScriptRunsOnACopy() throws {
    let (runner, frontEnd) = try session(.loaded)
    let before = runner.state.fingerprint
    #expect(runner.run(Script("trial 'seed 5; for x in 7 8 { seed $x }; info; undo; show x'", name: "t")) == .succeeded)
    #expect(runner.state.fingerprint == before && frontEnd.errors == "")
    let found = try results(frontEnd)
    #expect(found["seed"] == .number(5) && found["status"] == .string("succeeded"))
    let commands = found["commands"].array
    #expect(commands.map { $0["text"].string } == ["seed 5", "seed 7", "seed 8", "info", "undo 1 keep=on", "show x"])
    #expect(commands[3]["results"]["count"] == .number(120))
    // What the user sees is what the command lets through; what was printed is there all the same.
    #expect(frontEnd.output == "took back: for x in 7 8\nx = 8\n")
    #expect(commands[3]["output"].array[0].string?.hasPrefix("data set   strokes") == true)
  }

  @Test func failuresKeepTheirTypes() throws {
    let (runner, frontEnd) = try session(.loaded, keepsGoing: true)
    let script = """
      trial 'train; model fast channels=8 components=100 floor=1e-38; train rounds=5; save /proc/none/a.ddpm; seed 3'
      """
    #expect(runner.run(Script(script, name: "t")) == .succeeded)
    let found = try results(frontEnd)
    #expect(found["status"] == .string("failed") && found["seed"] == .number(3))
    #expect(
      found["commands"].array.map { $0["error"].string } == ["SessionError", nil, "MethodError", "FileError", nil])
    #expect(
      found["commands"].array.map { $0["diverged"] } == [false, false, true, false, false].map { .bool($0) })
    // It was the command's to show.
    #expect(frontEnd.errors == "")
  }

  @Test func aWrongScriptRunsNothing() throws {
    let (runner, frontEnd) = try session()
    #expect(runner.run(Script("trial 'seed 3; sed 4'", name: "t")) == .succeeded)
    let found = try results(frontEnd)
    #expect(found["commands"].array.isEmpty && found["seed"] == .number(0))
    #expect(found["problems"] == .array([.string("there is no command 'sed'")]))
  }

  @Test func interruptsEndItToo() throws {
    let (runner, frontEnd) = try session(.modelled)
    var looks = 0
    frontEnd.onInterruptions = {
      looks += 1
      return looks > 8 ? 1 : 0
    }
    #expect(runner.run(Script("trial 'pretrain epochs=1000'; seed 4", name: "t")) == .interrupted)
    #expect(looks < 30 && runner.state.seed == 0)
    #expect(frontEnd.errors == "interrupted; nothing was changed\nwhat comes after it was not run\n")
  }

  /// A script that runs itself aside ends, as one that runs itself does.
  @Test func depthHasALimit() throws {
    let (runner, frontEnd) = try session()
    #expect(runner.run(Script("let t = 'trial $t'; trial $t", name: "t")) == .succeeded)
    var found = try results(frontEnd)
    var depth = 0
    while let inner = found["commands"].array.first {
      found = inner["results"]
      depth += 1
    }
    #expect(depth == scriptDepthLimit)
  }
}

/// The session as it could be taken up, were the process killed.
@Suite struct CheckpointTests {
  private final class States: Safekeeper {
    var states: [SessionState] = []
    func keep(_ session: SessionState) { states.append(session) }
    func catchUp() {}
    func takeOver(_ kept: KeptSession) {}
  }

  /// The states that would have been kept during `line`, and the session at its end.
  private func kept(_ stage: Stage, _ line: String) throws -> ([SessionState], TestSession) {
    let session = try TestSession(from: stage.state)
    let keeper = States()
    session.runner.safekeeper = keeper
    #expect(session.run(line) == .succeeded)
    return (keeper.states, session)
  }

  @Test(arguments: [(Stage.modelled, "pretrain epochs=3"), (.trained, "train rounds=3 lambda=3")])
  func everyRoundCanBeTakenUp(stage: Stage, line: String) throws {
    let (states, session) = try kept(stage, line)
    #expect(states.count == 3)
    for (index, state) in states.enumerated() {
      // Its journal leads there.
      let command = try #require(state.commands.last?.text)
      #expect(command.contains("=\(index + 1)") && state.unsavedChanges == stage.state.unsavedChanges + 1)
      let replayed = try TestSession(from: stage.state)
      #expect(replayed.run(command) == .succeeded)
      #expect(replayed.state.learnt == state.learnt)
      #expect(replayed.state.commands.last?.text == command)
      // What comes after it is what would have come.
      guard index < 2 else { continue }
      let resumed = try TestSession(from: state)
      let verb = line.prefix { $0 != " " }
      #expect(resumed.run("\(verb) \(verb == "train" ? "rounds" : "epochs")=\(2 - index)") == .succeeded)
      #expect(resumed.state.learnt == session.state.learnt)
    }
    #expect(states[2].fingerprint == session.state.fingerprint)
  }

  @Test func onlyWorkIsKept() throws {
    let states = try kept(.loaded, "show; info; set threads=1; seed 4; seed 5; undo").0
    #expect(states.map(\.seed) == [4, 5, 4])
    let folder = ScratchFolder()
    let saved = try kept(.loaded, "seed 4; save \"\(folder.path)/s.ddpm\"").0
    #expect(saved.map(\.unsavedChanges) == [Stage.loaded.state.unsavedChanges + 1, 0])
  }
}
