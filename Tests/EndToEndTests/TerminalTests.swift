import Glibc
import TestSupport
import Testing

/// The program at a terminal: editing, history, completion, interrupts.
@Suite(.serialized, .enabled(if: PseudoTerminal.isPossible, "this machine gives no pseudo-terminals"))
struct TerminalTests {
  private let tool = Tool()

  private func started() throws -> PseudoTerminal {
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    return terminal
  }

  /// A small training, to be interrupted.
  private func trained() throws -> PseudoTerminal {
    let terminal = try started()
    _ = try terminal.enter("load strokes count=1000", at: 1)
    _ = try terminal.enter("model fast channels=8 lambda=0.1", at: 2)
    _ = try terminal.enter("pretrain epochs=4; train", at: 3)
    return terminal
  }

  @Test(arguments: [
    ("loa\t", "load "), ("load str\t", "load strokes "), ("model ref\t", "model reference "),
    ("load strokes spl\tte\t", "load strokes split=test "), ("plot ts\t", "plot tsne "),
    ("plot tsne co\tcl\t", "plot tsne color=cluster "), ("help key\t", "help keys "),
    ("set inl\to\tn", "set inline=on"),
    ("run noteb\t", "run notebook.ddpm "),
    ("run \"my n\t", "run \"my notebook.ddpm\""), ("run my\t", "\"my notebook.ddpm\" "),
    ("run 'my n\t", "run 'my notebook.ddpm'"),
    ("load imag\t", "load images.npy "),
    ("repeat 2 { stat\t", "repeat 2 { status "),
  ])
  func completion(typed: String, line: String) throws {
    _ = tool.folder.write("notebook.ddpm", "info\n")
    _ = tool.folder.write("my notebook.ddpm", "info\n")
    _ = tool.folder.write("images.npy", "")
    let terminal = try started()
    terminal.type(typed)
    try terminal.expect(line)
  }

  /// Names with spaces that begin alike: what they share, with the quote it needs.
  @Test func completionOfSeveralFilesWithSpaces() throws {
    for name in ["a b one.ddpm", "a b two.ddpm"] { _ = tool.folder.write(name, "let found = 1\n") }
    let terminal = try started()
    terminal.type("run a\t")
    try terminal.expect("\"a b ")
    terminal.type("t\t")
    #expect(try terminal.enter("", at: 1).contains("two.ddpm\""))
    #expect(try terminal.enter("show found", at: 2).contains("found = 1"))
  }

  @Test func completionOfVariables() throws {
    let terminal = try started()
    _ = try terminal.enter("let threshold = 3", at: 1)
    terminal.type("repeat $thr\t")
    try terminal.expect("repeat $threshold")
    terminal.type("\u{15}show thr\t\r")
    try terminal.expect("threshold = 3")
  }

  @Test func historyOutlivesTheRun() throws {
    let first = try started()
    _ = try first.enter("seed 5", at: 1)
    try first.begin("repeat 2 {")
    try first.begin("  seed 6")
    _ = try first.enter("}", at: 2)
    _ = try first.enter("seed 5", at: 3)
    first.type("quit\r")
    try first.expect("[y/N, Ctrl-D leaves]")
    first.type("y\r")
    #expect(try first.wait() == 0)

    let second = try started()
    let entries = tool.folder.text(".local/state/ddpm-repl/history").split(separator: "\n")
    #expect(entries == ["repeat 2 {\\n  seed 6\\n}", "seed 5", "quit"])
    // The latest first, each once; an entry of three lines is one.
    second.type("\u{1B}[A")
    try second.expect("quit")
    second.type("\u{1B}[A")
    try second.expect("seed 5")
    second.type("\u{1B}[A")
    try second.expect("seed 6")
    #expect(try second.enter("", at: 1).contains("}"))
    #expect(try second.enter("show i", at: 2).contains("i = 2"))
    // ^R finds it, too.
    second.type("\u{12}seed 5\r")
    _ = try second.expectPrompt(4)
    #expect(try second.enter("status", at: 4).contains("seed       5"))
  }

  @Test func severalLinesAreOneEntry() throws {
    let terminal = try started()
    try terminal.begin("for x in 3 4 {")
    try terminal.begin("seed $x")
    _ = try terminal.enter("}", at: 1)
    #expect(try terminal.enter("status", at: 2).contains("seed       4"))
    // A forgotten quote is said at once; it does not swallow what follows.
    #expect(try terminal.enter("load \"strokes", at: 3).contains("never closed"))
    // After Ctrl-D in an unfinished entry nothing is written but what belongs there.
    try terminal.begin("repeat 2 {")
    terminal.type("\u{4}")
    #expect(try terminal.expectPrompt(5).contains("never closed with '}'"))
    #expect(try terminal.enter("show x", at: 5) == "show x\nx = 4\n")
  }

