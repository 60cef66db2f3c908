import Glibc
import TestSupport
import Testing

/// What a terminal shows while a command runs, and after it was stopped.
@Suite(.serialized, .enabled(if: PseudoTerminal.isPossible, "this machine gives no pseudo-terminals"))
struct LiveLineTests {
  private let tool = Tool()

  private func loaded(_ terminal: PseudoTerminal) throws {
    try terminal.expectPrompt(1)
    _ = try terminal.enter("load strokes count=1000", at: 1)
    _ = try terminal.enter("model fast channels=8", at: 2)
  }

  @Test func keysTypedAheadWaitForThePrompt() throws {
    let terminal = try PseudoTerminal(tool)
    try loaded(terminal)
    terminal.type("pretrain epochs=3\r")
    try terminal.expect("epoch 1 of 3")
    #expect(terminal.becomes(cooked: false))
    terminal.type("status # typed ahead")
    let during = try terminal.expectPrompt(4)
    #expect(!during.contains("typed"))
    try terminal.expect("status # typed ahead")
    #expect(try terminal.enter("", at: 4).contains("strokes: 1000 images"))
  }

  @Test(arguments: [7, 33, 80, 100])
  func nothingRemainsOfALiveLine(columns: UInt16) throws {
    let terminal = try PseudoTerminal(tool, columns: columns)
    try terminal.expectPrompt(1)
    var screen = Screen(columns: Int(columns))
    terminal.type("load strokes count=1000; model fast channels=8; pretrain epochs=3; show end\r")
    try terminal.expect("there is no")
    screen.show(terminal.raw)
    #expect(!screen.text.contains("%") && !screen.text.contains("epoch 3 of"))
  }

  @Test func nothingRemainsWhenTheWindowBecomesNarrower() throws {
    let terminal = try PseudoTerminal(tool, columns: 100)
    try loaded(terminal)
    terminal.type("pretrain epochs=6\r")
    try terminal.expect("epoch 2 of 6")
    var screen = Screen(columns: 100)
    let before = terminal.raw
    terminal.resize(columns: 40, rows: 30)
    screen.show(before)
    screen.columns = 40
    try terminal.expectPrompt(4)
    screen.show(terminal.raw.dropFirst(before.count))
    #expect(!screen.text.contains("%") && !screen.text.contains("epoch 2 of"), "\(screen.text)")
    #expect(screen.text.contains("In [4]:"))
  }

  /// A shell with job control, in which the tool runs.
  private func inShell(_ mark: String = "") throws -> PseudoTerminal {
    var tool = tool
    tool.environment["PS1"] = "shell: "
    let shell = try PseudoTerminal(tool, "-i", program: "/bin/sh")
    shell.type("\(Tool.path) --no-rc \(mark)\r")
    return shell
  }

  @Test func stoppedAtThePrompt() throws {
    let terminal = try inShell()
    try terminal.expectPrompt(1)
    for _ in 0..<5 {
      terminal.type("sta")
      try terminal.expect("sta")
      terminal.type("\u{1A}")
      try terminal.expect("topped")
      #expect(terminal.becomes(cooked: true))
      terminal.type("fg\r")
      try terminal.expect("In [1]: sta")
      #expect(terminal.becomes(cooked: false))
      terminal.type("\u{15}")
    }
    // Drawn once each time.
    #expect(terminal.text.split(separator: "In [1]: sta", omittingEmptySubsequences: false).count == 1 + 5 + 1)
    #expect(try terminal.enter("status", at: 1).contains("seed       0"))
  }

  /// The terminal takes back what was typed before Ctrl-C and not read yet, also between readline's being told of a key and
  /// reading it.
  @Test func controlCIsHeardWhateverWasTypedBefore() throws {
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    for _ in 0..<100 {
      terminal.type("abc")
      terminal.type("\u{3}")
      try terminal.expect("^C")
      try terminal.expectPrompt(1)
    }
    // Lines that come with it, in one go and at its heels.
    for _ in 0..<20 {
      terminal.type("seed 7\rseed 8\r\u{3}")
      try terminal.expect("^C")
      try terminal.expectPrompt(1)
    }
    // Within what readline reads for itself: a pasted text that never ends.
    terminal.type("\u{1B}[200~seed 9")
    usleep(100_000)
    terminal.type("\u{3}")
    try terminal.expect("^C")
    try terminal.expectPrompt(1)
    #expect(try terminal.enter("status", at: 1).contains("seed       0"))
  }

