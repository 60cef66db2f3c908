import Glibc
import TensorEngine
import TestSupport
import Testing

/// A session that is cut off is taken up where it was.
@Suite struct RecoveryTests {
  let folder = ScratchFolder()

  private static let data = "load strokes count=300"
  private static let fast = "model fast channels=8 components=12 batch=64 rate=0.0001"

  /// Runs command lines in this folder; what they wrote on standard error.
  @discardableResult
  private func run(_ lines: String..., in folder: ScratchFolder? = nil, threads: Int = 1, status: Int32 = 0) throws
    -> Tool.Result
  {
    let result = try Tool(in: folder ?? self.folder).start(
      ["--batch", "--no-rc", "--threads", "\(threads)", "--record", "record.jsonl"] + lines.flatMap { ["-c", $0] }
    ).wait(limit: .seconds(300))
    #expect(result.status == status, "\(lines): \(result.errors)")
    return result
  }

  /// Runs a command line until `text` has appeared, and kills it a moment later.
  private func kill(_ line: String, after text: String, pause: UInt32 = 0, threads: Int = 1, by signal: Int32 = SIGKILL)
    throws -> Tool.Result
  {
    let running = try Tool(in: folder).start(["--batch", "--no-rc", "--threads", "\(threads)", "-c", line])
    try running.waitForOutput(text)
    usleep(pause)
    running.send(signal)
    return running.wait()
  }

  private var keptFiles: [String] {
    ScratchFolder.names(in: "\(folder.path)/.local/state/ddpm-repl/sessions")
  }

  /// A model, and the passes that are killed.
  static let trainings: [(model: String, passes: String)] = [
    (fast + "; pretrain", "train rounds"),
    ("model reference channels=8 components=12 latent=8 batch=64 timesteps=20", "pretrain epochs"),
    ("model kmeans restarts=2", "train rounds"), ("model gmm restarts=2 iterations=5 floor=0.01", "train rounds"),
  ]

  /// What was learnt, taken up in another process, goes on to the same bytes.
  @Test(arguments: trainings.indices, [1, 2]) func aKillChangesNoByte(which: Int, threads: Int) throws {
    let (model, passes) = Self.trainings[which]
    let begin = "set journal=always; \(Self.data); \(model); \(passes)=2"
    let killed = try kill(begin + "; \(passes)=100000", after: "\n    3 ", pause: 20_000, threads: threads)
    #expect(killed.status == 128 + SIGKILL)
    try run("recover; save middle.ddpm", "\(passes)=1; save end.safetensors; save end.ddpm", threads: 3 - threads)
    // As many rounds of the one that was killed as its table showed, or one more.
    let line = try #require(folder.text("middle.ddpm").split(separator: "\n").last { $0.hasPrefix(passes) })
    let kept = try #require(line.split(separator: " ")[1].split(separator: "=")[1].wholeNumber, "\(line)")
    let shown = killed.output.split(separator: "\n").count { $0.hasPrefix("    ") && $0.contains(".") }
    let begun = which == 0 ? 3 : 2
    #expect(kept >= 1 && kept >= shown - begun - 1, "kept \(kept), shown \(shown) with \(begun) before")

    let whole = ScratchFolder()
    try run("\(begin); \(passes)=\(kept)", "\(passes)=1; save end.safetensors; save end.ddpm", in: whole)
    #expect(folder.text("end.ddpm") == whole.text("end.ddpm") && !whole.text("end.ddpm").isEmpty)
    #expect(arrays(in: folder.bytes("end.safetensors")) == arrays(in: whole.bytes("end.safetensors")))
    let (last, lastWhole) = (try record(of: folder, fromEnd: 3), try record(of: whole, fromEnd: 3))
    #expect(last == lastWhole)
    #expect(keptFiles == [])
  }

  /// A file's arrays: all but its header, where the journal stands.
  private func arrays(in file: [UInt8]) -> ArraySlice<UInt8> {
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    return file.dropFirst(8 + length)
  }

  private func record(of folder: ScratchFolder, fromEnd: Int) throws -> JSON {
    try Array(JSON.lines(folder.text("record.jsonl")).suffix(fromEnd))[0].dropping([
      "seconds", "imagesPerSecond", "cell", "source",
    ])
  }

  /// A script that fails or is asked to end keeps what it learnt, and says so.
  @Test func scriptsThatAreCutShort() throws {
    let failed = try run("\(Self.data); model kmeans; train; sample", status: 1)
    #expect(failed.errors.hasSuffix("the session is kept: ddpm-repl -i -c 'recover 1' goes on with it\n"))
    let ended = try kill(
      "\(Self.data); \(Self.fast); train rounds=100000", after: "\n    2 ", by: SIGTERM)
    #expect(ended.status == 130 && ended.errors.contains("the session is kept: "))
    // The latest first; the one that runs is none of them.
    let list = try run("\(Self.data); model kmeans; recover", status: 1)
    let rows = list.output.split(separator: "\n").suffix(2)
    #expect(rows.first!.contains("fast") && rows.last!.contains("kmeans"), "\(list.output)")
    #expect(rows.allSatisfy { $0.contains("strokes count=300") && $0.contains("a moment ago") })
    #expect(list.errors.contains("there are 2: say which, recover 1 for the latest"))
    // That one is the latest now. What was taken up and not saved stays; what was saved goes.
    try run("recover 3; status")
    #expect(keptFiles.count == 6)
    try run("recover 1; save k.safetensors")
    #expect(keptFiles.count == 4)
    #expect(try run("recover 3", status: 1).errors.contains("there is no session 3: expected a number from 1 to 2"))
    #expect(try run("status").output.contains("2 sessions were cut off, the last: "))
    #expect(try run("recover 1 drop=on").output == "forgotten: 1; 1 left\n")
    #expect(try run("recover drop=on").output == "forgotten: 1; 0 left\n")
    #expect(try run("recover", status: 1).errors.contains("there is no session to take up"))
    #expect(keptFiles == [])
  }

