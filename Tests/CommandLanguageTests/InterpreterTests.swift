import CommandLanguage
import Testing

@Suite struct InterpreterTests {
  @Test func conditions() {
    let host = run("let a = on; let b = off; if $a { info $a }; if $b { info $b }; if off { info }; info end")
    #expect(host.texts == ["info on", "info end"] && host.problems == [])
    let wrong = run("let a = 1; if $a { info }; info")
    #expect(wrong.problems == ["if needs on or off, not '1'"] && wrong.texts == [])
    #expect(problems("if maybe { info }") == ["1:4 if needs on or off, not 'maybe'"])
    // What is skipped for sure sets nothing; what may be skipped may.
    #expect(problems("if off { let x = 1 }\ninfo $x").count == 1)
    #expect(problems("if on { let x = 1 }\ninfo $x") == [])
    #expect(problems("if off { nosuch }").count == 1)
  }

  @Test func variablesAndStrings() {
    let host = run(
      """
      let lambda = 1e-3
      let name = "run $lambda"
      let all = a,$lambda,'x y'
      sample out="figures/$name-${lambda}.png"
      info 1 "$all"
      interpolate 1,2 3
      """)
    #expect(host.problems == [])
    #expect(host.texts == ["sample out=\"figures/run 1e-3-1e-3.png\"", "info 1 \"a,1e-3,x y\"", "interpolate 1,2 3"])
    #expect((host.commands[2] as? Interpolate)?.images == [1, 2, 3])
    #expect(host.variables.names == ["lambda", "name", "all"])
    #expect(host.variables["all"]?.description == "a,1e-3,\"x y\"")
  }

  @Test func defaultsLeaveWhatIsSet() {
    let host = RecordingHost()
    host.variables["seed"] = Value("7")
    _ = run("default seed = 0; default other = 1; default other = 2; let seed2 = $seed", host: host)
    #expect(host.variables["seed"] == Value("7"))
    #expect(host.variables["other"] == Value("1"))
    #expect(host.variables["seed2"] == Value("7"))
  }

  @Test func loops() {
    let host = run(
      """
      for x in 1 2 { repeat 2 { info $x "$i" } }
      for pair in 1,2 3,4 { interpolate $pair }
      let xs = 5,6
      for x in $xs { info $x }
      for x in 8,9 { info $x }
      repeat 0 { info }
      info $x
      """)
    #expect(host.problems == [])
    #expect(
      host.texts == [
        "info 1 1", "info 1 2", "info 2 1", "info 2 2", "interpolate 1,2", "interpolate 3,4", "info 5", "info 6",
        "info 8",
        "info 9", "info 9",
      ])
  }

  @Test func cellsAndPlaces() {
    let host = run("# %% A\ninfo\n# %% [markdown]\n# t\n# %% B\nrepeat 1 {\n  info 1\n}")
    #expect(host.calls.map(\.cell) == [1, 3])
    #expect(host.calls.map(\.location.fileAndLine) == ["test.ddpm:2", "test.ddpm:7"])
    #expect(run("let v = tsne; plot $v").calls.map(\.verb) == ["plot tsne"])
  }

  @Test func stopsAtAFailureUnlessToldToGoOn() {
    struct Broken: Error, CustomStringConvertible { let description = "no images are loaded" }
    let text = "info 1\nrepeat 2 {\n  train\n  info 2\n}\ninfo 3"
    let host = RecordingHost()
    host.onRun = { command, _ in if command is Train { throw Broken() } }
    _ = run(text, host: host)
    #expect(host.texts == ["info 1", "train"])
    #expect(host.problems == ["no images are loaded"])
    #expect(host.failures[0].problem.error is Broken && host.failures[0].problem.name == "Broken")
    #expect(host.failures[0].location.start.line == 3)
    #expect(host.failures[0].location.start.column == 3)
    #expect(host.failedCalls == ["train"])
    let patient = RecordingHost()
    patient.goesOn = true
    patient.onRun = host.onRun
    _ = run(text, host: patient)
    #expect(patient.texts == ["info 1", "train", "info 2", "train", "info 2", "info 3"])
    #expect(patient.failures.count == 2)
  }

  @Test func badValuesFailWhereTheyAreUsed() {
    let host = RecordingHost()
    host.goesOn = true
    _ = run(
      "let n = x\ntrain rounds=$n\nrepeat $n { info }\ninfo $m\nplot $n\nlet l = 1,2\ntrain rounds=$l\nlet p = $q",
      host: host)
    #expect(
      host.failures.map { "\($0.location.start.line):\($0.location.start.column) \($0.problem)" } == [
        "2:14 rounds needs a whole number from 1 to 100000, not 'x'",
        "3:8 repeat needs a whole number from 0, not 'x'",
        "4:6 there is no variable 'm'",
        "5:6 plot knows no 'x', only: tsne, loss",
        "7:14 rounds needs a whole number from 1 to 100000, not a list of 2",
        "8:9 there is no variable 'q'",
      ])
    #expect(host.failedCalls == ["train rounds=x", nil, "info $m", "plot x", "train rounds=1,2", nil])
    #expect(host.texts.isEmpty)
  }

  @Test func aStoppedHostRunsNothingMore() {
    let host = RecordingHost()
    host.onRun = { [unowned host] _, _ in host.isStopped = host.calls.count == 3 }
    _ = run("repeat 1_000_000_000 { info }\ninfo 9", host: host)
    #expect(host.calls.count == 3)
    #expect(host.failures.isEmpty)
  }

  @Test func errorsKnowWhoRanTheScript() {
    let outer = Script("info\nrun inner.ddpm", name: "outer.ddpm")
    let caller = SourceLocation(source: outer.source, range: outer.statements[1].range)
    let host = RecordingHost()
    Interpreter(table: toyTable, host: host, callers: [caller]).run(Script("\nload", name: "inner.ddpm"))
    #expect(
      DiagnosticRenderer().render(host.failures[0]) == """
        inner.ddpm:2:1: error: load needs DATASET: a data set or a path
          load
          ^~~~
        outer.ddpm:2:1: note: run from here

        """)
  }
}

