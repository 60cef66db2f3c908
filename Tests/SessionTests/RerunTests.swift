import CommandLanguage
import Session
import TestSupport
import Testing

/// Cells of scripts and entries of the session, run by number.
@Suite struct RerunTests {
  private static let notebook = """
    # %% [markdown] Title
    # Some text
    # %% Seed
    seed 3
    let x = 1
    # %%
    seed 4; let y = $x

    """

  @Test func cellsOfAScript() throws {
    let session = try TestSession()
    let path = session.folder.write("nb.ddpm", Self.notebook)
    #expect(session.run("cells \"\(path)\"") == .succeeded)
    #expect(session.output == "1  Title: (text) Some text\n2  Seed: seed 3; let x = 1\n3  seed 4; let y = $x\n")
    #expect(session.run("run \"\(path)\" cells=2") == .succeeded)
    #expect(session.state.seed == 3)
    #expect(session.run("run \"\(path)\" cells=3") == .succeeded)
    #expect(session.state.seed == 4)
    #expect(session.run("run \"\(path)\" cells=4") == .failed)
    #expect(session.errors.contains("has no cell 4: its cells are 1 to 3"))
    // Alone the third cell lacks a variable: it is checked as it will run.
    let other = try TestSession()
    #expect(other.run("run \"\(path)\" cells=3") == .failed)
    #expect(other.errors.contains("there is no variable 'x'") && other.state.seed == 0)
  }

  @Test func entriesOfTheSession() throws {
    let session = try TestSession()
    #expect(session.run("# %%\nlet x = 1; seed 7\n# %%\nseed 8\n# %%\nrerun 1") == .succeeded)
    #expect(session.state.seed == 7)
    #expect(session.state.commands.map(\.text) == ["seed 7", "seed 8", "seed 7"])
    #expect(session.run("rerun 1 2") == .succeeded)
    #expect(session.state.seed == 8)
  }

  @Test func theLastEntryAgainAndAgain() throws {
    let session = try TestSession()
    #expect(session.run("repeat 2 { seed 4 }") == .succeeded)
    #expect(session.run("rerun") == .succeeded && session.run("rerun") == .succeeded)
    #expect(session.state.commands.map(\.text) == Array(repeating: "seed 4", count: 6))
    // In the middle of a script: what is before it, not what comes after.
    #expect(session.run("# %%\nseed 5\n# %%\nrerun\n# %%\nseed 6") == .succeeded)
    #expect(session.state.commands.suffix(3).map(\.text) == ["seed 5", "seed 5", "seed 6"])
  }

  /// An entry runs again where it stood: beside its script, and its errors name its own place.
  @Test func entriesKeepTheirPlace() throws {
    let session = try TestSession()
    _ = session.folder.write("inner.ddpm", "seed 9\n")
    let path = session.folder.write("outer.ddpm", "# %%\nrun inner.ddpm\n# %%\nseed 1\n# %%\nrerun 1\n")
    #expect(session.runner.run(Script(parsing: try ScriptFile.read(path))) == .succeeded)
    #expect(session.state.seed == 9)
  }

  @Test func oneFailureDoesNotKeepTheOthers() throws {
    let session = try TestSession(keepsGoing: true)
    session.run("show y\n# %%\nseed 3")
    session.run("seed 4")
    #expect(session.run("rerun 1 2") == .failed)
    #expect(session.state.seed == 3)
  }

  /// What a script runs is no entry: its numbers would be mixed up with the session's.
  @Test func scriptsLeaveOneEntry() throws {
    let session = try TestSession()
    let path = session.folder.write("nb.ddpm", Self.notebook)
    #expect(session.run("run \"\(path)\"") == .succeeded)
    #expect(session.run("history") == .succeeded)
    #expect(!session.output.contains("seed 3"))
  }

  @Test func mistakes() throws {
    let session = try TestSession()
    #expect(session.run("rerun") == .failed)
    #expect(session.errors.contains("nothing was entered before this"))
    #expect(session.run("rerun 9") == .failed)
    #expect(session.errors.contains("nothing was entered as number 9; history lists what was"))
    #expect(session.run("rerun 3") == .failed)
    #expect(session.errors.contains("an entry cannot run itself again"))
  }
}