  /// What runs to its end leaves nothing behind, nor does what is not to be kept.
  @Test func whatIsDoneIsForgotten() throws {
    try run("\(Self.data); model kmeans; train")
    #expect(keptFiles == [])
    try run("set journal=off; \(Self.data); model kmeans; train; evaluat=1", status: 1)
    let off = try run("\(Self.data); model kmeans; train; set journal=off; seed 5; sample", status: 1)
    #expect(off.errors.hasSuffix("what the session has learnt is not kept\n"))
    #expect(keptFiles == [])
  }

  /// Where nothing can be kept, all else goes on.
  @Test func aFolderThatTakesNothing() throws {
    folder.write(".local", "no folder")
    let result = try run("\(Self.data); model kmeans; train; evaluate; save s.ddpm")
    // The session, and once the store of runs.
    #expect(result.errors.split(separator: "\n").count == 2)
    #expect(result.errors.hasPrefix("the session is not kept for recover: cannot write "))
    #expect(result.errors.contains("\nthe run is not kept: cannot write "))
    #expect(folder.text("s.ddpm").contains("train rounds=1"))
  }

  /// Damaged files are told of, and can be dropped.
  @Test func damagedFiles() throws {
    try run("\(Self.data); model kmeans; train; sample", status: 1)
    let state = try #require(keptFiles.first { $0.hasSuffix(".safetensors") })
    let place = ".local/state/ddpm-repl/sessions/\(state)"
    folder.write(place, Array(folder.bytes(place).prefix(100)))
    let result = try run("recover", status: 1)
    #expect(result.errors.contains("\(place): "), "\(result.errors)")
    #expect(try run("status").output.contains("unreadable"))
    #expect(try run("recover drop=on").output == "forgotten: 1; 0 left\n")
  }

  /// Killed anywhere, while it trains, writes pictures, tables, states and records: every file is whole, and the session
  /// comes back with all but what was running. The session that is killed never ends by itself; where a quick machine
  /// takes it past the twelve passes of the one that did, only those are compared. DDPM_KILLS says how often.
  @Test func killsAtAnyMoment() throws {
    let count = getenv("DDPM_KILLS").flatMap { Int(String(cString: $0)) } ?? 10
    let body =
      "train; evaluate; plot loss out=loss.png overwrite=on; save s.safetensors; save s.ddpm; save a.npz; "
      + "save a.csv overwrite=on; print ${evaluate.nmi}"
    let begin = "set journal=always; \(Self.data); model kmeans restarts=1; "
    let longest = ScratchFolder()
    try run(begin + "repeat 12 { \(body) }; save whole.ddpm", in: longest)
    let whole = longest.text("whole.ddpm").split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      .dropLast()
    var pauses = RandomSource(seed: 7).makeStream()
    for _ in 0..<count {
      let folder = ScratchFolder()
      let running = try Tool(in: folder).start([
        "--batch", "--no-rc", "--threads", "1", "--record", "record.jsonl", "-c", begin + "repeat 10000 { \(body) }",
      ])
      usleep(20_000 + UInt32(pauses.integer(below: 1_500_000)))
      running.send(SIGKILL)
      let result = running.wait()
      #expect(result.status != 0)
      let shown = result.output.split(separator: "\n").count { $0.hasPrefix("wrote s.safetensors") }
      // Whole lines only, and whole files.
      #expect(folder.text("record.jsonl").isEmpty || folder.text("record.jsonl").hasSuffix("}\n"))
      _ = try JSON.lines(folder.text("record.jsonl"))
      let picture = folder.bytes("loss.png")
      #expect(picture.isEmpty || picture.suffix(8).starts(with: Array("IEND".utf8)))
      if !folder.bytes("s.ddpm").isEmpty {
        let lines = folder.text("s.ddpm").split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        #expect(zip(whole, lines.dropLast()).allSatisfy(==))
        try run("cells s.ddpm", in: folder)
      }
      if !folder.bytes("s.safetensors").isEmpty { try run("restore s.safetensors", in: folder) }
      if !folder.bytes("a.npz").isEmpty {
        #expect(folder.bytes("a.npz").suffix(9).starts(with: Array("ddpm-repl".utf8)))
      }
      #expect(folder.bytes("a.csv").isEmpty || folder.text("a.csv").split(separator: "\n").count == 301)
      // Before there is a model there is nothing to lose.
      guard result.output.contains("kmeans: ") || shown > 0 else { continue }
      let recovered = try Tool(in: folder).run("--batch", "--no-rc", "-c", "recover; save back.ddpm")
      guard recovered.status == 0 else {
        // Killed between the model's line and its keeping.
        #expect(shown == 0 && recovered.errors.contains("there is no session to take up"), "\(recovered.errors)")
        continue
      }
      let lines = folder.text("back.ddpm").split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      #expect(zip(whole, lines.dropLast()).allSatisfy(==), "\(lines.joined(separator: "\n"))")
      #expect(lines.count { $0.hasPrefix("train ") } >= shown)
    }
  }
}

extension Substring {
  fileprivate var wholeNumber: Int? { Int(self) }
}
