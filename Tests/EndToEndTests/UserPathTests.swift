import Glibc
import TestSupport
import Testing

/// Paths of every command and option, as the built program takes them.
@Suite struct UserPathTests {
  let folder = ScratchFolder()
  let home = ScratchFolder()
  var tool: Tool {
    var tool = Tool(in: folder)
    tool.environment["HOME"] = home.path
    return tool
  }

  @Test func theHomeFolderIsMeantEverywhere() throws {
    home.write("x.ddpm", "let a = 1\nshow a\n")
    home.write("i.npy", npy("|u1", "2, 4, 4", Array(0..<32)))
    home.write("y.csv", "cat\ndog\n")
    let result = try tool.run(
      "--no-rc", "--record=~/r.jsonl", "--data=~/sets", "-c",
      "load ~/i.npy labels=~/y.csv; images out=~/figures/x.png; save ~/s.ddpm; run ~/x.ddpm; cells ~/x.ddpm; "
        + "set data=~/sets; datasets")
    #expect(result.status == 0, "\(result.errors)")
    #expect(home.names == ["figures", "i.npy", "r.jsonl", "s.ddpm", "x.ddpm", "y.csv"])
    #expect(folder.names == [] && result.output.contains("looked in: \(home.path)/sets\n"))
    // What is saved is as it was written: another user's replay looks in that user's home.
    #expect(home.text("s.ddpm").contains("load ~/i.npy ") && !home.text("s.ddpm").contains(home.path + "/i.npy"))
    #expect(try tool.run("--no-rc", "~/s.ddpm").status == 0)
    // A script elsewhere that runs one at home.
    folder.write("outer.ddpm", "run ~/x.ddpm\n")
    #expect(try tool.run("--no-rc", "\(folder.path)/outer.ddpm").output == "a = 1\n")
    let unknown = try tool.run("--no-rc", "-c", "load strokes count=20; images out=~no-such-user/x.png")
    #expect(unknown.status == 1 && unknown.errors.contains("there is no user 'no-such-user'"))
    #expect(folder.names == ["outer.ddpm"])
  }

  /// Nobody writes to the pipe, or reads from it: whatever opened it would wait.
  @Test func specialFilesAreRefused() throws {
    mkfifo("\(folder.path)/pipe.ddpm", 0o600)
    mkfifo("\(folder.path)/pipe.png", 0o600)
    symlink("nowhere", "\(folder.path)/link.ddpm")
    for (arguments, says) in [
      (["pipe.ddpm"], "cannot read pipe.ddpm: it is a pipe"), (["/dev/zero"], "cannot read /dev/zero: it is a device"),
      (["link.ddpm"], "cannot read link.ddpm: it is a link to nowhere, which is not there"),
      (["--record", "pipe.ddpm", "-c", "show"], "no record is kept: cannot write pipe.ddpm: it is a pipe"),
      (["-c", "run pipe.ddpm"], "cannot read pipe.ddpm: it is a pipe"),
      (["-c", "load ./pipe.png"], "found a pipe"),
      (["-c", "load strokes count=20; images out=pipe.png"], "cannot write pipe.png: it is a pipe"),
      (["-c", "load strokes count=20; save pipe.ddpm"], "cannot write pipe.ddpm: it is a pipe"),
      (["-c", "load strokes count=20; save link.ddpm"], "it is a link to nowhere, which is not there"),
    ] {
      let result = try tool.start(["--no-rc"] + arguments).wait()
      #expect(result.status == 1 && result.errors.contains(says), "\(arguments): \(result.errors)")
    }
    #expect(folder.names == ["link.ddpm", "pipe.ddpm", "pipe.png"])
  }

  /// `<(command)` is a pipe that a shell has made for this process alone.
  @Test func aShellsPipeIsAScript() throws {
    let runs = "echo 'let a = 7; show a' | \(Tool.path) --no-rc /dev/stdin > out"
    let shell = "cd '\(folder.path)' && \(runs)"
    #expect(system(shell) == 0 && folder.text("out") == "a = 7\n")
  }

  @Test func historyAndStartUpFileAreBytes() throws {
    let state = "\(home.path)/.local/state/ddpm-repl"
    let settings = "\(home.path)/.config/ddpm-repl"
    for path in [".local", ".local/state", ".local/state/ddpm-repl", ".config", ".config/ddpm-repl"] {
      mkdir("\(home.path)/\(path)", 0o700)
    }
    let bad: [UInt8] = [0xFF, 0xFE, 0x0A]
    home.write("history", Array("show\nshow\n".utf8) + bad + Array("let old = 1\n".utf8))
    symlink("../../../history", "\(state)/history")
    home.write(".config/ddpm-repl/rc.ddpm", Array("let a = 1\nlet b = ".utf8) + bad + Array("let c = 3\n".utf8))
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    #expect(terminal.text.contains("\(settings)/rc.ddpm:2: left out, for it is not text in UTF-8"))
    let shown = try terminal.enter("show", at: 1)
    #expect(shown.contains("a = 1") && shown.contains("c = 3") && !shown.contains("b ="))
    terminal.type("quit\r")
    #expect(try terminal.wait() == 0)
    // The line that is no text is kept as it is, each other line once, and the link is one still.
    let kept = home.bytes("history")
    #expect(kept.starts(with: Array("show\n".utf8) + bad + Array("let old = 1\n".utf8)))
    #expect(String(decoding: kept, as: UTF8.self).hasSuffix("show\nquit\n"))
    var status = stat()
    #expect(lstat("\(state)/history", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }
}
