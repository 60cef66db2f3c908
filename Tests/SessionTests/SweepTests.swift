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

  @Test(arguments: [
    ("sweep { info }", "sweep needs names with their values before its block"),
    ("sweep 1,2 { info }", "sweep needs names with their values before its block"),
    ("sweep a=1 a=2 { info }", "sweep has 'a' twice"), ("sweep a=1", "sweep needs a block"),
    ("sweep a=1,2 { train rounds=$b }", "there is no variable 'b'"),
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
