import CommandLanguage
import Glibc
import Session
import TestSupport
import Testing

/// What speaks against a file that a script will write is said before its first command runs.
@Suite struct FilesForeseenTests {
  private static let foreign = Array("not ours\n".utf8)

  /// A folder with what stands in the way of files.
  private func obstacles() -> ScratchFolder {
    let folder = ScratchFolder()
    for name in ["foreign.png", "foreign.npz", "foreign.safetensors", "foreign.csv", "foreign.jsonl", "file"] {
      folder.write(name, Self.foreign)
    }
    mkdir("\(folder.path)/folder.png", 0o755)
    symlink("nowhere", "\(folder.path)/link.svg")
    mkfifo("\(folder.path)/pipe.pdf", 0o600)
    return folder
  }

  /// A script's lines behind its first, FOLDER standing for the folder, and what is said of them.
  struct Refused: Sendable, CustomTestStringConvertible {
    let lines: String
    let says: String
    /// The line that is shown, from 1, the first being the seed.
    var line = 2
    /// What the caret stands under.
    var marks: String

    var testDescription: String { lines }
  }

  static let refused: [Refused] = [
    .init(lines: "images out=FOLDER/foreign.png", says: "was not written by this tool", marks: "FOLDER/foreign.png"),
    .init(
      lines: "load strokes count=40\nimages count=${load.count} out=FOLDER/foreign.png", says: "overwrite=on", line: 3,
      marks: "FOLDER/foreign.png"),
    .init(lines: "save FOLDER/foreign.npz", says: "was not written by this tool", marks: "FOLDER/foreign.npz"),
    .init(lines: "save FOLDER/foreign.safetensors", says: "overwrite=on", marks: "FOLDER/foreign.safetensors"),
    .init(lines: "save FOLDER/foreign.csv", says: "overwrite=on", marks: "FOLDER/foreign.csv"),
    .init(lines: "assign strokes out=FOLDER/foreign.csv", says: "overwrite=on", marks: "FOLDER/foreign.csv"),
    .init(lines: "assign strokes folders=FOLDER/file", says: "is not a folder", marks: "FOLDER/file"),
    .init(lines: "set record=FOLDER/foreign.jsonl", says: "something else than records", marks: "FOLDER/foreign.jsonl"),
    .init(lines: "images out=FOLDER/folder.png", says: "it is a folder", marks: "FOLDER/folder.png"),
    .init(lines: "images out=FOLDER/folder.png overwrite=on", says: "it is a folder", marks: "FOLDER/folder.png"),
    .init(lines: "images out=FOLDER/file/a.png", says: "FOLDER/file is not a folder", marks: "FOLDER/file/a.png"),
    .init(lines: "images out=FOLDER/link.svg", says: "a link to nowhere", marks: "FOLDER/link.svg"),
    .init(lines: "images out=FOLDER/pipe.pdf", says: "it is a pipe", marks: "FOLDER/pipe.pdf"),
    // By their values: variables, loops over what the text says, a loop's number.
    .init(
      lines: "let f = FOLDER/foreign\nimages out=\"$f.png\"", says: "was not written", line: 3, marks: "\"$f.png\""),
    .init(
      lines: "for f in new foreign {\n  images out=\"FOLDER/$f.png\"\n}", says: "FOLDER/foreign.png exists", line: 3,
      marks: "\"FOLDER/$f.png\""),
    .init(
      lines: "let o = off\nsave FOLDER/foreign.csv overwrite=$o", says: "overwrite=on", line: 3,
      marks: "FOLDER/foreign.csv"),
    // What a command before will have written.
    .init(
      lines: "save FOLDER/new.csv\nseed 2\nsave FOLDER/new.csv", says: "by a command before", line: 4,
      marks: "FOLDER/new.csv"),
    .init(lines: "repeat 2 {\n  save FOLDER/new.csv\n}", says: "by a command before", line: 3, marks: "FOLDER/new.csv"),
    .init(
      lines: "save FOLDER/new.csv\nsave FOLDER/./new.csv", says: "by a command before", line: 3,
      marks: "FOLDER/./new.csv"),
    .init(
      lines: "images out=FOLDER/new.png\nimages out=FOLDER/new.png/a.png", says: "FOLDER/new.png is not a folder",
      line: 3, marks: "FOLDER/new.png/a.png"),
    .init(
      lines: "images out=FOLDER/new.png/a.png\nimages out=FOLDER/new.png", says: "it is a folder", line: 3,
      marks: "FOLDER/new.png"),
  ]

  @Test(arguments: refused) func isRefusedBeforeAnythingRuns(refused: Refused) throws {
    let folder = obstacles()
    func filled(_ text: String) -> String { text.replacing("FOLDER", with: folder.path) }
    let session = try TestSession(from: Stage.trained.state)
    let (before, names) = (session.state.fingerprint, folder.names)
    #expect(session.run("seed 1\n" + filled(refused.lines) + "\n") == .failed)
    #expect(session.state.fingerprint == before && session.output == "", "nothing ran")
    #expect(folder.names == names && folder.bytes("foreign.png") == Self.foreign)
    #expect(session.errors.contains("test.ddpm:\(refused.line):"), "\(session.errors)")
    #expect(session.errors.contains(filled(refused.says)), "\(session.errors)")
    // The caret and its tail are as long as what they mark.
    let marks = filled(refused.marks)
    let lines = session.errors.split(separator: "\n")
    let marked = try #require(lines.first { $0.contains("^") })
    #expect(marked.filter { $0 == "^" || $0 == "~" }.count == marks.count, "\(session.errors)")
  }