/// Runs the scripts that it is given as texts.
private struct Nest: ScriptRunningCommand {
  var texts: [String] = []

  static let declaration = CommandDeclaration<Nest>(
    "nest", summary: "Run scripts", parameters: [.rest("texts", \.texts, .text, help: "the scripts")],
    definesVariables: true)

  struct NoText: Error {}

  func scripts(from source: SourceText, entries: [HistoryEntry]) throws -> [Script] {
    if texts.isEmpty { throw NoText() }
    return texts.enumerated().map { Script($1, name: "\(source.name)/\($0)") }
  }
}

@Suite struct NestedScriptTests {
  private let table = CommandTable([Nest.self, Info.self, Train.self])

  private func run(_ text: String, host: RecordingHost = RecordingHost()) -> (RecordingHost, Interpreter.Ending) {
    (host, Interpreter(table: table, host: host).runChecked(Script(text, name: "top")))
  }

  @Test func scriptsRunWhereTheCommandStands() {
    let (host, ending) = run("let x = 1\nnest 'info $x; let y = 2' 'nest \"info 5\"'\ninfo $y")
    #expect(host.failures.isEmpty && ending.isWhole && ending.failure == nil)
    #expect(host.calls.map(\.verb) == ["info", "info", "nest", "nest", "info"])
    #expect(host.calls[1].location.fileAndLine == "top/1/0:1")
    #expect(host.calls[1].callers.map(\.fileAndLine) == ["top/1:1", "top:2"])
  }

  @Test func whatIsWrongIsToldOnce() {
    struct Broken: Error {}
    let host = RecordingHost()
    host.onRun = { command, _ in if command is Train { throw Broken() } }
    let (_, ending) = run("nest 'info; train; info 1'\ninfo 2", host: host)
    #expect(host.calls.map(\.verb) == ["info", "train", "nest"])
    #expect(host.failures.count == 1 && ending.failure?.problem.error is Broken)
    #expect(ending.failure?.callers.map(\.fileAndLine) == ["top:1"])
    // A host that goes on hears of each failure once, too.
    let patient = RecordingHost()
    (patient.goesOn, patient.onRun) = (true, host.onRun)
    _ = run("nest 'train; train'\nnest\ninfo 2", host: patient)
    #expect(patient.problems.count == 3 && patient.texts.last == "info 2")
  }

  @Test func aWrongScriptIsRefusedWhole() {
    let (host, ending) = run("nest 'info 1; inf 2'; info 3")
    #expect(host.calls.map(\.verb) == ["nest"])
    #expect(host.problems == ["there is no command 'inf'"])
    #expect(host.failures[0].callers.count == 1 && !ending.isWhole)
  }

  @Test func depthHasALimit() {
    // Each level is quoted once more than the one in it, so a variable holds the text.
    let (host, _) = run("let t = 'nest $t'\nnest $t")
    #expect(host.problems == ["scripts run each other more than 16 deep"])
    #expect(host.failures[0].callers.count == scriptDepthLimit)
  }
}
