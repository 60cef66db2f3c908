import CommandLanguage
import Glibc
import Interruptions
import JSONValues
import Session
import TestSupport
import Testing

/// Adds to the session's seed; fails, or ends early, on demand.
private struct Add: ChangingCommand {
  enum Ending: String, CaseIterable, Sendable { case well, failure, interrupted, early }

  var amount = 0
  var ending = Ending.well

  static let declaration = CommandDeclaration<Add>(
    "add", summary: "Add to the seed",
    parameters: [
      .required("amount", \.amount, .integer(in: 0...1_000), help: "how much"),
      .option("ending", \.ending, .choice(), help: "how it ends"),
    ])

  struct Failure: Error, CustomStringConvertible { let description = "cannot add" }

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    if amount == 13 { throw Failure().about("ending") }
    if amount == 14 { throw Failure().about("amount") }
    session.seed += UInt64(amount)
    environment.print("seed \(session.seed)")
    var outcome = CommandOutcome(
      results: ["seed": .integer(Int(session.seed)), "loss": .number(.nan), "names": ["a", nil]],
      artifacts: [Artifact(path: "a \"b\".png", sha256: "00ff")])
    switch ending {
    case .well: return outcome
    case .failure: throw Failure()
    case .interrupted: throw Interrupted()
    case .early:
      outcome.isInterrupted = true
      outcome.performed = Add(amount: amount / 2)
      return outcome
    }
  }
}

private final class Harness {
  let frontEnd = RecordingFrontEnd()
  let folder = ScratchFolder()
  let runner: ScriptRunner

  init(keepsGoing: Bool = false) throws {
    var state = SessionState()
    state.settings.keepsGoing = keepsGoing
    runner = try ScriptRunner(
      commands: [CommandGroup("Test", [Add.self])] + sessionCommands, state: state, frontEnd: frontEnd,
      recordPath: "\(folder.path)/record.jsonl")
  }

  var output: String { frontEnd.output }
  var errors: String {
    get { frontEnd.errors }
    set { frontEnd.errors = newValue }
  }

  func run(_ text: String, name: String = "t.ddpm") -> RunStatus { runner.run(Script(text, name: name)) }

  /// The records without their times.
  var records: [String] {
    folder.text("record.jsonl").split(separator: "\n").map {
      String($0).replacing(#/"seconds": [-0-9.e]+/#, with: "\"seconds\": 0")
    }
  }

  var journal: [String] {
    runner.state.journal.map {
      switch $0 {
      case .markdown(let title, let text): "\(title): \(text)"
      case .command(let record): record.text
      }
    }
  }
}

@Suite struct RunnerTests {
  @Test func commandsAreRecordedAndJournalled() throws {
    let harness = try Harness()
    #expect(harness.run("# %% [markdown]\n# Hello\n# %% B\nrepeat 2 { add $i }\nlet x = 1; show x") == .succeeded)
    #expect(harness.output == "seed 1\nseed 3\nx = 1\n")
    #expect(harness.errors == "")
    #expect(harness.journal == [": Hello", "add 1 ending=well", "add 2 ending=well"])
    #expect(harness.runner.state.unsavedChanges == 2)
    #expect(
      harness.records == [
        #"{"cell": 2, "source": "t.ddpm:4", "command": "add 1 ending=well", "status": "ok", "seconds": 0, "#
          + #""seed": 1, "model": null, "results": {"seed": 1, "loss": null, "names": ["a", null]}, "#
          + #""artifacts": [{"path": "a \"b\".png", "sha256": "00ff"}]}"#,
        #"{"cell": 2, "source": "t.ddpm:4", "command": "add 2 ending=well", "status": "ok", "seconds": 0, "#
          + #""seed": 3, "model": null, "results": {"seed": 3, "loss": null, "names": ["a", null]}, "#
          + #""artifacts": [{"path": "a \"b\".png", "sha256": "00ff"}]}"#,
        #"{"cell": 2, "source": "t.ddpm:5", "command": "show x", "status": "ok", "seconds": 0, "#
          + #""seed": 3, "model": null, "results": {"x": "1"}, "artifacts": []}"#,
      ])
  }

  @Test(arguments: [
    ("add 13", "1:1: error: cannot add\n  add 13\n  ^~~\n"),
    ("add 13 ending=well", "1:15: error: cannot add\n  add 13 ending=well\n                ^~~~\n"),
    ("add 14 ending=well", "1:5: error: cannot add\n  add 14 ending=well\n      ^~\n"),
  ])
  func errorsPointAtWhatTheyAreAbout(line: String, says: String) throws {
    let harness = try Harness()
    #expect(harness.run(line) == .failed)
    #expect(harness.errors == "t.ddpm:" + says)
  }

