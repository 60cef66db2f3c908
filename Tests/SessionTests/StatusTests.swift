import TestSupport
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

  /// At every stage of every kind of method, with labels and without: what could come next can.
  @Test(arguments: [
    "", "load strokes count=60", "load FOLDER/x.npy", "load strokes count=60 size=30",
    "load FOLDER/x.npy; model fast clusters=2",
    "load strokes count=60; model fast channels=8", "load strokes count=60; model fast channels=8; pretrain stop=1:1",
    "load strokes count=60; model fast channels=8; pretrain",
    "load strokes count=60; model fast channels=8; pretrain; estep",
    "load strokes count=60; model kmeans", "load strokes count=60; model gmm clusters=2 floor=0.1",
    "load strokes count=60; model kmeans; train", "load strokes count=60; model gmm clusters=2 floor=0.1; train",
    "load strokes count=60; model umap epochs=20", "load strokes count=60; model umap epochs=20; train",
    "load strokes count=60; model umap epochs=20; train stop=1:5",
    "load strokes count=60; model spectral", "load strokes count=60; model spectral; train",
    "load FOLDER/x.npy; model kmeans clusters=2; train",
  ])
  func whatComesNextCan(script: String) throws {
    let folder = ScratchFolder()
    folder.write("x.npy", npy("|u1", "20, 8, 8", (0..<1280).map { UInt8(truncatingIfNeeded: $0 * $0 % 251) }))
    let session = try TestSession(in: folder)
    #expect(session.run(script.replacing("FOLDER", with: folder.path)) == .succeeded, "\(session.errors)")
    let said = status(session).split(separator: "\n").last { $0.hasPrefix("next ") }
    let next = try #require(said).dropFirst(11)
    if next.hasPrefix("load the images with another size=") {
      session.run("load strokes count=60 size=32")
      #expect(status(session).contains("next       model fast\n"))
      return
    }
    let commands = next.replacing(", N being how many there may be", with: "").replacing("=N", with: "=2")
      .replacing("epochs=50", with: "epochs=1").replacing(", or ", with: ", ")
      .split(separator: ", ").map { String($0.split(separator: " to see ")[0]) }
    for command in commands {
      let words = command.split(separator: " ")
      let draws = ["plot", "sample", "images"].contains(words[0])
      var line = command.replacing("session.ddpm", with: "\(folder.path)/session.ddpm")
      if draws { line += " out=\(folder.path)/x.png" }
      if words.starts(with: ["plot", "tsne"]) { line += " iterations=10 early=10" }
      if words[0] == "sample" { line += " steps=2 count=1" }
      #expect(session.run(line) == .succeeded, "\(command): \(session.errors)")
    }
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
