import Glibc
import TestSupport
import Testing

/// Sweeps whose runs several processes share, which changes nothing but the time.
@Suite(.enabled(if: MPIRun.isPossible, "there is no mpirun with mpicc in /usr/bin"), .serialized) struct MPISweepTests {
  private let folder = ScratchFolder()
  private var run: MPIRun { MPIRun(folder: folder) }

  /// Runs that share a beginning, that fail, that score twice, set variables and use what was found before.
  private static let sweeps = [
    "set record=record.jsonl; load strokes count=150; model kmeans restarts=3; train; evaluate; let start = 3",
    """
    sweep seed=0,1 floor=0.001,1e-38 { seed $seed
      model fast channels=8 components=20 batch=50 rate=0.0001
      pretrain
      model fast channels=8 components=20 floor=$floor
      train rounds=2
      evaluate
    }
    """,
    """
    for count in 100 80 {
      sweep a=5,500,6,7 {
        model kmeans clusters=$a restarts=$start; train; print trained $a after ${evaluate.accuracy}
        evaluate
        let more = $a; knn k=$more
      }
      load strokes count=$count
    }
    """,
    "sweep count=60,70,80 { load strokes count=$count; model kmeans; train; evaluate; baseline kmeans restarts=2 }",
    "seed 5; save s.ddpm",
    "table rows=method values=accuracy,nmi,floor,rounds decimals=9; table rows=clusters values=accuracy decimals=9",
  ]
  private static let scripts = (1...9).map { "runs script \($0)" }

  /// The lines in which no time is told.
  private func timeless(_ text: String) -> [Substring] {
    text.split(separator: "\n").filter { line in
      // A row of a training, whose last column is its rate.
      let isRate = line.hasPrefix("    ") && line.split(separator: " ").last.flatMap { Int($0) } != nil
      return !isRate && !line.contains("images/s") && !line.hasSuffix(" s") && !line.contains("left")
    }
  }

  /// The session, the store, the records and what is shown are the same, whoever ran it.
  @Test func runsAreShared() throws {
    let alone = ScratchFolder()
    let expected = try MPIRun(folder: alone).runAlone(Self.sweeps + Self.scripts)
    #expect(expected.output.contains("shared with run 1") && !alone.text("s.ddpm").isEmpty)
    func records(_ folder: ScratchFolder) throws -> [JSON] {
      try JSON.lines(folder.text("record.jsonl")).filter { !($0["command"].string?.hasPrefix("set") ?? false) }
        .map { $0.dropping(["seconds", "imagesPerSecond"]) }
    }
    for (ranks, settings) in [(2, ""), (3, "set jobs=5; ")] {
      let folder = ScratchFolder()
      let run = MPIRun(folder: folder)
      let result = try run.run(ranks, [settings + Self.sweeps[0]] + Self.sweeps[1...] + Self.scripts)
      #expect(folder.text("s.ddpm") == alone.text("s.ddpm"))
      #expect(timeless(result.output) == timeless(expected.output))
      #expect(try records(folder) == records(alone))
      #expect(!result.errors.contains("not shared"))
      // What several have done one knows as done, and the other way round.
      let again = try run.runAlone(Self.sweeps)
      #expect(again.output.ranges(of: ": as stored\n").count == 2 + 3 + 3 + 3, "\(again.output)")
    }
  }

  /// What has to be done where the session is, is.
  @Test func filesLieWithTheFirst() throws {
    let result = try run.run(
      2,
      [
        "load strokes count=60",
        "sweep k=2,3 { model kmeans clusters=$k; train; evaluate; save \"k-$k.safetensors\" }",
        "sweep k=2,3 { model kmeans clusters=$k; train; train; undo; evaluate }",
      ])
    #expect(result.errors.contains("not shared among the processes: it writes k-2.safetensors"), "\(result.errors)")
    #expect(result.errors.contains("it has 'undo'"), "\(result.errors)")
    #expect(folder.names.filter { $0.hasSuffix(".safetensors") } == ["k-2.safetensors", "k-3.safetensors"])
  }

  // MARK: - What goes wrong

  /// Two processes at a sweep whose second run, which is the other process's, does not end; the first and third are done.
  private func endless(_ run: MPIRun) throws -> (Running, first: pid_t, other: pid_t) {
    let running = try run.start(
      2,
      [
        "load strokes count=60",
        "sweep n=1,1000000,2 { model kmeans restarts=1; repeat $n { train }; evaluate }; print after",
      ])
    try running.waitForOutput("run 1 of 3")
    let (first, other) = (try #require(run.process(ofRank: 0)), try #require(run.process(ofRank: 1)))
    try wait("its run") { children(of: other).count == 1 && children(of: first).isEmpty }
    return (running, first, other)
  }

  private func storedCount() throws -> Int {
    try run.runAlone(["runs"]).output.split(separator: "\n").filter { $0.contains("kmeans") }.count
  }

  @Test func aProcessIsKilled() throws {
    let (running, first, other) = try endless(run)
    let processes = children(of: first) + children(of: other)
    kill(other, SIGKILL)
    let result = running.wait()
    #expect(result.status != 0 && result.errors.contains("rank 1"), "\(result.errors)")
    try wait("the end of its run") { processes.allSatisfy { kill($0, 0) != 0 } }
    #expect(try storedCount() == 1)
  }

  @Test func aRunIsKilled() throws {
    let (running, _, other) = try endless(run)
    kill(children(of: other)[0], SIGKILL)
    let result = running.wait()
    #expect(result.status == 0 && result.errors.contains("the process of the run ended before it was done"))
    let rows = result.output.split(separator: "\n").suffix(4).map { $0.split(separator: " ").joined(separator: " ") }
    #expect(rows[1] == "1000000 - - -" && rows[3] == "after", "\(rows)")
    #expect(rows[0].hasPrefix("1 0.") && rows[2].hasPrefix("2 0."))
  }

  @Test func aWishToEndEndsAll() throws {
    let (running, first, other) = try endless(run)
    let processes = children(of: other)
    kill(first, SIGINT)
    let result = running.wait()
    #expect(result.status == 130 && !result.output.contains("after"), "\(result.errors)")
    try wait("the end of its run") { processes.allSatisfy { kill($0, 0) != 0 } }
    #expect(try storedCount() == 1)
  }

  @Test func aProcessHangs() throws {
    var run = run
    run.variables["DDPM_MPI_PATIENCE"] = "1"
    let (running, _, other) = try endless(run)
    kill(other, SIGSTOP)
    let result = running.wait()
    #expect(result.status != 0 && !result.output.contains("after"))
    #expect(result.errors.contains("rank 1 (") && result.errors.contains("not answered"), "\(result.errors)")
    #expect(try storedCount() == 1)
  }
}