  @Test func keysBeforeControlZAreNotTheShells() throws {
    let terminal = try inShell()
    try terminal.expectPrompt(1)
    for _ in 0..<10 {
      // More than is read before Ctrl-Z is heard.
      terminal.type(String(repeating: "abc", count: 100))
      terminal.type("\u{1A}")
      try terminal.expect("topped")
      #expect(terminal.becomes(cooked: true))
      terminal.type("fg\r")
      try terminal.expectPrompt(1)
      #expect(terminal.becomes(cooked: false))
      terminal.type("\u{15}")
    }
  }

  @Test func itCanBeEndedWhileItIsStoppedAtThePrompt() throws {
    let terminal = try inShell()
    try terminal.expectPrompt(1)
    terminal.type("\u{1A}")
    try terminal.expect("topped")
    #expect(terminal.becomes(cooked: true))
    terminal.type("kill %1; bg; wait %1; echo ended $?\r")
    try terminal.expect("ended 130")
  }

  /// A line with which the shell waits until what it runs in the background is stopped.
  private let untilStopped = "until grep -q State:.T /proc/$!/status; do sleep 0.1; done"

  /// Where the terminal is another's, what readline does to it stops the program, each time anew.
  @Test func itCanBeEndedWhereItIsInTheBackground() throws {
    let terminal = try inShell("&")
    for line in [untilStopped, "bg", untilStopped, "kill %1; bg; wait %1; echo ended $?"] { terminal.type("\(line)\r") }
    try terminal.expect("ended 130")
  }

  @Test func fromTheBackgroundItComesForward() throws {
    let terminal = try inShell("&")
    for line in [untilStopped, "fg"] { terminal.type("\(line)\r") }
    try terminal.expectPrompt(1)
    #expect(terminal.becomes(cooked: false))
    #expect(try terminal.enter("status", at: 1).contains("seed       0"))
  }

  @Test func stoppedInACommand() throws {
    let terminal = try inShell()
    try loaded(terminal)
    terminal.type("pretrain epochs=10000\r")
    try terminal.expect("epoch 2 of")
    terminal.type("\u{1A}")
    try terminal.expect("topped")
    #expect(terminal.becomes(cooked: true))
    terminal.type("fg\r")
    try terminal.expect(" of 10000")
    #expect(terminal.becomes(cooked: false))
    terminal.type("\u{3}")
    try terminal.expect("what was learnt is kept")
    try terminal.expectPrompt(4)
    #expect(try terminal.enter("status", at: 4).contains("strokes: 1000 images"))
    terminal.type("quit\r")
    try terminal.expect("[y/N, Ctrl-D leaves]")
    terminal.type("y\r")
    // The shell has the terminal as it was.
    try terminal.expect("shell: ")
    terminal.type("echo a''b\r")
    try terminal.expect("ab")
    #expect(terminal.becomes(cooked: true))
  }

  @Test func aReplayedSessionIsNoUnsavedWork() throws {
    tool.folder.write("made.ddpm", "seed 3\nload strokes count=50\nsave s.ddpm\n")
    #expect(try tool.run("made.ddpm").status == 0)
    let terminal = try PseudoTerminal(tool)
    try terminal.expectPrompt(1)
    #expect(try terminal.enter("run s.ddpm", at: 1).contains("50 images"))
    terminal.type("\u{4}")
    #expect(try terminal.wait() == 0)
    #expect(!terminal.text.contains("unsaved:"))

    // More than was saved, or something else.
    let changed = try PseudoTerminal(tool, "-i", "s.ddpm", "-c", "seed 4")
    try changed.expectPrompt(3)
    changed.type("\u{4}")
    try changed.expect("unsaved: ")
    let edited = try PseudoTerminal(tool, "-i", "made.ddpm", "-c", "seed 4")
    try edited.expect("In [3]: ")
    edited.type("\u{4}")
    try edited.expect("unsaved: ")
  }
}