  @Test func pastedLinesAreOneEntry() throws {
    let terminal = try started()
    let lines = (1...9).map { "let v\($0) = \($0)" } + ["show v1 v9"]
    terminal.type("\u{1B}[200~" + lines.joined(separator: "\n") + "\u{1B}[201~")
    #expect(try terminal.enter("", at: 1).contains("v1 = 1\nv9 = 9"))
    // Without brackets, each line is an entry.
    terminal.type("let w = 7\rshow w\r")
    try terminal.expect("w = 7\nIn [4]: ")
  }

  @Test func interruptAtThePrompt() throws {
    let terminal = try started()
    terminal.type("seed 99")
    try terminal.expect("seed 99")
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt(1)
    #expect(try terminal.enter("status", at: 1).contains("seed       0"))
    try terminal.begin("repeat 2 {")
    terminal.type("\u{3}")
    try terminal.expectPrompt(2)
    // Ctrl-\ does no more.
    terminal.type("seed 99")
    try terminal.expect("seed 99")
    terminal.type("\u{1C}")
    try terminal.expectPrompt(2)
    #expect(try terminal.enter("status", at: 2).contains("seed       0"))
  }

  @Test func interruptInTraining() throws {
    let terminal = try trained()
    terminal.type("train rounds=500\r")
    try terminal.expect("round 3 of 500")
    let start = ContinuousClock.now
    terminal.type("\u{3}")
    let said = try terminal.expectPrompt(5)
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(said.contains("train goes on"))
    let status = try terminal.enter("status", at: 5)
    #expect(status.contains("rounds and part of another") && !status.contains("500"))
    #expect(try terminal.enter("train rounds=1", at: 6).contains("accuracy"))
  }

  @Test func aSecondInterruptDropsBack() throws {
    let terminal = try trained()
    terminal.type("train rounds=500\r")
    try terminal.expect("round 2 of 500")
    // Two at once may count as one; the second finds the first at work, or the step at its end.
    terminal.type("\u{3}")
    usleep(2_000)
    terminal.type("\u{3}")
    let said = try terminal.expectPrompt(5)
    #expect(said.contains("back at the end of round") || said.contains("stopped in round"))
    #expect(try terminal.enter("status", at: 5).contains("data set   strokes"))
  }

  @Test(arguments: [
    ("repeat 400 { train }", "round 1 of 1"), ("sample count=500 steps=50", "sampling"),
    ("plot tsne points=400 iterations=90000", "t-SNE"),
  ])
  func interruptEverywhere(line: String, sign: String) throws {
    let terminal = try trained()
    terminal.type(line + "\r")
    try terminal.expect(sign)
    let start = ContinuousClock.now
    terminal.type("\u{3}")
    try terminal.expectPrompt(5)
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(try terminal.enter("status", at: 5).contains("strokes: 1000 images"))
  }

  @Test func leaving() throws {
    let plain = try started()
    plain.type("\u{4}")
    #expect(try plain.wait() == 0)

    let unsaved = try started()
    _ = try unsaved.enter("seed 3", at: 1)
    unsaved.type("\u{4}")
    try unsaved.expect("unsaved: 1 change")
    unsaved.type("n\r")
    try unsaved.expectPrompt(2)
    unsaved.type("quit\r")
    try unsaved.expect("[y/N, Ctrl-D leaves]")
    unsaved.type("\u{4}")
    #expect(try unsaved.wait() == 0)

    let saved = try started()
    _ = try saved.enter("seed 3", at: 1)
    _ = try saved.enter("save s.ddpm", at: 2)
    saved.type("quit\r")
    #expect(try saved.wait() == 0)
    #expect(!saved.text.contains("unsaved:"))
  }

  @Test func theWindowChanges() throws {
    let terminal = try started()
    #expect(try terminal.enter("help train", at: 1).split(separator: "\n").contains { $0.count > 70 })
    terminal.resize(columns: 60, rows: 20)
    let narrow = try terminal.enter("help train", at: 2)
    #expect(narrow.split(separator: "\n").allSatisfy { $0.count <= 60 })
    // A line that the window cannot hold is still one line.
    let long = "let text = \"" + String(repeating: "abcdefghi ", count: 12) + "\""
    _ = try terminal.enter(long, at: 3)
    #expect(try terminal.enter("show text", at: 4).replacing("\n", with: "").contains("abcdefghi abcdefghi"))
  }

