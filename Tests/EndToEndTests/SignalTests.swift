import Glibc
import TestSupport
import Testing

/// Ctrl-C and the signals that ask to leave, sent to the process.
@Suite(.serialized) struct SignalTests {
  let folder = ScratchFolder()

  private static let prepared = "load strokes count=256; model fast channels=8; pretrain; "

  private func records() throws -> [JSON] { try JSON.lines(folder.text("record.jsonl")) }

  /// Starts `commands` and sends `signal` when `text` has appeared on standard output, a moment after that if asked to.
  private func interrupt(
    _ commands: String, _ arguments: [String] = [], input: String = "", after text: String, pause: UInt32 = 0,
    by signal: Int32 = SIGINT
  ) throws -> Tool.Result {
    let running = try Tool(in: folder).start(
      arguments + ["--record", "record.jsonl", "-c", Self.prepared + commands], input: input)
    try running.waitForOutput(text)
    usleep(pause)
    running.send(signal)
    return running.wait()
  }

  @Test func trainingKeepsWhatWasLearntAndReplays() throws {
    let judge = "evaluate; sample count=2 steps=3 out=a.png"
    let result = try interrupt(
      "train rounds=100000", ["-i"], input: "\(judge); save stopped.ddpm", after: "\n    2  ")
    // The commands that came after worked; the status still tells of the interruption.
    #expect(result.status == 130)
    #expect(result.errors == "")
    #expect(result.output.contains("what was learnt is kept, train goes on"))
    let records = try records()
    #expect(records.map { $0["status"].string } == ["ok", "ok", "ok", "interrupted", "ok", "ok", "ok"])
    let command = try #require(records[3]["command"].string)
    let match = try #require(
      try #/train rounds=100000 lambda=1 .*stop=(\d+):([12])/#.wholeMatch(in: command), "\(command)")
    let fullRounds = try #require(Int(match.1)) - 1
    #expect(records[3]["results"]["rounds"].array.count == fullRounds)
    #expect(fullRounds >= 2)

    // The command as recorded, typed anew, leads to the same state.
    let anew = ScratchFolder()
    #expect(
      try Tool(in: anew).run("--record", "record.jsonl", "-c", Self.prepared + command + "; " + judge).status == 0)
    let replayed = try JSON.lines(anew.text("record.jsonl"))
    #expect(replayed[3]["command"].string == command)
    for index in [3, 4] {
      #expect(
        replayed[index]["results"].dropping(["imagesPerSecond"])
          == records[index]["results"].dropping(["imagesPerSecond"]))
    }
    #expect(anew.bytes("a.png") == folder.bytes("a.png"))
    #expect(!anew.bytes("a.png").isEmpty)

    // And so does the session that was saved.
    let saved = ScratchFolder()
    saved.write("stopped.ddpm", folder.text("stopped.ddpm"))
    #expect(try Tool(in: saved).run("stopped.ddpm").status == 0)
    #expect(saved.bytes("a.png") == folder.bytes("a.png"))
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func signalsToLeave(signal: Int32) throws {
    let result = try interrupt(
      "train rounds=100000; save never.ddpm", ["-i"], input: "status", after: "nmi", by: signal)
    #expect(result.status == 130)
    #expect(result.output.contains("what was learnt is kept"))
    #expect(!result.output.contains("unsaved"))
    let records = try records()
    #expect(records.count == 4)
    #expect(records[3]["status"] == .string("interrupted"))
    #expect(folder.names.filter { !$0.hasPrefix(".") } == ["record.jsonl"])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func picturesAreAllOrNothing(signal: Int32) throws {
    for command in ["plot tsne iterations=100000", "sample count=100 steps=10000"] {
      let folder = ScratchFolder()
      let running = try Tool(in: folder).start([
        "--record", "record.jsonl", "-c", Self.prepared + "train; evaluate", "-c", "\(command) out=a.png; status",
      ])
      try running.waitForOutput("\n      9 ")
      usleep(300_000)
      running.send(signal)
      let result = running.wait()
      #expect(result.status == 130)
      #expect(
        result.errors == "interrupted; nothing was changed\nwhat comes after it was not run\n"
          + "the session is kept: ddpm-repl -i -c 'recover 1' goes on with it\n")
      let records = try JSON.lines(folder.text("record.jsonl"))
      #expect(records.map { $0["status"].string } == ["ok", "ok", "ok", "ok", "ok", "interrupted"])
      #expect(folder.names.filter { !$0.hasPrefix(".") } == ["record.jsonl"])
    }
  }

  @Test func loopsEnd() throws {
    let running = try Tool(in: folder).start(["-c", "status; repeat 1000000000000 { let x = $i }"])
    try running.waitForOutput("next")
    running.send(SIGINT)
    #expect(running.wait().status == 130)
  }

  /// As nohup leaves it.
  @Test func whatTheParentIgnoresIsIgnored() throws {
    let status = system(
      "cd '\(folder.path)' && trap '' HUP && '\(Tool.path)' -c 'status; repeat 300000 { let x = $i }; show x' > out &"
        + " sleep 0.1; kill -HUP $!; wait $!")
    #expect(status == 0)
    #expect(folder.text("out").hasSuffix("x = 300000\n"))
  }

  @Test func killedWhileWritingRecords() throws {
    let running = try Tool(in: folder).start([
      "--record", "record.jsonl", "-c", Self.prepared + "repeat 100000 { train }",
    ])
    try running.waitForOutput("nmi")
    usleep(200_000)
    running.send(SIGKILL)
    #expect(running.wait().status == 128 + SIGKILL)
    // Whole lines only.
    let text = folder.text("record.jsonl")
    #expect(text.hasSuffix("}\n"))
    #expect(try JSON.lines(text).count >= 4)
  }

  /// Else the first thread would go on without knowing of them.
  @Test func theyComeOnTheFirstThreadAlone() throws {
    let running = try Tool(in: folder).start(
      ["--threads", "4", "-c", Self.prepared + "train rounds=100000"], input: "")
    try running.waitForOutput("\n    2  ")
    let masks = blockedSignals(of: running.process)
    running.send(SIGTERM)
    #expect(running.wait().status == 130)
    #expect(masks.count > 1)
    for signal in [SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGCONT, SIGTSTP] {
      let takers = masks.filter { $0.value >> UInt64(signal - 1) & 1 == 0 }
      #expect(takers.map(\.key) == [running.process], "signal \(signal)")
    }
  }
}
