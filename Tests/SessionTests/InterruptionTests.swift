import CommandLanguage
import Session
import TestSupport
import Testing

/// Ctrl-C at every moment of a command: what is kept is what the journal says, and replays.
@Suite struct InterruptionTests {
  /// Runs `line` on a session that begins at `state`, the user interrupting `times` times from the `poll`-th look on.
  private func session(
    _ state: SessionState, _ line: String, poll: Int, times: Int = 1
  ) throws -> (TestSession, isDone: Bool) {
    let session = try TestSession(from: state)
    var looks = 0
    session.interruptions = {
      looks += 1
      return looks >= poll ? times : 0
    }
    let status = session.run(line)
    session.interruptions = { 0 }
    return (session, status == .succeeded)
  }

  /// Of the looks of a command the first, the last and some between: in an E-step it looks often.
  private func polls(_ state: SessionState, _ line: String) throws -> [Int] {
    let session = try TestSession(from: state)
    var looks = 0
    session.interruptions = {
      looks += 1
      return 0
    }
    #expect(session.run(line) == .succeeded, "\(session.errors)")
    return (2...max(2, looks)).filter { $0 < 20 || $0 > looks - 15 || $0 % max(1, looks / 30) == 0 }
  }

  @Test(arguments: ["pretrain epochs=2", "train rounds=2 lambda=3", "train", "mstep", "tighten epochs=2 confidence=0"])
  func trainingKeepsWhatWasLearnt(line: String) throws {
    var kept = 0
    for poll in try polls(Stage.trained.state, line) {
      let (session, isDone) = try session(Stage.trained.state, line, poll: poll)
      if isDone { break }
      // The first looks come before the command.
      guard let record = try session.records().last else { continue }
      if line.hasPrefix("tighten"), session.errors == "interrupted; nothing was changed\n" {
        // It encodes the images before it learns.
        #expect(session.state.learnt == Stage.trained.state.learnt)
        continue
      }
      #expect(session.errors == "")
      #expect(record["status"] == .string("interrupted"))
      let command = try #require(record["command"].string)
      #expect(session.commands.last == command)
      #expect(session.state.unsavedChanges == Stage.trained.state.unsavedChanges + 1)
      let replayed = try TestSession(from: Stage.trained.state)
      #expect(replayed.run(command) == .succeeded)
      #expect(replayed.state.learnt == session.state.learnt, "\(command)")
      #expect(replayed.commands.last == command)
      kept += 1
    }
    #expect(kept >= 4)
  }

  /// Of every method that trains step by step, rounds that are worked out in stages among them: a command that does again
  /// what was done comes to the same, and what goes on from there does.
  @Test(arguments: [
    "hc-mgan clusters=3 length=scaled width1=4 width2=4 epoch-images=0 batch=40 raw-epochs=1 refinement-epochs=1",
    "clustergan length=scaled width1=4 width2=4 width3=8 restarts=1 batch=40",
    "gan-em length=scaled width1=4 width2=4 width3=8 batch=40 encoder-steps=2", "kmeans restarts=2", "umap epochs=3",
  ])
  func roundsOfOtherMethods(model: String) throws {
    let built = try TestSession(from: Stage.loaded.state)
    #expect(built.run("model \(model)") == .succeeded, "\(built.errors)")
    let begun = built.state
    var kept = 0
    for poll in try polls(begun, "train rounds=2") {
      let (session, _) = try session(begun, "train rounds=2", poll: poll)
      guard let command = session.commands.last, command.hasPrefix("train") else { continue }
      let replayed = try TestSession(from: begun)
      #expect(replayed.run(command) == .succeeded, "\(replayed.errors)")
      #expect(replayed.state.learnt == session.state.learnt, "\(command)")
      kept += 1
      guard poll % 3 == 0 else { continue }
      #expect(session.run("train") == replayed.run("train"))
      #expect(replayed.state.learnt == session.state.learnt, "\(command), train")
    }
    #expect(kept >= 4)
  }