/// A script is checked with the scripts that it runs.
@Suite struct NestedCheckTests {
  @Test func mistakesInNestedScriptsAreFoundFirst() throws {
    let session = try TestSession()
    let inner = session.folder.write("inner.ddpm", "let y = $x\nlod strokes\n")
    let outer = session.folder.write("outer.ddpm", "seed 5\nlet x = 1\nrun inner.ddpm\nshow $y $z\n")
    #expect(session.run("run \"\(outer)\"") == .failed)
    // Nothing ran, and all is said at once: the inner script knows x, the outer y.
    #expect(session.state.seed == 0)
    #expect(session.errors.contains("\(inner):2:1: error: there is no command 'lod' (did you mean 'load'?)"))
    #expect(session.errors.contains("\(outer):3:1: note: run from here\ntest.ddpm:1:1: note: run from here"))
    #expect(session.errors.contains("\(outer):4:9: error: there is no variable 'z'"))
    #expect(!session.errors.contains("variable 'y'") && !session.errors.contains("variable 'x'"))
  }

  @Test func scriptsThatComeLaterAreNoMistake() throws {
    let session = try TestSession()
    let folder = session.folder.path
    let status = session.run("seed 3\nsave \"\(folder)/new.ddpm\"\nseed 4\nrun \"\(folder)/new.ddpm\"")
    #expect(status == .succeeded)
    #expect(session.state.seed == 3)
  }

  @Test func whatASaveWillReplaceIsNotJudged() throws {
    let session = try TestSession()
    let path = session.folder.write("old.ddpm", "no such verb\n")
    #expect(session.run("seed 3\nsave \"\(path)\" overwrite=on\nseed 4\nrun \"\(path)\"") == .succeeded)
    #expect(session.state.seed == 3)
  }

  /// However the path is spelled, and however often: an end comes soon.
  @Test func hostileNesting() throws {
    let session = try TestSession()
    let loop = session.folder.write("loop.ddpm", "run ./loop.ddpm\nrun ././loop.ddpm\n")
    let loops = Script(parsing: try ScriptFile.read(loop)).check(against: session.runner.table)
    #expect(loops.map { "\($0.problem)" } == ["scripts run each other more than 16 deep"])
    for number in 0..<40 {
      _ = session.folder.write("\(number).ddpm", "run \(number + 1).ddpm\nrun ./\(number + 1).ddpm\n")
    }
    _ = session.folder.write("40.ddpm", "lod\n")
    let chain = try ScriptFile.read("\(session.folder.path)/0.ddpm")
    let problems = Script(parsing: chain).check(against: session.runner.table)
    #expect(problems.map { "\($0.problem)" } == ["scripts run each other more than 16 deep"])
  }

  @Test func aScriptThatRunsItselfIsCheckedOnce() throws {
    let session = try TestSession()
    let path = session.folder.write("loop.ddpm", "seed 1\nrun loop.ddpm\n")
    #expect(session.run("run \"\(path)\"") == .failed)
    #expect(session.errors.contains("loop.ddpm:2:1: error: scripts run each other more than 16 deep"))
    #expect(session.errors.hasSuffix("test.ddpm:1:1: note: run from here\n") && session.state.seed == 0)
  }

  /// As deep as scripts may run each other: the check says what running would.
  @Test(arguments: [(16, true), (17, false)]) func depthIsTheSameInTheCheck(depth: Int, isRight: Bool) throws {
    let session = try TestSession()
    for number in 1..<depth { _ = session.folder.write("\(number).ddpm", "run \(number + 1).ddpm\n") }
    _ = session.folder.write("\(depth).ddpm", "seed 7\n")
    // The second way comes upon scripts that the first has looked into, less deep.
    let path = session.folder.path
    #expect(session.run("run \"\(path)/2.ddpm\"\nrun \"\(path)/1.ddpm\"") == (isRight ? .succeeded : .failed))
    #expect(session.state.seed == (isRight ? 7 : 0))
  }

  @Test func scriptsInLoops() throws {
    let session = try TestSession()
    let path = session.folder.write("a.ddpm", "seed $x\nlet y = 3\n")
    #expect(session.run("for x in 1 2 { run \"\(path)\"; seed $y }\nseed $y") == .succeeded)
    #expect(session.run("for x in 1 z { run \"\(path)\" }") == .failed)
    #expect(session.errors.contains("not 'z'"))
    #expect(session.run("for f in a b { run \"\(session.folder.path)/$f.ddpm\" }") == .failed)
  }
}
