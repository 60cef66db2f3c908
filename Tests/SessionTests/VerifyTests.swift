import Session
import TestSupport
import Testing

/// `verify`: what it compares, and that it leaves everything as it is.
@Suite struct VerifyTests {
  /// A saved session that drew a figure; its text.
  @discardableResult
  private func saved(_ folder: ScratchFolder, _ more: String = "") throws -> String {
    let session = try TestSession(in: folder)
    let status = session.run(
      """
      load strokes count=120
      model kmeans restarts=2
      train rounds=2
      evaluate
      # %% A picture
      plot confusion out="\(folder.path)/c.png"
      \(more)
      save "\(folder.path)/s.ddpm"
      """)
    #expect(status == .succeeded, "\(session.errors)")
    return folder.text("s.ddpm")
  }

  private func verify(_ folder: ScratchFolder, _ options: String = "") throws -> TestSession {
    let session = try TestSession(in: folder)
    session.run("verify \"\(folder.path)/s.ddpm\" \(options)")
    return session
  }

  @Test func whatComesOutAgainIsAsItSays() throws {
    let folder = ScratchFolder()
    let text = try saved(folder, "undo\ntrain\nrepeat 2 {\ntrain\n}\nundo")
    let picture = folder.bytes("c.png")
    let session = try verify(folder)
    #expect(session.errors == "" && session.output.contains("1 file of \(folder.path)/s.ddpm: all as it says"))
    let record = try #require(try session.records().last)
    #expect(record["status"] == .string("ok") && record["results"]["files"].number == 1)
    #expect(record["results"]["numbers"].number ?? 0 > 20)
    #expect(folder.bytes("c.png") == picture && folder.text("s.ddpm") == text)
    #expect(session.state.dataset == nil && session.state.model == nil && session.state.unsavedChanges == 0)
  }

  /// Of a file that was written more than once the last is what must lie there.
  @Test func filesThatWereWrittenAgain() throws {
    let folder = ScratchFolder()
    try saved(folder, "train\nplot confusion out=\"\(folder.path)/c.png\" style=notebook")
    #expect(try verify(folder).errors == "")
  }

  /// Rows that have no name of their own, such as the layers of a network.
  @Test func rowsWithoutNames() throws {
    let folder = ScratchFolder()
    try saved(folder, "model fast channels=8\ndescribe")
    let session = try verify(folder)
    #expect(session.errors == "", "\(session.output)")
  }

  /// A number and a picture changed by hand: those two are named, and no other.
  @Test func whatWasChangedIsNamed() throws {
    let folder = ScratchFolder()
    let text = try saved(folder)
    let accuracy = try #require(text.firstMatch(of: /#= accuracy ([0-9.]+)  nmi/)?.1)
    folder.write("s.ddpm", Array(text.replacing("#= accuracy \(accuracy)  nmi", with: "#= accuracy 0.75  nmi").utf8))
    folder.write("c.png", folder.bytes("c.png") + [0])
    let session = try verify(folder)
    #expect(session.errors.contains(" 2 of "), "\(session.errors)")
    #expect(session.output.contains("s.ddpm was edited since it was saved\n"))
    let lines = session.output.split(separator: "\n").dropFirst(2)
    #expect(lines.count == 2, "\(session.output)")
    #expect(lines.contains { $0.contains("evaluate") && $0.contains(" 0.75 ") && $0.contains(accuracy) })
    #expect(lines.contains { $0.contains("c.png, as it lies there") })

    // What is apart by less than that is the same; files are not compared then.
    let tolerant = try verify(folder, "tolerance=1")
    #expect(tolerant.errors == "" && tolerant.output.contains("all as it says"))
    // The picture stands in the second cell, the accuracy in the first.
    let second = try verify(folder, "only=2")
    #expect(second.output.split(separator: "\n").count == 3 && second.output.contains("c.png"))
    let first = try verify(folder, "only=1")
    #expect(first.output.split(separator: "\n").count == 3 && !first.output.contains("c.png"))
  }

  @Test func aReplayThatWritesElseIsFound() throws {
    let folder = ScratchFolder()
    let text = try saved(folder)
    let digest = try #require(text.firstMatch(of: /c\.png sha256 ([0-9a-f]+)/)?.1)
    folder.write("s.ddpm", Array(text.replacing(digest, with: String(repeating: "0", count: 64)).utf8))
    let session = try verify(folder)
    // Both what it draws now and what lies there are others than the script says.
    #expect(session.output.split(separator: "\n").count == 4, "\(session.output)")
    #expect(session.errors.contains(" 2 of "))
  }

  @Test(arguments: [
    ("seed 1\n", "has no results to compare: save writes them"),
    ("seed 1\n#= seed 1\ntrain\n", "the replay of"), ("seed 1\n#= seed 1\ntrain\n", "train needs a data set"),
    ("seed 1\n#= seed 1\nfrain\n", "the replay of"),
  ])
  func whatCannotBeConfirmed(text: String, says: String) throws {
    let folder = ScratchFolder()
    folder.write("s.ddpm", Array(text.utf8))
    let session = try verify(folder)
    #expect(session.errors.contains(says), "\(session.errors)")
    #expect(try session.records().last?["status"] == .string("error"))
  }
}
