import Testing

/// What the session says of itself.
@Suite struct StatusTests {
  /// What `status` says, its long rows in one line.
  private func status(_ session: TestSession) -> String {
    session.output = ""
    session.run("status")
    return session.output.replacing("\n           ", with: " ")
  }

  @Test func aTrainingBegunOnOtherImages() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(!status(session).contains("begun on"))
    session.run("load strokes count=60")
    #expect(session.output.contains("the model stays, with what it has learnt"))
    #expect(status(session).contains("; begun on strokes (120 images)"))
    // A new model begins anew.
    session.run("model fast channels=8")
    #expect(status(session).contains("training   none yet"))
  }

  @Test func partsOfEpochs() throws {
    let session = try TestSession(from: Stage.modelled.state)
    #expect(session.run("pretrain epochs=2 stop=1:1") == .succeeded)
    let first = status(session)
    #expect(first.contains("training   part of one epoch of pretraining, 0 rounds"))
    #expect(first.contains("next       pretrain"))
    session.run("pretrain")
    #expect(status(session).contains("1 epoch and part of another of pretraining"))
  }

  @Test func whatUndoTakesBack() throws {
    let session = try TestSession()
    session.run("seed 3; seed 4; undo 2")
    #expect(session.output == "took back: seed 4\ntook back: seed 3\n")
    #expect(session.state.seed == 0)
  }

  @Test func nothingToSave() throws {
    let session = try TestSession()
    #expect(session.run("save \"\(session.folder.path)/s.ddpm\"") == .failed)
    #expect(session.errors.contains("nothing has been done yet that a script could replay"))
  }
}