  @Test func stopNamesTheStep() throws {
    // 120 images in batches of 40 are three steps.
    let (session, _) = try session(Stage.trained.state, "train rounds=5", poll: 5)
    let stop = session.commands.last.flatMap { try? #/train rounds=5 .* stop=1:([1-3])/#.wholeMatch(in: $0)?.1 }
    #expect(stop != nil)
    #expect(
      session.output.contains("stopped in round 1 after step \(stop ?? "?"); what was learnt is kept, train goes on"))
    #expect(session.run("train") == .succeeded)
    #expect(session.run("evaluate") == .succeeded)
  }

  @Test(arguments: ["pretrain epochs=3", "train rounds=3 stop=3:1", "tighten epochs=3 warm-up=4 confidence=0"])
  func aSecondTimeDropsBackToTheLastFullRound(line: String) throws {
    var kept: Set<String> = []
    for poll in try polls(Stage.trained.state, line) {
      let (session, isDone) = try session(Stage.trained.state, line, poll: poll, times: 2)
      if isDone { break }
      if try session.records().isEmpty { continue }
      guard session.state.unsavedChanges > Stage.trained.state.unsavedChanges else {
        // There was no full round to drop back to.
        #expect(session.state.fingerprint == Stage.trained.state.fingerprint)
        #expect(session.errors == "interrupted; nothing was changed\n")
        continue
      }
      let command = try #require(session.commands.last)
      kept.insert(command)
      let replayed = try TestSession(from: Stage.trained.state)
      #expect(replayed.run(command) == .succeeded)
      #expect(replayed.state.learnt == session.state.learnt, "\(command)")
    }
    #expect(kept.count >= 2)
  }

  @Test(
    arguments: [
      "plot tsne", "sample count=1 steps=4", "reconstruct count=2 steps=4", "evaluate", "estep", "merge", "merge 0,1",
      "split 0",
      "images count=4",
      "load strokes count=300", "load strokes count=60 size=20", "plot confusion", "model fast channels=8",
    ])
  func otherCommandsChangeNothing(line: String) throws {
    let picture = ScratchFolder()
    let isDrawing = ["plot", "sample", "reconstruct", "images"].contains { line.hasPrefix($0) }
    let line = isDrawing ? "\(line) out=\(picture.path)/a.png" : line
    var interrupted = 0
    for poll in 2...20 {
      let (session, isDone) = try session(Stage.trained.state, line, poll: poll)
      if isDone { break }
      #expect(picture.names == [])
      guard let record = try session.records().last else { continue }
      interrupted += 1
      #expect(session.state.fingerprint == Stage.trained.state.fingerprint)
      #expect(session.errors == "interrupted; nothing was changed\n")
      #expect(record["status"] == .string("interrupted"))
      #expect(record["results"] == .object([:]))
    }
    #expect(interrupted > 0)
  }

  @Test func theFirstMixtureIsAllOrNothing() throws {
    for poll in 2...3 {
      let (session, _) = try session(Stage.pretrained.state, "train", poll: poll)
      #expect(session.state.fingerprint == Stage.pretrained.state.fingerprint)
      if try !session.records().isEmpty { #expect(session.errors == "interrupted; nothing was changed\n") }
    }
  }

  @Test func roundsBeforeACollapseAreKept() throws {
    // Too few images, hardly pretrained: with most seeds the clusters are lost, and seldom in the first round.
    func collapsed(seed: Int) throws -> TestSession? {
      let session = try TestSession()
      let line = "seed \(seed); load strokes count=120; model fast channels=8; pretrain; train rounds=30"
      let isLost = session.run(line) == .failed && session.commands.last?.hasPrefix("train rounds=") == true
      return isLost ? session : nil
    }
    let session = try #require(try (0..<12).lazy.compactMap(collapsed).first)
    #expect(session.errors.contains("the mixture has collapsed"))
    let kept = try #require(session.commands.last)
    #expect(!kept.hasPrefix("train rounds=30 "))
    #expect(try session.records().last?["status"] == .string("error"))

    let replayed = try TestSession()
    #expect(replayed.run(session.commands.joined(separator: "\n")) == .succeeded)
    #expect(replayed.state.learnt == session.state.learnt)
  }
}
