import Glibc
import TestSupport
import Testing

/// What cannot be written is an error that is told of once, and nothing is torn.
@Suite struct LostOutputTests {
  let folder = ScratchFolder()

  /// Runs a line of shell in which TOOL is the tool; its standard error goes to the file `errors`.
  private func shell(_ line: String) -> (status: Int32, errors: String) {
    let status = system("cd '\(folder.path)' && ( \(line.replacing("TOOL", with: "'\(Tool.path)'")) ) 2> errors")
    let ending = status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    return (ending, folder.text("errors"))
  }

  @Test(arguments: [("> /dev/full", "No space left on device"), (">&-", "Bad file descriptor")])
  func standardOutput(redirection: String, reason: String) throws {
    let result = shell("TOOL --record r.jsonl -c 'load strokes count=50; status; images; save s.ddpm' \(redirection)")
    #expect(result.status == 1)
    #expect(result.errors == "ddpm-repl: results are lost: cannot write to standard output: \(reason)\n")
    // All else was done, and nothing of the output stands in a file.
    #expect(folder.names == ["errors", "images.png", "r.jsonl", "s.ddpm"])
    #expect(try JSON.lines(folder.text("r.jsonl")).count == 4)
    #expect(folder.text("s.ddpm").hasPrefix("# ddpm-repl session"))
  }

  /// Pictures, and all forms of saving, are written whether or not anybody can be told.
  @Test(arguments: ["> /dev/full", ">&-"]) func whatIsWrittenWithoutStandardOutput(redirection: String) throws {
    let result = shell(
      "TOOL -c 'load strokes count=60; model fast channels=8 components=12; train; save a.safetensors; save a.npz; "
        + "save a.csv; plot loss; sample steps=2 count=1; set record=r.jsonl; save a.ddpm' \(redirection)")
    #expect(result.status == 1)
    #expect(result.errors.split(separator: "\n").filter { $0.contains("results are lost") }.count == 1)
    #expect(
      folder.names == ["a.csv", "a.ddpm", "a.npz", "a.safetensors", "errors", "loss.png", "r.jsonl", "samples.png"])
    #expect(try JSON.lines(folder.text("r.jsonl")).count == 2)
    #expect(folder.text("a.csv").split(separator: "\n").count == 61)
    #expect(shell("TOOL -c 'restore a.safetensors; evaluate' > out").status == 0)
  }

  @Test func aReaderThatHasEnoughIsNoError() {
    #expect(shell("TOOL -c 'repeat 10000 { help }' | head -n 1 > first; test -s first").errors == "")
  }

  @Test func records() {
    let result = shell("TOOL --keep-going --record /dev/full -c 'seed 1; seed 2; seed 3' > out")
    #expect(result.status == 1)
    #expect(result.errors.contains("no record is kept: cannot write /dev/full: it is a device"))
  }

  /// Beyond the limit the system sends SIGXFSZ.
  @Test func filesBeyondTheLimit() throws {
    let result = shell(
      "ulimit -f 4; TOOL --keep-going --record r.jsonl -c 'load strokes count=500; images' -c 'repeat 60 { status }' > /dev/null"
    )
    #expect(result.status == 1)
    #expect(result.errors.contains("cannot write images.png: File too large"))
    #expect(result.errors.contains("no record is kept: cannot write r.jsonl: File too large"))
    #expect(folder.names == ["errors", "r.jsonl"])
    let record = folder.text("r.jsonl")
    #expect(record.hasSuffix("}\n"))
    #expect(try JSON.lines(record).count > 3)
  }

  @Test(.enabled(if: PseudoTerminal.isPossible)) func history() throws {
    let tool = Tool(in: folder)
    for path in [".local", ".local/state", ".local/state/ddpm-repl", ".local/state/ddpm-repl/history"] {
      mkdir("\(folder.path)/\(path)", 0o700)
    }
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    #expect(try terminal.enter("show", at: 1).contains("the history is not kept: cannot write"))
    #expect(try !terminal.enter("status", at: 2).contains("history"))
    terminal.type("\u{4}")
    #expect(try terminal.wait() == 1)
  }
}
