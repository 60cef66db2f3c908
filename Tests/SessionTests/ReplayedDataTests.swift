import CommandLanguage
import Session
import TestSupport
import Testing

/// A saved session says which data it was made with, and a replay on others says so before it trains.
@Suite struct ReplayedDataTests {
  private static func array(_ first: UInt8) -> [UInt8] { npy("|u1", "2, 4, 4", (0..<32).map { $0 + first }) }

  /// A session saved after it has loaded two sets, and its text.
  private func saved(in folder: ScratchFolder) throws -> (path: String, text: String) {
    folder.write("a.npy", Self.array(0))
    folder.write("b.npy", Self.array(9))
    let session = try TestSession(in: folder)
    let lines = "load \(folder.path)/a.npy; load strokes count=30 split=train; load \(folder.path)/b.npy"
    #expect(session.run(lines) == .succeeded)
    let path = "\(folder.path)/session.ddpm"
    #expect(session.run("save \(path)") == .succeeded)
    return (path, folder.text("session.ddpm"))
  }

  private func loads(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("load ") }.map(String.init)
  }

  @Test func everyLoadOfASavedSessionHasItsChecksum() throws {
    let folder = ScratchFolder()
    let (path, text) = try saved(in: folder)
    #expect(loads(text).count == 3)
    for load in loads(text) { #expect(load.split(separator: " ").last!.hasPrefix("sha256=")) }
    // The same data: the replay succeeds, and saves the same.
    let replay = try TestSession(in: folder)
    #expect(replay.run("run \(path)") == .succeeded && replay.errors == "")
    #expect(replay.run("save \(folder.path)/again.ddpm") == .succeeded)
    #expect(loads(folder.text("again.ddpm")) == loads(text))
    // Records have the command as it was given to the first session.
    let commands = try replay.records().compactMap { $0["command"].string }.filter { $0.hasPrefix("load") }
    #expect(!commands.isEmpty && commands.allSatisfy { !$0.contains("sha256") })
  }

  @Test func otherDataAreAnErrorWithTheWayOn() throws {
    let folder = ScratchFolder()
    let (path, text) = try saved(in: folder)
    let before = try #require(loads(text).last?.split(separator: "=").last)
    folder.write("b.npy", Self.array(77))
    let replay = try TestSession(in: folder)
    #expect(replay.run("run \(path)") == .failed)
    // The first two are loaded; what differs and how to go on is said where the line is.
    #expect(replay.state.dataset?.name == "strokes" && replay.commands.count == 2)
    for words in [
      "\(path):", "b.npy is not the data that was asked for: expected sha256 \(before), found ", "2 images of 4×4",
      "add data=any to go on", "sha256=\(before)",
    ] { #expect(replay.errors.contains(words), "\(words) in \(replay.errors)") }

    let line = try #require(loads(text).last)
    let going = try TestSession(in: folder)
    #expect(going.run("\(line) data=any") == .succeeded)
    #expect(going.output.contains("is not the data that was asked for") && going.state.dataset?.name == "b.npy")
    // What is saved now is of these data.
    let found = try #require(going.state.dataset?.sha256)
    #expect(going.run("save \(folder.path)/other.ddpm") == .succeeded)
    #expect(loads(folder.text("other.ddpm")) == [line.replacing(before, with: found)])
    // Of the same data nothing is said.
    #expect(going.run("load \(folder.path)/a.npy data=any") == .succeeded && going.errors == "")
  }

  /// Sessions saved by earlier versions have no checksums at their loads.
  @Test func loadsWithoutAChecksumReplay() throws {
    let folder = ScratchFolder()
    let (_, text) = try saved(in: folder)
    let older = text.split(separator: "\n").map { line in
      line.firstRange(of: " sha256=").map { String(line[..<$0.lowerBound]) } ?? String(line)
    }
    folder.write("b.npy", Self.array(77))
    folder.write("older.ddpm", older.joined(separator: "\n"))
    #expect(try TestSession(in: folder).run("run \(folder.path)/older.ddpm") == .succeeded)
  }

  @Test func noChecksumIsNone() throws {
    let session = try TestSession()
    #expect(session.run("load strokes sha256=abc") == .failed && session.errors.contains("64 hexadecimal digits"))
  }

  // MARK: - What is not there

  @Test func moreImagesThanThereAreIsAnError() throws {
    let session = try TestSession()
    session.folder.write("a.npy", Self.array(0))
    #expect(session.run("load \(session.folder.path)/a.npy count=3") == .failed)
    #expect(session.errors.contains("a.npy has 2 images, fewer than count=3") && session.state.dataset == nil)
  }

  @Test func aSplitThatIsNotLoadedSaysWhatIs() throws {
    let session = try TestSession()
    session.folder.write("a.npy", Self.array(0))
    #expect(
      session.run("load \(session.folder.path)/a.npy; model kmeans clusters=2; train; evaluate split=test") == .failed)
    #expect(
      session.errors.contains(
        "no test images are loaded: there are 2 images of a.npy, all of them for training; load with split=test"),
      "\(session.errors)")
  }

  @Test func aScriptThatIsNoTextNamesItsLine() throws {
    let session = try TestSession()
    let path = session.folder.write("bad.ddpm", Array("let a = 1\n# ".utf8) + [0xFF] + Array("\n".utf8))
    #expect(session.run("run \(path)") == .failed)
    #expect(session.errors.contains("bad.ddpm is no script: line 2 is not text in UTF-8"), "\(session.errors)")
    let (source, badLines) = try ScriptFile.readSkippingBadLines(path)
    #expect(source.bytes.elementsEqual("let a = 1\n\n".utf8) && badLines == [2])
  }
}
