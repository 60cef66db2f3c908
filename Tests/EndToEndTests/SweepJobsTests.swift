import Glibc
import TestSupport
import Testing

/// `set jobs=2`: runs of a sweep in processes of their own, which change nothing but the time.
@Suite struct SweepJobsTests {
  private let folder = ScratchFolder()

  private func arguments(_ script: String, threads: Int = 2) -> [String] {
    ["--batch", "--no-rc", "--threads", "\(threads)", "--record", "record.jsonl", "-c", script]
  }

  private func run(_ script: String, in folder: ScratchFolder) throws -> Tool.Result {
    let result = try Tool(in: folder).start(arguments(script)).wait()
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  private static let sweeps = """
    load strokes count=150
    let start = 3
    sweep seed=0,1 floor=0.001,1e-38,0.0005 {
      seed $seed
      model fast channels=8 components=100 batch=50 rate=0.0001
      pretrain
      model fast channels=8 components=100 floor=$floor
      train rounds=2
      evaluate
      plot loss out="loss-$seed-$floor.png"
    }
    sweep a=1,2,3 { model kmeans restarts=$start; train; undo; redo; evaluate; baseline kmeans restarts=$a }
    sweep a=5,500,6,7,8,9 { model kmeans clusters=$a; train; print trained $a; evaluate }
    seed 5
    """

  /// The lines in which no time is told.
  private func timeless(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { line in
      // A row of a training, whose last column is its rate.
      let isRate = line.hasPrefix("    ") && line.split(separator: " ").last.flatMap { Int($0) } != nil
      return !isRate && !line.contains("images/s") && !line.hasSuffix(" s") && !line.contains("left")
    }
  }

  /// The session, the store, the records, the files and what is shown are the same, whoever ran it.
  @Test func severalAtATimeComeToTheSame() throws {
    let inspect =
      "; save s.ddpm; table rows=method values=accuracy,nmi,floor,rounds decimals=9; table rows=clusters values=rounds"
    let scripts = "; " + (1...10).map { "runs script \($0)" }.joined(separator: "; ")
    let alone = ScratchFolder()
    let expected = try run(Self.sweeps + inspect + scripts, in: alone)
    #expect(expected.errors.contains("is not a number at step") && alone.names.contains { $0.hasSuffix(".png") })
    let copy = ScratchFolder()
    _ = try run(Self.sweeps, in: copy)
    let stored = try run(Self.sweeps, in: copy).output.ranges(of: ": as stored\n").count
    #expect((3 + 5 + 1...3 + 5 + 4).contains(stored))
    for jobs in [2, 3] {
      let folder = ScratchFolder()
      let result = try run("set jobs=\(jobs)\n" + Self.sweeps + inspect + scripts, in: folder)
      #expect(folder.text("s.ddpm") == alone.text("s.ddpm") && !folder.text("s.ddpm").isEmpty)
      #expect(timeless(result.output) == timeless(expected.output))
      let advice = "try a smaller rate= or lambda="
      #expect(result.errors.ranges(of: advice).count == expected.errors.ranges(of: advice).count)
      for name in alone.names where name.hasSuffix(".png") { #expect(folder.bytes(name) == alone.bytes(name)) }
      func records(_ folder: ScratchFolder) throws -> [JSON] {
        try JSON.lines(folder.text("record.jsonl")).filter { !($0["command"].string?.hasPrefix("set") ?? false) }
          .map { $0.dropping(["seconds", "imagesPerSecond", "source", "error"]) }
      }
      #expect(try records(folder) == records(alone))
      // And a sweep that one way has done the other knows as done.
      let again = try run("set jobs=\(jobs - 1)\n" + Self.sweeps, in: folder)
      #expect(again.output.ranges(of: ": as stored\n").count == stored)
    }
  }

  private static let endless =
    "set jobs=2; load strokes count=100; sweep n=1000000,1000001,3 { model kmeans restarts=1; repeat $n { train }; evaluate }"

  /// Whatever ends the process that was started, nothing goes on behind its back.
  @Test(arguments: [SIGKILL, SIGTERM, SIGINT]) func noneIsLeftBehind(signal: Int32) throws {
    let running = try Tool(in: folder).start(arguments(Self.endless))
    try wait("two processes") { children(of: running.process).count == 2 }
    let processes = children(of: running.process)
    running.send(signal)
    let result = running.wait()
    #expect(result.status == (signal == SIGKILL ? 128 + SIGKILL : 130), "\(result.errors)")
    try wait("their end") { processes.allSatisfy { kill($0, 0) != 0 } }
    #expect(!result.output.contains("accuracy"))
  }

  /// A run whose process is killed is a dash, and the others are run.
  @Test func aProcessThatIsKilledIsADash() throws {
    let script =
      "set jobs=2; load strokes count=100; "
      + "sweep n=1,1000000,2 { model kmeans restarts=1; repeat $n { train }; evaluate }; print after"
    let running = try Tool(in: folder).start(arguments(script))
    try running.waitForOutput("run 1 of 3")
    // The third is soon done; the second never is.
    try wait("the last of them") { children(of: running.process).count == 1 }
    usleep(300_000)
    try wait("the last of them") { children(of: running.process).count == 1 }
    kill(children(of: running.process)[0], SIGKILL)
    let result = running.wait()
    #expect(result.status == 0 && result.errors.contains("the process of the run ended before it was done"))
    let rows = result.output.split(separator: "\n").suffix(4).map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows[1] == "1000000 - - -" && rows[3] == "after", "\(rows)")
    #expect(rows[0].hasPrefix("1 0.") && rows[2].hasPrefix("2 0."))
  }
}