  @Test func aFailedCommandChangesNothing() throws {
    let harness = try Harness()
    #expect(harness.run("add 1\nadd 5 ending=failure\nadd 7") == .failed)
    #expect(harness.runner.state.seed == 1)
    #expect(harness.journal == ["add 1 ending=well"])
    #expect(harness.errors == "t.ddpm:2:1: error: cannot add\n  add 5 ending=failure\n  ^~~\n")
    #expect(harness.records.count == 2)
    #expect(harness.records[1].hasSuffix(#""results": {}, "artifacts": [], "error": "cannot add"}"#))
    #expect(harness.records[1].contains(#""command": "add 5 ending=failure", "status": "error""#))
    // The next entry starts afresh.
    #expect(harness.run("add 1") == .succeeded)
  }

  @Test func keepGoing() throws {
    let harness = try Harness(keepsGoing: true)
    #expect(harness.run("add 1\nadd 5 ending=failure\nfor n in 13 13 { add $n }\nadd 7") == .failed)
    #expect(harness.runner.state.seed == 8)
    #expect(harness.records.count == 5)
    #expect(harness.records[2].contains(#""command": "add 13 ending=well", "status": "error""#))
  }

  @Test func aWrongScriptRunsNothing() throws {
    let harness = try Harness(keepsGoing: true)
    #expect(harness.run("add 1\nad 2\nadd 3 end=1") == .failed)
    #expect(harness.output == "" && harness.records.isEmpty)
    #expect(
      harness.errors == """
        t.ddpm:2:1: error: there is no command 'ad' (did you mean 'add'?)
          ad 2
          ^~
        t.ddpm:3:7: error: add has no option 'end' (did you mean 'ending'?)
          add 3 end=1
                ^~~

        """)
    var variables = KnownVariables()
    #expect(!harness.runner.check(Script("add", name: "t"), variables: &variables))
    #expect(harness.runner.check(Script("let x = 1; add $x", name: "t"), variables: &variables))
    // What one script sets the next may use.
    #expect(harness.runner.check(Script("add $x", name: "t"), variables: &variables))
    #expect(harness.output == "")
  }

  @Test func interruptions() throws {
    let harness = try Harness(keepsGoing: true)
    #expect(harness.run("add 1; add 2 ending=interrupted; add 3") == .interrupted)
    #expect(harness.runner.state.seed == 1)
    #expect(harness.records[1].contains(#""status": "interrupted""#))
    #expect(harness.run("add 10 ending=early; add 3") == .interrupted)
    #expect(harness.runner.state.seed == 11)
    // What is journalled is what was done.
    #expect(harness.journal == ["add 1 ending=well", "add 5 ending=well"])
    #expect(harness.records[2].contains(#""command": "add 5 ending=well", "status": "interrupted""#))
    harness.frontEnd.onInterruptions = { 1 }
    #expect(harness.run("repeat 1_000_000_000_000 { }") == .interrupted)
    #expect(harness.run("add 100") == .interrupted)
    #expect(harness.runner.state.seed == 11)
  }

  @Test func undo() throws {
    let harness = try Harness()
    #expect(harness.run("let x = 1; add 1; add 2; add 4; let x = 2; undo 2; show") == .succeeded)
    #expect(harness.runner.state.seed == 1)
    #expect(harness.journal == ["add 1 ending=well"])
    #expect(harness.output.hasSuffix("x = 2\n"))
    #expect(harness.run("undo 3") == .failed)
    #expect(harness.errors.contains("only 1 change can be undone, not 3"))
    #expect(harness.run("undo; undo") == .failed)
    #expect(harness.runner.state.seed == 0)
    #expect(harness.errors.contains("there is nothing to undo"))
  }

  @Test func scriptsRunScripts() throws {
    let harness = try Harness()
    let outer = harness.folder.write("outer.ddpm", "let x = 3\nrun inner.ddpm\nadd $y\n")
    _ = harness.folder.write("inner.ddpm", "add $x\nlet y = 4\n")
    #expect(harness.run("run \(outer)") == .succeeded)
    #expect(harness.runner.state.seed == 7)
    #expect(harness.journal == ["add 3 ending=well", "add 4 ending=well"])

    _ = harness.folder.write("inner.ddpm", "add 1 ending=failure\n")
    #expect(harness.run("run \(outer)\nadd 100", name: "In [2]") == .failed)
    #expect(
      harness.errors.replacing(harness.folder.path, with: "DIR") == """
        DIR/inner.ddpm:1:1: error: cannot add
          add 1 ending=failure
          ^~~
        DIR/outer.ddpm:2:1: note: run from here
        In [2]:1:1: note: run from here

        """)
    #expect(harness.runner.state.seed == 7)
    #expect(harness.records.suffix(3).allSatisfy { $0.contains(#""status": "error""#) })

    harness.errors = ""
    _ = harness.folder.write("inner.ddpm", "run inner.ddpm\n")
    #expect(harness.run("run \(outer)") == .failed)
    #expect(harness.errors.contains("scripts run each other more than 16 deep"))
    harness.errors = ""
    #expect(harness.run("run \(harness.folder.path)/none.ddpm") == .failed)
    #expect(harness.errors.contains("none.ddpm: No such file or directory"))
    #expect(harness.run("run \(harness.folder.path)") == .failed)
  }

  @Test func quitEndsEverything() throws {
    let harness = try Harness()
    let path = harness.folder.write("a.ddpm", "repeat 3 { add 1; quit }\n")
    #expect(harness.run("run \(path); add 100") == .succeeded)
    #expect(harness.runner.isQuitting)
    #expect(harness.runner.state.seed == 1)
  }

  @Test func settingsVariablesHistoryAndHelp() throws {
    let harness = try Harness()
    #expect(
      harness.run("let a = 1,\"x y\"; show; history 2; help add; help; set keep-going=on; set")
        == .succeeded)
    #expect(harness.output.hasPrefix("a = 1,\"x y\"\n1  "))
    #expect(harness.output.contains("add AMOUNT [ending=well|failure|interrupted|early]"))
    #expect(harness.output.contains("keep-going=on\n"))
    #expect(harness.runner.state.settings.keepsGoing)
    #expect(harness.run("show b") == .failed)
    #expect(harness.run("help adt") == .failed)
    #expect(harness.errors.contains("no command or topic mentions 'adt' (did you mean 'add'?)"))
  }

  @Test func examplesInHelpAreRight() {
    let table = CommandTable(sessionCommands)
    for entry in table.entries {
      for example in entry.examples {
        let problems = Script(example.line, name: entry.verb).check(against: table)
        #expect(problems.map { "\($0.problem)" } == [], "\(entry.verb): \(example.line)")
      }
    }
    #expect(table.nearestVerb(to: "bye") == "quit")
    #expect(table["exit"]?.verb == "quit")
  }

  @Test func hostileScriptFiles() throws {
    let folder = ScratchFolder()
    let notText = folder.write("a.ddpm", "info")
    let file = fopen(notText, "w")!
    fwrite([0xFF, 0xFE, 0x00] as [UInt8], 1, 3, file)
    fclose(file)
    #expect(throws: ScriptFileError.self) { try ScriptFile.read(notText) }
    truncate(notText, 1 << 40)
    #expect(throws: ScriptFileError.self) { try ScriptFile.read(notText) }
    #expect(throws: RecordError.self) {
      _ = try ScriptRunner(
        commands: [], frontEnd: RecordingFrontEnd(), recordPath: "/nowhere/record")
    }
  }
}