  @Test func inputrcAndStartUpFile() throws {
    var tool = tool
    tool.environment["INPUTRC"] = tool.folder.write(
      "inputrc", "$if ddpm\n\"\\C-t\": \"show greeting\"\n$endif\n$if bash\n\"\\C-t\": \"wrong\"\n$endif\n")
    mkdir("\(tool.folder.path)/.config", 0o700)
    mkdir("\(tool.folder.path)/.config/ddpm-repl", 0o700)
    _ = tool.folder.write(".config/ddpm-repl/rc.ddpm", "let greeting = hello\n")
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    #expect(try terminal.enter("\u{14}", at: 1).contains("greeting = hello"))
    let without = try PseudoTerminal(tool, "--no-rc")
    try without.expectPrompt(1)
    #expect(try without.enter("show greeting", at: 1).contains("there is no variable 'greeting'"))
  }

  @Test func entriesRunAgain() throws {
    let terminal = try started()
    _ = try terminal.enter("let x = 1", at: 1)
    _ = try terminal.enter("seed 4", at: 2)
    _ = try terminal.enter("seed 5", at: 3)
    _ = try terminal.enter("rerun 2", at: 4)
    #expect(try terminal.enter("status", at: 5).contains("seed       4"))
    #expect(try terminal.enter("rerun", at: 6).contains("seed       4"))
    let error = try terminal.enter("rerun 77", at: 7)
    #expect(error.contains("nothing was entered as number 77"))
    #expect(try terminal.enter("history", at: 8).contains("4  rerun 2\n5  status\n6  rerun\n"))
  }

  @Test func longHelpIsPaged() throws {
    var tool = tool
    // It ends before all is written: that is the pager's right.
    tool.environment["PAGER"] = "sed -n '2s/^/paged: /p;2q'"
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    let help = try terminal.enter("help", at: 1)
    #expect(help.contains("paged:   datasets") && !help.contains("quit"))
    #expect(try !terminal.enter("help seed", at: 2).contains("paged"))
    tool.environment["PAGER"] = "no-such-pager"
    let without = try PseudoTerminal(tool)
    try without.expectPrompt(1)
    #expect(try without.enter("help", at: 1).contains("quit"))
  }

  @Test func coloursAreForTerminalsThatWantThem() throws {
    let coloured = try started()
    _ = try coloured.enter("foo", at: 1)
    #expect(coloured.raw.contains("\u{1B}[1;31merror:"))
    for (variables, arguments) in [(["NO_COLOR": "1"], []), ([:], ["--batch"])] {
      var tool = tool
      tool.environment = variables
      let plain = try arguments.isEmpty ? PseudoTerminal(tool) : PseudoTerminal(tool, arguments[0])
      try plain.expectPrompt(1)
      #expect(try plain.enter("foo", at: 1).contains("error: there is no command 'foo'"))
      #expect(!plain.raw.contains("\u{1B}[1;31m") && !plain.raw.contains("\u{1B}[32m"))
    }
  }

  @Test func pictures() throws {
    func shown(_ kind: String, _ setting: String = "", noColour: Bool = false) throws -> String {
      var tool = tool
      if noColour { tool.environment["NO_COLOR"] = "1" }
      let terminal = try PseudoTerminal(tool, kind: kind)
      try terminal.expectPrompt(1)
      _ = try terminal.enter("load strokes count=60", at: 1)
      _ = try terminal.enter(setting.isEmpty ? "status" : setting, at: 2)
      let before = terminal.raw.count
      _ = try terminal.enter("images count=4", at: 3)
      return String(terminal.raw.dropFirst(before))
    }
    let blocks = try shown("xterm-256color")
    #expect(blocks.contains("\u{1B}[38;2;") && blocks.contains { "▀▄█▌▐".contains($0) })
    // Two thirds of the window, with what stands around it.
    #expect((10...24).contains(blocks.split(whereSeparator: \.isNewline).count))
    #expect(try shown("xterm-kitty").contains("\u{1B}_G"))
    #expect(try !shown("xterm-256color", "set inline off").contains("\u{1B}[38;"))
    #expect(try !shown("vt100").contains { "▀▄█▌▐".contains($0) })
    #expect(try shown("vt100", "set inline=on").split(whereSeparator: \.isNewline).count > 10)
    #expect(try !shown("xterm-256color", noColour: true).contains("\u{1B}[38;"))
    #expect(try !shown("dumb", "set inline on").contains { "▀▄█▌▐".contains($0) })
    let piped = try tool.run("-c", "set inline on; load strokes count=60; images")
    #expect(piped.output.hasSuffix("wrote images.png\n") && !piped.output.contains("\u{1B}"))
  }
}
