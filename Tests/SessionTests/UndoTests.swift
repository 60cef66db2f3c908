import CommandLanguage
import Session
import TestSupport
import Testing

/// `undo` and `redo`: several levels, loops as one, and sessions that replay with what was taken back.
@Suite struct UndoTests {
  private func seeds(_ text: String, in session: TestSession) -> UInt64 {
    #expect(session.run(text) == .succeeded, "\(session.errors)")
    return session.state.seed
  }

  @Test func levels() throws {
    let session = try TestSession()
    #expect(seeds("seed 1; seed 2; seed 3; undo", in: session) == 2)
    #expect(seeds("undo", in: session) == 1)
    #expect(seeds("redo", in: session) == 2)
    #expect(seeds("redo", in: session) == 3)
    #expect(seeds("undo 3", in: session) == 0)
    #expect(session.state.unsavedChanges == 0 && session.commands.isEmpty)
    #expect(seeds("redo 2", in: session) == 2)
    #expect(session.commands == ["seed 1", "seed 2"] && session.state.unsavedChanges == 2)
    session.output = ""
    #expect(seeds("redo", in: session) == 3)
    #expect(session.output == "brought back: seed 3\n")
    #expect(session.run("redo") == .failed)
    #expect(session.errors.contains("there is nothing to redo"))
    // Another change ends what could be brought back; what only looks or sets a variable does not.
    #expect(seeds("undo 2; let x = 1; status; set threads=1", in: session) == 1)
    #expect(seeds("redo", in: session) == 2)
    #expect(seeds("undo; seed 9", in: session) == 9)
    #expect(session.run("redo") == .failed)
    #expect(session.run("undo 2; redo 3") == .failed)
    #expect(session.errors.contains("only 2 changes can be redone, not 3"))
    // Eight at the most, the last ones.
    #expect(seeds((1...12).map { "seed \($0)" }.joined(separator: ";") + "; undo 8", in: session) == 4)
    #expect(session.run("undo") == .failed)
  }

