import Glibc
import Session
import TestSupport
import Testing

/// What commands may write over, and what they leave behind.
@Suite struct OutputFileTests {
  private static let foreign = Array("not ours\n".utf8)

  @Test(arguments: [
    "images out=\"FILE.png\"", "images out=\"FILE.svg\"", "plot loss out=\"FILE.pdf\"", "save \"FILE.ddpm\"",
    "save \"FILE.safetensors\"",
  ])
  func onlyOwnFilesAreReplaced(line: String) throws {
    let folder = ScratchFolder()
    let session = try TestSession(from: Stage.trained.state)
    let name = "a." + line.dropLast().split(separator: ".").last!
    let command = line.replacing("FILE", with: "\(folder.path)/a")
    #expect(session.run(command) == .succeeded)
    #expect(session.run(command) == .succeeded, "its own file is replaced")
    #expect(session.run("seed 4; " + command) == .succeeded)

    folder.write(name, Self.foreign)
    let before = session.state.fingerprint
    #expect(session.run(command) == .failed)
    #expect(session.errors.contains("\(folder.path)/\(name) exists and was not written by this tool"))
    #expect(session.errors.contains("overwrite=on"))
    #expect(folder.bytes(name) == Self.foreign)
    #expect(session.state.fingerprint == before)
    #expect(session.run(command + " overwrite=on") == .succeeded)
    #expect(folder.bytes(name) != Self.foreign)

    folder.write(name, [])
    #expect(session.run(command) == .succeeded, "an empty file holds nothing to lose")
    #expect(folder.names == [name])
  }

  @Test func aMarkOfAnotherToolIsNotOurs() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let folder = session.folder
    // A PNG's signature and nothing else; the words of the mark, elsewhere.
    folder.write("a.png", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] + Array("Software\0ddpm-repl".utf8))
    #expect(session.run("images out=\"\(folder.path)/a.png\"") == .failed)
    folder.write("a.ddpm", "load strokes # ddpm-repl session\n")
    #expect(session.run("save \"\(folder.path)/a.ddpm\"") == .failed)
  }

  @Test func anEditedSessionIsTheUsers() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let folder = session.folder
    let command = "save \"\(folder.path)/a.ddpm\""
    #expect(session.run("seed 4; " + command) == .succeeded)
    #expect(session.run("seed 5; " + command) == .succeeded, "as it was written it may be replaced")
    let edited = folder.text("a.ddpm") + "info\n"
    folder.write("a.ddpm", edited)
    #expect(session.run(command) == .failed)
    #expect(session.errors.contains("or was edited since"))
    #expect(folder.text("a.ddpm") == edited)
    #expect(session.run(command + " overwrite=on") == .succeeded)
    #expect(session.run(command) == .succeeded)
  }

  @Test func foldersAreMade() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let folder = ScratchFolder()
    #expect(session.run("images out=\"\(folder.path)/a/b c/d.png\"; save \"\(folder.path)/e/f.ddpm\"") == .succeeded)
    #expect(folder.bytes("a/b c/d.png").starts(with: [0x89, 0x50]))
    #expect(folder.names == ["a", "e"])
  }

  @Test(
    arguments: [
      ("file.png", "it is a folder"), ("file/a.png", "is not a folder"), ("pipe.png", "it is a pipe"),
      ("closed/a.png", "Permission denied"), ("closed/deep/a.png", "Permission denied"),
    ])
  func whatCannotBeWritten(path: String, reason: String) throws {
    let folder = ScratchFolder()
    mkdir("\(folder.path)/file.png", 0o755)
    folder.write("file", "x")
    mkfifo("\(folder.path)/pipe.png", 0o600)
    mkdir("\(folder.path)/closed", 0o500)
    // Nothing is closed to the superuser.
    if path.hasPrefix("closed"), geteuid() == 0 { return }
    let names = folder.names
    for overwrite in ["off", "on"] {
      let session = try TestSession(from: Stage.loaded.state)
      let before = session.state.fingerprint
      #expect(session.run("images out=\"\(folder.path)/\(path)\" overwrite=\(overwrite)") == .failed)
      #expect(session.errors.contains("cannot write \(folder.path)/\(path): "))
      #expect(session.errors.contains(reason))
      #expect(session.state.fingerprint == before)
      #expect(folder.names == names)
    }
  }

  @Test func refusedBeforeTheWork() throws {
    let session = try TestSession(from: Stage.trained.state)
    let path = session.folder.write("a.png", Self.foreign)
    var looks = 0
    session.interruptions = {
      looks += 1
      return 0
    }
    #expect(session.run("plot tsne iterations=100000 out=\"\(path)\"") == .failed)
    // No iteration of the embedding has looked for an interruption.
    #expect(looks < 100)
  }
}