@Suite struct JSONTests {
  @Test func values() {
    let value: JSONValue = [
      "z": 1, "a": 1.5, "nan": .number(.nan), "inf": .number(-.infinity), "s": "a\"\\\n\u{1}é\u{2028}",
      "l": [true, nil],
      "o": ["k": .integer(-3)], "none": .optional(nil), "e": .object([:]), "big": .number(1e300), "whole": .number(2),
    ]
    #expect(
      value.description == #"{"z": 1, "a": 1.5, "nan": null, "inf": null, "s": "a\"\\\n\u0001é\u2028", "#
        + #""l": [true, null], "o": {"k": -3}, "none": null, "e": {}, "big": 1e+300, "whole": 2.0}"#)
  }

  @Test func membersKeepTheirOrder() {
    var object: JSONObject = ["b": 1, "a": 2]
    object["c"] = 3
    object["b"] = 4
    object["a"] = nil
    #expect(object.description == #"{"b": 4, "c": 3}"#)
    #expect(object["c"] == 3)
  }

  /// A saved session that did not say where the data lie could not find them.
  @Test func whereTheDataLieIsSavedAndTakenBack() throws {
    let session = try TestSession()
    #expect(session.run("set data=/here threads=2; load strokes count=20; set data=/there keep-going=on") == .succeeded)
    #expect(
      session.commands.map { $0.split(separator: " ").prefix(2).joined(separator: " ") } == [
        "set data=/here", "load strokes", "set data=/there",
      ])
    #expect(session.run("undo") == .succeeded)
    #expect(session.state.settings.dataFolder == "/here" && session.state.settings.keepsGoing)
    #expect(session.commands.count == 2 && session.state.dataset != nil)
    #expect(session.run("undo 2") == .succeeded)
    #expect(session.state.settings.dataFolder == nil && session.state.dataset == nil && session.commands.isEmpty)
    // What the user's start-up file sets is no part of a session that goes to others; what it loads is.
    session.runner.runUnremembered(Script("set data=/home; load strokes count=20", name: "rc.ddpm"))
    #expect(session.commands.count == 1 && session.state.settings.dataFolder == "/home")
    #expect(session.state.unsavedChanges == 1 && session.run("undo") == .succeeded)
    // What is of this session alone leaves no trace.
    #expect(session.run("set inline=off") == .succeeded)
    #expect(session.commands.isEmpty && session.state.unsavedChanges == 0)
  }
}
