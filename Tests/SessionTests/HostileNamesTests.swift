import CommandLanguage
import Glibc
import Images
import Session
import TestSupport
import Testing

/// Names of files, folders and classes, and values, may hold anything that a file system takes: what is shown of them is
/// text. No line is broken by them, and no terminal steered.
@Suite struct HostileNamesTests {
  /// Escape sequences, line ends of several kinds, and what turns text around.
  private static let hostile = "n \u{1B}]0;t\u{7}\n\tm\u{1B}[2J\u{9B}1m\u{85}\u{202E}\u{2028}z"

  /// The same without harm.
  private static let harmless = String(
    String.UnicodeScalarView(hostile.unicodeScalars.map { isHarmful($0) ? "_" : $0 }))

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .control || (0x2028...0x202E).contains(scalar.value)
  }

  /// What of it may stand in the path of a file that is written.
  private static func writable(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 }))
  }

  /// Every road by which a name comes to be shown; `$name` is the name, `$there` a path that ends in it, `$out` one that
  /// can be written to.
  private static let lines =
    [
      "load $there", "info", "status", "datasets", "set data=$out", "set", "datasets", "load mnist", "show",
      "show $name", "images out=\"$out.png\"", "load \"$there/none\"", "load $name",
      "load \"$there/a$name\"", "load \"$there-x.npy\" labels=\"$there-y.csv\"", "load $there",
      "model kmeans restarts=2",
      "describe", "train", "status", "evaluate", "evaluate split=test",
    ]
    + ["text", "markdown", "latex", "csv", "html"].map { "evaluate format=\($0)" }
    + [
      "plot confusion out=\"$out.pdf\"", "plot tsne iterations=10 early=5 out=\"$out.svg\"",
      "plot loss out=\"$out-loss.png\"", "images by=cluster out=\"$out.gif\"", "images by=cluster out=\"$out.png\"",
      "images by=$name", "save \"$out.csv\"", "save \"$out.csv\"", "save \"$out.ddpm\"", "cells \"$out.ddpm\"",
      "run \"$out\"", "run \"$out.ddpm\" cells=9999", "run \"$out/none.ddpm\"", "help $name", "plot $name",
      "train stop=$name", "merge by=$name", "load strokes count=30", "status", "history", "undo", "rerun $name",
      "save \"$out/none/x.npz\"", "let x = $name", "show",
    ]

  /// What each line shows, the records and the saved script of a session among files of this name.
  private func session(_ name: String) throws -> (shown: [String], records: String, saved: String) {
    let folder = ScratchFolder()
    let there = "\(folder.path)/\(name)"
    mkdir(there, 0o700)
    for label in ["a", "b"] {
      mkdir("\(there)/\(label)\(name)", 0o700)
      for index in 0..<15 {
        let pixels = (0..<64).map { UInt8(truncatingIfNeeded: $0 * (label == "a" ? 3 : 5) + index * 7) }
        let image = PNGImage(width: 8, height: 8, channelCount: 1, pixels: pixels)
        folder.write("\(name)/\(label)\(name)/\(index).png", try image.encoded(software: "test"))
      }
    }
    folder.write("\(name)-x.npy", npy("|u1", "2, 8, 8", [UInt8](repeating: 1, count: 128)))
    folder.write("\(name)-y.csv", "a\n")
    var state = SessionState()
    state.variables["name"] = Value(name)
    state.variables["there"] = Value(there)
    state.variables["out"] = Value("\(folder.path)/\(Self.writable(name))")
    let session = try TestSession(from: state, in: folder)
    let shown = Self.lines.map { line in
      (session.output, session.errors) = ("", "")
      session.run(line)
      return "\(line)\n\(session.output)\n\(session.errors)"
    }
    return (shown, folder.text("record.jsonl"), folder.text("\(Self.writable(name)).ddpm"))
  }

  @Test func everyCommandShowsThemAsText() throws {
    let (hostile, harmless) = (try session(Self.hostile), try session(Self.harmless))
    func lineCount(_ text: String) -> Int { text.utf8.filter { $0 == UInt8(ascii: "\n") }.count }
    for (shown, plain) in zip(hostile.shown, harmless.shown) {
      #expect(lineCount(shown) == lineCount(plain), "\(shown)\nbut\n\(plain)")
    }
    for text in hostile.shown + [hostile.records] {
      #expect(!text.unicodeScalars.contains { Self.isHarmful($0) && $0 != "\n" }, "\(text)")
    }
    #expect(lineCount(hostile.records) == lineCount(harmless.records))
    #expect(lineCount(hostile.saved) == lineCount(harmless.saved) && lineCount(hostile.saved) > 20)
  }

  /// What a session of such names is saved as does the same again.
  @Test func aSavedSessionOfThemReplays() throws {
    let saved = try session(Self.hostile).saved
    #expect(saved.split(separator: "\n").contains { $0.hasPrefix("load \"") && $0.contains("\\n\\tm") })
    #expect(Script(saved, name: "saved.ddpm").check(against: CommandTable(sessionCommands)).isEmpty)
  }
}