  @Test func aLoopIsOneChange() throws {
    let session = try TestSession()
    let path = session.folder.write("s.ddpm", "seed 10\nseed 11\n")
    #expect(
      seeds("seed 1; for x in 2 3 { repeat 3 { seed $x$i } }".replacing("$x$i", with: "\"$x$i\""), in: session) == 33)
    #expect(session.commands.count == 7)
    #expect(seeds("run \"\(path)\"", in: session) == 11)
    session.output = ""
    #expect(seeds("undo", in: session) == 33)
    #expect(seeds("undo", in: session) == 1)
    #expect(session.output == "took back: run \(path)\ntook back: for x in 2 3\n")
    #expect(session.commands == ["seed 1"])
    #expect(seeds("redo", in: session) == 33)
    #expect(session.commands.count == 7)
    #expect(seeds("redo; undo 3", in: session) == 0)
    // More changes in a loop than can be undone: the loop can.
    #expect(seeds("seed 5; repeat 20 { seed $i }", in: session) == 20)
    #expect(seeds("undo", in: session) == 5)
    #expect(seeds("undo", in: session) == 0)
    // What fit ran is one, too, and a check knows that it trains.
    let trained = try TestSession(from: Stage.modelled.state)
    #expect(trained.run("fit pretraining=1 rounds=1 tightening=0; print ${train.loss}; undo keep=off") == .succeeded)
    #expect(trained.state.learnt == Stage.modelled.state.learnt)
    // A loop that changes nothing is no step.
    #expect(seeds("seed 4; repeat 3 { let x = $i; status }; undo", in: session) == 0)
  }

  @Test func withinALoopEachCommandIsOne() throws {
    let session = try TestSession()
    #expect(seeds("seed 1; repeat 2 { seed 7; seed 8; undo }", in: session) == 7)
    #expect(seeds("undo", in: session) == 1)
    // One that takes back all it did leaves nothing to undo.
    #expect(seeds("repeat 2 { seed 7; undo }; undo", in: session) == 0)
    // One that goes back behind its beginning is a change, too.
    #expect(seeds("seed 2; seed 3; repeat 2 { undo }", in: session) == 0)
    #expect(seeds("undo", in: session) == 3)
    #expect(seeds("undo", in: session) == 2)
    #expect(session.run("seed 3; repeat 1 { undo keep=off }") == .failed)
    #expect(session.errors.contains("within a loop or a run what is taken back is kept"))
    #expect(session.state.seed == 3)
  }

  /// What was taken back is in a saved session if something came of it.
  @Test func whatASavedSessionKeeps() throws {
    let session = try TestSession()
    session.run(
      "load strokes count=20; seed 1; undo; seed 2; info; undo; seed 3; undo keep=on; seed 4; print a; undo keep=off")
    let short = session.commands.dropFirst().map { String($0.prefix { $0 != "=" }) }
    #expect(short == ["seed 2", "info", "undo 1 keep", "seed 3", "undo 1 keep"])
    // A redo joins it; of what was left out it brings the commands back.
    session.run("redo; seed 5; undo; print b; redo")
    #expect(session.commands.suffix(4) == ["seed 4", "print a", "print b", "seed 5"])
    #expect(session.state.seed == 5)
  }

  /// Sessions of all kinds of undo, each replayed from what is saved of it.
  @Test(arguments: [
    "for x in 1 2 3 { seed $x; info; undo }; seed 9",
    "repeat 3 { seed $i; seed 8 }; info; undo; info",
    "seed 1; repeat 12 { seed $i }; print a; undo 2; seed 3",
    "seed 1; repeat 2 { repeat 3 { seed $i; info }; undo; seed 5 }; print a; undo; info; redo; info",
    "seed 1; seed 2; repeat 3 { seed $i }; print a; undo 2; info; redo; redo; undo; seed 4",
    "seed 1; seed 2; repeat 2 { undo }; info; undo; info; undo; info",
    "seed 1; repeat 2 { seed 3; seed 4; undo; print $i }; undo; redo; info",
    "seed 1; seed 2; undo; info; redo; seed 3; info; undo 2; info",
    "repeat 2 { seed $i; repeat 2 { seed 7; undo } }; print a; undo; info",
    "repeat 2 { seed 1; seed 2; undo 2; redo; info; undo }; info",
  ])
  func savedSessionsReplay(text: String) throws {
    let session = try TestSession()
    #expect(session.run("load strokes count=20\n# %% T\n" + text) == .succeeded, "\(session.errors)")
    let path = "\(session.folder.path)/s.ddpm"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    let saved = session.folder.text("s.ddpm")
    let replay = try TestSession()
    #expect(replay.run(saved) == .succeeded, "\(replay.errors)\n\(saved)")
    #expect(replay.state.seed == session.state.seed, "\(saved)")
    #expect(replay.run("save \"\(replay.folder.path)/s.ddpm\"") == .succeeded)
    #expect(replay.folder.text("s.ddpm") == saved)
  }

  /// A comparison from one start: the replay of what is saved comes to the same records and files.
  @Test func aComparisonReplays() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let picture = "\(session.folder.path)/\("$lambda").png"
    let text = """
      model fast channels=8 components=12 batch=40 rate=0.0001
      pretrain
      for lambda in 0.01 0.3 {
        train rounds=1 lambda=$lambda
        evaluate format=csv
        plot confusion out="\(picture)"
        print "lambda $lambda: ${evaluate.accuracy} ${train.loss}"
        undo
      }
      train rounds=1
      repeat 2 { train; evaluate }
      undo
      redo
      undo
      evaluate
      """
    #expect(session.run(text) == .succeeded, "\(session.errors)")
    #expect(session.run("save \"\(session.folder.path)/s.ddpm\"") == .succeeded)
    let files = ["0.01.png", "0.3.png"].map { session.folder.bytes($0) }
    let saved = session.folder.text("s.ddpm")
    #expect(saved.contains("\nrepeat 1 {\ntrain ") && saved.contains("\nundo 1 keep=on\n"))

    // In the same folder: records name the files by their paths.
    let replay = try TestSession()
    #expect(replay.run(saved) == .succeeded, "\(replay.errors)\n\(saved)")
    func told(_ session: TestSession) throws -> [JSON] {
      try session.records().map { $0.dropping(["seconds", "imagesPerSecond", "source", "cell"]) }
        .filter { $0["command"].string?.hasPrefix("save ") != true && $0["command"].string?.hasPrefix("load ") != true }
    }
    #expect(try told(replay) == told(session))
    #expect(["0.01.png", "0.3.png"].map { session.folder.bytes($0) } == files)
    #expect(replay.state.learnt == session.state.learnt)
  }

  /// What a journal shares with its copies, whichever way it is changed.
  @Test func journals() {
    func entry(_ number: Int) -> JournalEntry { .markdown(title: "\(number)", text: "") }
    func titles(_ journal: some Collection<JournalEntry>) -> [Int] {
      journal.compactMap { if case .markdown(let title, _) = $0 { Int(title) } else { nil } }
    }
    for count in [0, 1, 63, 64, 65, 128, 200] {
      var journal = Journal()
      for number in 0..<count { journal.append(entry(number)) }
      let copy = journal
      #expect(journal.count == count && titles(journal) == Array(0..<count))
      for cut in stride(from: 0, through: count, by: 31) {
        var numbers = Array(0..<count)
        var changed = copy
        numbers.replaceSubrange(cut..<min(cut + 40, count), with: [-1, -2])
        changed.replaceSubrange(cut..<min(cut + 40, count), with: [entry(-1), entry(-2)])
        #expect(titles(changed) == numbers)
        #expect(titles(copy[cut...] + [entry(7)]) == Array(cut..<count) + [7])
      }
      #expect(titles(copy + [entry(count)]) == Array(0...count) && titles(copy) == Array(0..<count))
    }
  }

  /// Variables are no part of what an undo goes back to: many of them cost it nothing.
  @Test func manyVariablesBesideChanges() throws {
    let session = try TestSession()
    let lines = (0..<4000).map { "let v\($0) = \($0)\nseed \($0)" }
    #expect(session.run(lines.joined(separator: "\n")) == .succeeded)
    #expect(session.state.variables.names.count == 4000)
    session.run("undo")
    #expect(session.state.variables.names.count == 4000 && session.state.seed == 3998)
  }
}