  /// Each of these runs: what a check says must be sure.
  @Test(arguments: [
    // Its own files may be replaced, and what another command before replaces.
    "images out=FOLDER/a.png\nimages out=FOLDER/a.png", "save FOLDER/a.npz\nsave FOLDER/a.npz",
    "images out=FOLDER/foreign.png overwrite=on\nimages out=FOLDER/foreign.png",
    "save FOLDER/a.csv\nsave FOLDER/a.csv overwrite=on", "save FOLDER/a.ddpm\nseed 2\nsave FOLDER/a.ddpm",
    "images out=FOLDER/new/deep/a.png\nimages out=FOLDER/new/deep/b.png",
    "set record=FOLDER/r.jsonl\nseed 3\nset record=FOLDER/r.jsonl",
    // What is never reached, and what is not known before.
    "repeat 0 {\n  images out=FOLDER/foreign.png\n}", "load strokes count=40\nimages out=\"FOLDER/n${load.count}.png\"",
    "let o = on\nimages out=FOLDER/foreign.png overwrite=$o", "images out=FOLDER/empty.png",
  ]) func isNotRefused(lines: String) throws {
    let folder = obstacles()
    folder.write("empty.png", [])
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run(lines.replacing("FOLDER", with: folder.path)) == .succeeded, "\(session.errors)")
  }

  /// A saved session that was edited, run and saved again at its end.
  @Test func anEditedSessionAsksBeforeItRuns() throws {
    let folder = ScratchFolder()
    let first = try TestSession()
    #expect(first.run("load strokes count=60; save \(folder.path)/s.ddpm") == .succeeded)
    let edited = folder.text("s.ddpm") + "info\nsave \(folder.path)/s.ddpm\n"
    folder.write("s.ddpm", edited)
    let session = try TestSession(in: folder)
    #expect(session.run("run \(folder.path)/s.ddpm") == .failed)
    #expect(session.output == "" && session.state.dataset == nil && folder.text("s.ddpm") == edited)
    #expect(session.errors.contains("was edited since") && session.errors.contains("overwrite=on"))
    #expect(session.errors.contains("save \(folder.path)/s.ddpm\n"), "the line in the script that is run is shown")
    folder.write("s.ddpm", edited.replacing("/s.ddpm\n", with: "/s.ddpm overwrite=on\n"))
    #expect(session.run("run \(folder.path)/s.ddpm") == .succeeded, "\(session.errors)")
  }

  /// Scripts that scripts run, also again and again.
  @Test func scriptsThatAreRun() throws {
    let folder = obstacles()
    folder.write("step.ddpm", "save \(folder.path)/step.csv\n")
    folder.write("by-name.ddpm", "images out=\"\(folder.path)/$name.png\"\n")
    folder.write("foreign.ddpm", "images out=\(folder.path)/foreign.png\n")
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("seed 1\nrun \(folder.path)/foreign.ddpm") == .failed)
    #expect(session.errors.contains("foreign.ddpm:1:12") && session.errors.contains("test.ddpm:2"))
    for lines in ["repeat 2 { run STEP }", "run STEP\nrun STEP", "run STEP\nsave \(folder.path)/step.csv"] {
      session.errors = ""
      #expect(session.run("seed 1\n" + lines.replacing("STEP", with: "\(folder.path)/step.ddpm")) == .failed)
      #expect(session.errors.contains("by a command before"), "\(lines): \(session.errors)")
    }
    #expect(session.output == "")
    // With another value it is another file.
    #expect(
      session.run("for name in a b {\n  run \(folder.path)/by-name.ddpm\n}") == .succeeded, "\(session.errors)")
    #expect(folder.names.contains("a.png") && folder.names.contains("b.png"))
  }

  /// In the folder of a verification nothing is in the way: what is replayed replaces nothing.
  @Test func whatIsVerifiedWritesNowhere() throws {
    let folder = ScratchFolder()
    let session = try TestSession(in: folder)
    #expect(
      session.run("load strokes count=60; images out=\(folder.path)/a.png; save \(folder.path)/s.ddpm") == .succeeded)
    folder.write("a.png", Self.foreign)
    #expect(session.run("verify \(folder.path)/s.ddpm") == .failed)
    #expect(session.errors.contains("error: 1 of ") && folder.bytes("a.png") == Self.foreign)
  }

  /// Ever new names cost little.
  @Test func manyFilesAreLookedAtInNoTime() throws {
    let folder = obstacles()
    let values = (0..<90).map { "v\($0)" }.joined(separator: " ")
    var lines = "let d = \(folder.path)\n"
    for depth in 0..<3 { lines += "for x\(depth) in \(values) {\n" }
    lines += "images out=\"$d/$x0/$x1/$x2.png\"\nsave \"$d/$x0$x1$x2.ddpm\"\n" + String(repeating: "}\n", count: 3)
    let session = try TestSession(from: Stage.loaded.state)
    let time = processorTime {
      #expect(session.run(lines + "train nothing=1\n") == .failed)
    }
    #expect(time < .seconds(10), "\(time)")
  }
}
