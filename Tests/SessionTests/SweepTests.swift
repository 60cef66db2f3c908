import ClusteringMethods
import RunStore
import Session
import TestSupport
import Testing

/// `sweep`: every combination from the same start, none twice, and failures as dashes.
@Suite struct SweepTests {
  private static let sweep = """
    sweep restarts=1,2 seed=0,1 {
      seed $seed
      model kmeans restarts=$restarts
      train
      evaluate
    }
    """

  private func prepared(_ folder: ScratchFolder = ScratchFolder()) throws -> TestSession {
    let session = try TestSession(in: folder)
    #expect(session.run("load strokes count=120; model kmeans restarts=3") == .succeeded)
    session.output = ""
    return session
  }

  /// The lines of the table at the end, columns one space apart.
  private func table(_ session: TestSession) -> [String] {
    session.output.split(separator: "\n").suffix(5).map { $0.split(separator: " ").joined(separator: " ") }
  }

  @Test func everyCombinationFromTheSameStart() throws {
    let session = try prepared()
    let before = session.state
    #expect(session.run(Self.sweep) == .succeeded, "\(session.errors)")
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.seed) == ["0", "1", "0", "1"])
    #expect(runs.map { $0.number("restarts") } == [1, 1, 2, 2])
    #expect(runs.allSatisfy { $0.rounds == 1 && !$0.key.isEmpty } && Set(runs.map(\.key)).count == 4)
    #expect(table(session)[0] == "restarts seed accuracy nmi ari")
    #expect(table(session)[3].hasPrefix("2 0 0."))
    // The session is as it was, and the sweep no change of it.
    #expect(session.state.learnt == before.learnt && session.state.seed == before.seed)
    #expect(session.run("undo") == .succeeded && session.state.model == nil)
  }

  /// A session with a sweep replays to the same scores.
  @Test func savedSessionsReplay() throws {
    let session = try prepared()
    #expect(session.run(Self.sweep + "\nsave \"\(session.folder.path)/s.ddpm\"") == .succeeded)
    let again = try TestSession()
    #expect(again.run("verify \"\(session.folder.path)/s.ddpm\"") == .succeeded, "\(again.errors)\(again.output)")
    let found = try #require(try again.records().last)
    #expect(found["results"]["numbers"].number ?? 0 >= 4 * 4)
  }

  /// A sweep that was cut off goes on, and comes to the same table.
  @Test func whatIsDoneIsNotDoneAgain() throws {
    let whole = try prepared()
    #expect(whole.run(Self.sweep) == .succeeded)
    let folder = ScratchFolder()
    let cut = try prepared(folder)
    // In the third run.
    cut.interruptions = { cut.state.commands.count { $0.text.hasPrefix("evaluate") } >= 2 ? 1 : 0 }
    #expect(cut.run(Self.sweep) == .interrupted)
    let again = try prepared(folder)
    #expect(again.run(Self.sweep) == .succeeded)
    #expect(again.output.contains("run 1 of 4: restarts=1 seed=0: as stored\n"))
    #expect(again.output.contains("run 4 of 4: restarts=2 seed=1\n"))
    #expect(table(again) == table(whole))
    // All of it now; but not from another start, with another block, or without a store.
    again.output = ""
    #expect(again.run(Self.sweep) == .succeeded && again.output.count(of: "as stored") == 4)
    #expect(table(again) == table(whole))
    again.output = ""
    #expect(
      again.run("load strokes count=121; " + Self.sweep) == .succeeded && again.output.count(of: "as stored") == 0)
    let other = try prepared(folder)
    #expect(other.run("set runs=off; " + Self.sweep) == .succeeded && other.output.count(of: "as stored") == 0)
    #expect(table(other) == table(whole))
  }

  /// A run that fails is a dash, and the others are run; where all fail, so has the sweep.
  @Test func failuresAreDashes() throws {
    let session = try prepared()
    let block = "{ model kmeans clusters=$k; train; evaluate }"
    #expect(session.run("sweep k=5,500,6 \(block); print after") == .succeeded)
    #expect(session.errors.contains("500"))
    let lines = session.output.split(separator: "\n").suffix(4).map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[1] == "500 - - -" && lines[0].hasPrefix("5 0.") && lines[2].hasPrefix("6 0.") && lines[3] == "after")
    #expect(session.run("sweep k=500,600 \(block); print never") == .failed)
    #expect(!session.output.contains("never"))
  }

  /// A training that diverges is a dash, by its typed error, and the sweep goes on; the failed run is not stored as done.
  @Test func divergencesAreDashes() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let line = "sweep floor=0.001,1e-38,0.0005 { model fast channels=8 components=100 floor=$floor; train; evaluate }"
    #expect(session.run(line) == .succeeded)
    let diverged = session.frontEnd.events.contains { event in
      guard case .ended(let run) = event, case .diverged? = run.failure?.problem.error as? MethodError else {
        return false
      }
      return true
    }
    #expect(diverged && session.errors.contains("try a smaller rate= or lambda="), "\(session.errors)")
    let lines = session.output.split(separator: "\n").suffix(3).map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines[1] == "1e-38 - - -", "\(lines)")
    #expect(lines[0].hasPrefix("0.001 0.") && lines[2].hasPrefix("0.0005 0."))
    session.output = ""
    #expect(session.run(line + "; print after") == .succeeded && session.output.count(of: "as stored") == 2)
    #expect(session.output.hasSuffix("\nafter\n"))
  }

  private static let slow = "model fast channels=8 components=12 batch=40 rate=0.0001"

  /// What comes before the first statement that a value takes part in is done once for all runs that agree in the values
  /// before; all else is as if each had done it.
  @Test func whatRunsShareIsDoneOnce() throws {
    func sweep(_ first: String) throws -> (session: TestSession, script: String, pretrainings: Int) {
      let session = try TestSession(from: Stage.loaded.state)
      let path = "\(session.folder.path)/s.ddpm"
      let status = session.run(
        "let w = 0.3; sweep seed=0,1 lambda=0.1,$w { \(first)seed $seed; let x = 1; \(Self.slow); pretrain; train lambda=$lambda; evaluate; let x = $lambda }; save \"\(path)\""
      )
      #expect(status == .succeeded, "\(session.errors)")
      let pretrainings = try session.records().count { $0["command"].string?.hasPrefix("pretrain") ?? false }
      return (session, session.folder.text("s.ddpm"), pretrainings)
    }
    // In the second every statement follows one in which all values occur.
    let (shared, sharedScript, sharedCount) = try sweep("")
    let (whole, wholeScript, wholeCount) = try sweep("let y = \"$seed$lambda\"; ")
    #expect(sharedCount == 2 && wholeCount == 4)
    #expect(sharedScript == wholeScript && wholeScript.ranges(of: "\npretrain ").count == 4)
    #expect(shared.output.contains("run 2 of 4: seed=0 lambda=0.3; the first 4 statements are shared with run 1\n"))
    #expect(shared.output.contains("run 3 of 4: seed=1 lambda=0.1\n") && !whole.output.contains("shared"))
    #expect(table(shared).dropLast() == table(whole).dropLast() && table(whole)[0].hasPrefix("0 0.1 0."))
    #expect(shared.state.learnt == whole.state.learnt && shared.state.variables == whole.state.variables)
    func stored(_ session: TestSession) throws -> [String] {
      let store = try RunStore(path: "\(session.folder.path)/runs.sqlite")
      return try store.runs().flatMap { run in
        ["\(run.results)", "\(run.settings)", "\(run.epochs) \(run.rounds)", try store.script(run.number) ?? ""]
      }
    }
    #expect(try stored(shared) == stored(whole))
  }

  /// What is scored, drawn or taken back is done by each run.
  @Test(arguments: [
    "model kmeans; train; evaluate; train rounds=$x", "model kmeans; info; train rounds=$x; evaluate",
    "model kmeans; train; train rounds=$x; undo; evaluate", "train rounds=$x; model kmeans; train; evaluate",
  ])
  func whatIsNotShared(block: String) throws {
    let session = try prepared()
    #expect(session.run("sweep x=1,2 { \(block) }") == .succeeded, "\(session.errors)")
    #expect(!session.output.contains("shared"))
  }

  /// Each run has the variables and results that there were before, and leaves none of its own.
  @Test func runsLeaveNothingBehind() throws {
    let session = try prepared()
    #expect(
      session.run("let x = 1; sweep a=1,2 { print $x; let x = $a; let new = $a; train; evaluate }; print $x")
        == .succeeded, "\(session.errors)")
    let printed = session.output.split(separator: "\n").filter { $0.count == 1 }
    #expect(printed.map { String($0) } == ["1", "1", "1"])
    #expect(session.state.variables["new"] == nil && session.state.variables["a"] == nil)
    for line in ["print $a", "print $new", "print ${evaluate.accuracy}"] {
      session.errors = ""
      #expect(session.run(line) == .failed)
    }
    // Known before the script runs.
    #expect(session.run("print first; sweep b=1,2 { evaluate }; print $b") == .failed)
    #expect(!session.output.contains("first"))
  }

  /// The script of a stored run leads to it alone, and its seconds are its own.
  @Test func scriptsOfRunsAreTheirOwn() throws {
    let session = try prepared()
    #expect(session.run(Self.sweep) == .succeeded)
    let store = try RunStore(path: "\(session.folder.path)/runs.sqlite")
    for run in try store.runs() {
      let script = try #require(try store.script(run.number))
      #expect(script.ranges(of: "\nevaluate ").count == 1 && !script.contains("undo"), "\(script)")
      let again = try TestSession()
      #expect(again.run(script) == .succeeded, "\(again.errors)")
      #expect(try again.records().last?["results"]["accuracy"].number == run.number("accuracy"))
    }
  }

  /// A variable that the block does not name has no part in whether a run was done.
  @Test func otherVariablesDoNotMatter() throws {
    let folder = ScratchFolder()
    for (out, stored) in [("a", 0), ("b", 4)] {
      let session = try prepared(folder)
      #expect(session.run("let out = \(out); \(Self.sweep)") == .succeeded)
      #expect(session.output.count(of: "as stored") == stored)
    }
  }

  /// What the block may use by way of another script, or in a block of its own, is no mistake.
  @Test func sweptNamesThatAreUsedSomewhere() throws {
    let session = try prepared()
    session.folder.write("s.ddpm", "seed $seed")
    let path = "\(session.folder.path)/s.ddpm"
    for line in [
      "sweep seed=0,1 { run \"\(path)\" }; sweep seed=0,1 { run \"\(path)\" }",
      "sweep seed=0,1 { for m in x y { print \"$m $seed\" } }", "sweep a=1,2 { show a }",
      "repeat 100 { repeat 100 { if off { sweep a=1,2 { if on { print $a } } } } }",
    ] {
      #expect(session.run(line) == .succeeded, "\(session.errors)")
    }
  }

  @Test(arguments: [
    ("sweep { info }", "sweep needs names with their values before its block"),
    ("sweep 1,2 { info }", "sweep needs names with their values before its block"),
    ("sweep a=1 a=2 { info }", "sweep has 'a' twice"), ("sweep a=1", "sweep needs a block"),
    ("sweep a=1,2 { train rounds=$b }", "there is no variable 'b'"),
    ("sweep seed=0,1 a=1 { evaluate }", "nothing in the block uses $seed: all its values would come to the same"),
    ("let a = 1; print $a; sweep a=1,2 b=3,4 { print $b }", "nothing in the block uses $a:"),
    ("sweep a=1,x { train rounds=$a }", "rounds needs a whole number from 1 to 1000000, not 'x'"),
  ])
  func mistakes(line: String, message: String) throws {
    let session = try prepared()
    #expect(session.run(line) == .failed)
    #expect(session.errors.contains(message), "\(session.errors)")
  }
}

extension String {
  fileprivate func count(of text: String) -> Int { ranges(of: text).count }
}
