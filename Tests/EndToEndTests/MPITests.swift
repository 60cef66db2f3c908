import Glibc
import TensorEngine
import TestSupport
import Testing

/// Training on several processes: the same bytes, and one clear end where one of them is lost.
@Suite(.enabled(if: MPIRun.isPossible, "there is no mpirun with mpicc in /usr/bin"), .serialized) struct MPITests {
  private let folder = ScratchFolder()
  private var run: MPIRun { MPIRun(folder: folder) }

  private static let isWhole = getenv("DDPM_MPI_WHOLE") != nil
  private static let kills = getenv("DDPM_MPI_KILLS").flatMap { Int(String(cString: $0)) } ?? 2

  /// Data and a network; `reference` learns nothing in so few of its usual steps.
  private func begin(_ model: String, count: Int = isWhole ? 2000 : 160) -> [String] {
    let options = Self.isWhole ? model == "reference" ? "batch=64 rate=0.0005" : "" : "batch=24 channels=8 rate=0.0001"
    return ["load strokes count=\(count)", "model \(model) lambda=0.001 \(options)"]
  }

  /// What a process is given that computes with its own instructions.
  private func arguments(_ set: InstructionSet, threads: Int, _ lines: [String]) -> [String] {
    ["--mpi", "--batch", "--no-rc", "--threads", "\(threads)", "--instructions", set.name]
      + lines.flatMap { ["-c", $0] }
  }

  /// The arrays and notes that a session saved.
  private func saved(_ name: String = "state.safetensors") -> [UInt8] { folder.bytes(name) }

  private static let cases: [(ranks: Int, threads: Int)] =
    isWhole ? [1, 2, 4, 8].flatMap { [($0, 1), ($0, 2)] } : [(1, 2), (2, 1), (4, 1)]

  @Test(arguments: isWhole ? ["fast", "reference"] : ["fast"]) func anyNumberOfProcesses(model: String) throws {
    let lines = begin(model) + ["pretrain", "train rounds=2", "save state.safetensors overwrite=on"]
    _ = try run.runAlone(lines)
    let expected = saved()
    #expect(!expected.isEmpty)
    for (ranks, threads) in Self.cases {
      var run = run
      run.threads = threads
      _ = try run.run(ranks, lines)
      #expect(saved() == expected, "\(ranks) processes of \(threads) threads")
    }
  }

  /// Every method with a network, its whole course and an embedding of what it makes of the images: what it draws and
  /// follows is the same for a part of a batch.
  @Test(arguments: [
    "autoencoder width1=16 width2=16 width3=32 batch=40 restarts=2 rate=0.0001; pretrain; train",
    "vade width1=16 width2=16 width3=32 batch=40 restarts=2 rate=0.0001; pretrain; train",
    "clustergan width1=4 width2=4 width3=16 batch=20 restarts=2 critic-steps=2; train",
    "gan-em width1=4 width2=4 width3=16 batch=20 encoder-steps=3 encoder-batch=20 passes=1; train",
    "vagan-gmm width1=4 width2=4 width3=16 batch=20 restarts=2 pretraining-batch=20; pretrain; train stop=1:3",
    "fast channels=8 batch=40 rate=0.0001; pretrain; estep; mstep; tighten epochs=2; estep",
  ]) func everyMethod(model: String) throws {
    let lines = ["load strokes count=700", "model \(model)"] + embedding + ["save state.safetensors overwrite=on"]
    _ = try run.runAlone(lines)
    let expected = saved()
    _ = try run.run(3, lines)
    #expect(!expected.isEmpty && saved() == expected)
  }

  /// Encoding and the search for neighbours are shared, what follows is not, however long it takes.
  private let embedding = [
    "tsne points=600 early=30 iterations=20", "tsne points=600 early=30 iterations=20 from=previous", "tsne add=all",
  ]

  @Test func aTrainingGoesOnOnOthers() throws {
    let save = "save state.safetensors overwrite=on"
    _ = try run.run(2, begin("fast") + ["pretrain", "train rounds=2", save])
    let expected = saved()
    _ = try run.run(4, begin("fast") + ["pretrain", "train", save])
    let first = saved()
    // The number of shards is the session's.
    _ = try run.run(3, ["restore state.safetensors", "train", save])
    let onThree = saved()
    folder.write("state.safetensors", first)
    _ = try run.runAlone(["restore state.safetensors", "train", save])
    #expect(saved() == onThree)
    #expect(try arrays(onThree) == arrays(expected))
  }

  /// A saved state without its notes, which hold the commands that led there.
  private func arrays(_ bytes: [UInt8]) throws -> ArraySlice<UInt8> {
    try #require(bytes.count > 8)
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    return bytes[(8 + length)...]
  }

  /// Encodings and votes of neighbours are shared, scores are those of one process.
  @Test func scoresAreThoseOfOne() throws {
    let lines = begin("fast") + ["train", "print scores", "evaluate more=on", "knn k=1,3,50", "knn k=2 space=pixels"]
    func scores(_ result: Tool.Result) throws -> Substring {
      try result.output[#require(result.output.range(of: "\nscores\n")).upperBound...]
    }
    let expected = try scores(run.runAlone(lines))
    #expect(expected.contains("training images") && expected.contains("accuracy"))
    #expect(try scores(run.run(3, lines)) == expected)
  }

  /// The first process alone shows and writes; a script that it saves gives the same without MPI.
  @Test func onlyTheFirstShowsAndWrites() throws {
    let temporary = ScratchFolder()
    var run = run
    run.variables["TMPDIR"] = temporary.path
    let result = try run.run(
      3, begin("fast") + ["train", "print once", "plot loss out=loss.png", "save session.ddpm"])
    #expect(result.output.split(separator: "\n").filter { $0 == "once" }.count == 1)
    #expect(folder.names.filter { !$0.hasPrefix(".") } == ["loss.png", "session.ddpm"])
    #expect(folder.text("session.ddpm").contains("\nset shards=8\n"))
    let replayed = try run.runAlone(["verify session.ddpm"])
    #expect(replayed.output.contains("all as it says"), "\(replayed.output)")
    #expect(temporary.names.filter { $0.hasPrefix("ddpm-repl") }.isEmpty)
  }

  /// What fails fails as it does alone, once, and leaves the processes together.
  @Test func errorsAreThoseOfOne() throws {
    let lines = (begin("fast") + ["set keep-going=on", "mstep", "pretrain", "print after"]).joined(separator: "; ")
    let result = try run.start(2, [lines]).wait()
    #expect(result.status == 1 && result.output.contains("\nafter\n") && result.output.contains("images/s"))
    #expect(result.errors.split(separator: "\n").filter { $0.contains("error: ") }.count == 1, "\(result.errors)")
    #expect(result.errors.contains("needs a mixture"), "\(result.errors)")
  }

  /// What computes differs from process to process, what comes of it does not.
  @Test(
    .enabled(if: InstructionSet.available.count > 1, "this processor has one instruction set only"),
    arguments: zip(InstructionSet.available, InstructionSet.available.dropFirst()))
  func instructionsMayDiffer(first: InstructionSet, second: InstructionSet) throws {
    let lines = begin("fast") + ["pretrain", "train", "save state.safetensors overwrite=on"]
    _ = try run.runAlone(lines)
    let expected = saved()
    let result = try run.start([
      (1, arguments(first, threads: 1, lines), Tool.path, folder.path),
      (1, arguments(second, threads: 2, lines), Tool.path, folder.path),
    ]).wait(limit: .seconds(300))
    #expect(result.status == 0, "\(result.errors)")
    #expect(!expected.isEmpty && saved() == expected)
  }

  // MARK: - What goes wrong

  @Test func otherDataAreNamed() throws {
    let others = ["there": ScratchFolder(), "elsewhere": ScratchFolder(), "nowhere": ScratchFolder()]
    for (name, seed) in [("there", UInt8(1)), ("elsewhere", 2)] { others[name]!.write("x.npy", npy(seed: seed)) }
    let arguments = [
      "--mpi", "--batch", "--no-rc", "--threads", "1", "-c", "load x.npy", "-c", "model fast clusters=2 batch=8", "-c",
      "train",
    ]
    for (name, words) in [("elsewhere", "other data"), ("nowhere", "failed there")] {
      let result = try run.start([
        (1, arguments, Tool.path, others["there"]!.path), (1, arguments, Tool.path, others[name]!.path),
      ]).wait()
      #expect(result.status == 1)
      #expect(result.errors.contains("rank 1 (") && result.errors.contains(words), "\(result.errors)")
    }
  }

  /// 24 images of 28×28 bytes.
  private func npy(seed: UInt8) -> [UInt8] {
    var header = "{'descr': '|u1', 'fortran_order': False, 'shape': (24, 28, 28), }"
    while (10 + header.utf8.count + 1) % 64 != 0 { header += " " }
    header += "\n"
    let count = header.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(header.utf8)
      + (0..<24 * 28 * 28).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ ($0 >> 5) &* Int(seed)) }
  }

  @Test func anotherProgramIsNamed() throws {
    folder.write(
      "stranger.c",
      """
      int ddpm_mpi_start(int *, int *, int *), ddpm_mpi_gather_bytes(const void *, int, void *), ddpm_mpi_test(int, int *);
      int ddpm_mpi_finish(void);
      static void tell(const char *text) {
        static char own[512], all[1024];
        for (int i = 0; i < 512; i++) own[i] = *text ? *text++ : 0;
        ddpm_mpi_gather_bytes(own, 512, all);
        for (int done = 0; !done;) ddpm_mpi_test(0, &done);
      }
      int main(void) {
        int a, b, c;
        ddpm_mpi_start(&a, &b, &c);
        tell("elsewhere");
        tell("0.0.1");
        return ddpm_mpi_finish();
      }
      """)
    try #require(MPIRun.compile(["-o", "stranger", "stranger.c", MPIRun.source], in: folder))
    let result = try run.start([
      (1, ["--mpi", "-c", "info"], Tool.path, folder.path), (1, [], "\(folder.path)/stranger", folder.path),
    ]).wait()
    #expect(result.status == 1 && result.errors.contains("rank 1 (elsewhere) runs another program"), "\(result.errors)")
    #expect(result.errors.contains("0.0.1"))
  }

  /// Of the same version, but made of other sources, as far as anybody can tell.
  @Test func anotherBuildIsNamed() throws {
    let copying = try Tool(in: folder).start(
      ["-c", "cp \"$0\" other-build && printf x >> other-build", Tool.path], program: "/bin/sh")
    #expect(copying.wait().status == 0)
    let other = "\(folder.path)/other-build"
    let arguments = ["--mpi", "--batch", "--no-rc", "-c", "print never"]
    let result = try run.start([(2, arguments, Tool.path, folder.path), (1, arguments, other, folder.path)]).wait()
    #expect(result.status != 0 && !result.output.contains("never"))
    #expect(result.errors.contains("rank 2 (") && result.errors.contains("another program"), "\(result.errors)")
    #expect(result.errors.ranges(of: ", build ").count == 2 && result.errors.ranges(of: "ddpm-repl: ").count == 1)
  }

  /// A process whose node lacks the library says so itself.
  @Test func theProcessWithoutTheLibraryIsNamed() throws {
    let arguments = ["--mpi", "--batch", "--no-rc", "-c", "print never"]
    let result = try run.start([
      (1, arguments, Tool.path, folder.path),
      (1, ["DDPM_MPI_LIBRARY=/nowhere/lib.so", Tool.path] + arguments, "/usr/bin/env", folder.path),
    ]).wait()
    #expect(result.status != 0 && !result.output.contains("never"))
    #expect(result.errors.contains("rank 1 (") && result.errors.contains("/nowhere/lib.so"), "\(result.errors)")
  }

  /// Processes that MPI does not join would each be a first.
  @Test func processesThatDoNotMeetAreNamed() throws {
    var run = run
    (run.variables["PMI_RANK"], run.variables["PMI_SIZE"]) = ("0", "3")
    let result = try run.startAlone(["--mpi", "--batch", "--no-rc", "-c", "print never"]).wait()
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(
      result.errors.contains("expected the 3 processes") && result.errors.contains("--mpi=pmix"), "\(result.errors)")
  }

  /// Ten seconds are enough on an idle machine; beside all other tests a process may wait that long for a processor.
  private static let limit: Duration = isWhole ? .seconds(10) : .seconds(40)

  private func endless(_ run: MPIRun, _ ranks: Int) throws -> Running {
    let running = try run.start(ranks, ["set journal=always"] + begin("fast", count: 160) + ["pretrain epochs=10000"])
    // An epoch is kept by then.
    while running.output.split(separator: "\n").filter({ $0.hasPrefix("    ") }).count < 2 {
      try #require(kill(running.process, 0) == 0, "\(running.errors)")
      usleep(20_000)
    }
    return running
  }

  /// The session that was cut off goes on, alone and on two processes, to the same.
  private func recover() throws {
    let save = "save state.safetensors overwrite=on"
    let result = try run.runAlone(["recover", save])
    #expect(result.output.contains("fast after"), "\(result.output)")
    let kept = saved()
    _ = try run.runAlone(["restore state.safetensors", "pretrain", save])
    let alone = saved()
    folder.write("state.safetensors", kept)
    _ = try run.run(2, ["restore state.safetensors", "pretrain", save])
    #expect(saved() == alone && alone != kept)
  }

  @Test(arguments: 0..<kills) func aProcessIsKilled(number: Int) throws {
    let ranks = 2 + number % 3
    let running = try endless(run, ranks)
    // Another process at another moment in each run.
    usleep(UInt32.random(in: 0..<300_000))
    let lost = Int.random(in: 0..<ranks)
    kill(try #require(run.process(ofRank: lost)), SIGKILL)
    let time = ContinuousClock.now
    let result = running.wait()
    #expect(result.status != 0 && ContinuousClock.now - time < Self.limit)
    #expect(result.errors.contains("rank \(lost)"), "\(result.errors)")
    try recover()
  }

  @Test(arguments: isWhole ? [0, 1, 2] : [1]) func aProcessHangs(lost: Int) throws {
    var run = run
    if !Self.isWhole { run.variables["DDPM_MPI_PATIENCE"] = "2" }
    let running = try endless(run, 3)
    kill(try #require(run.process(ofRank: lost)), SIGSTOP)
    let time = ContinuousClock.now
    let result = running.wait()
    #expect(result.status != 0 && ContinuousClock.now - time < Self.limit)
    #expect(result.errors.contains("rank \(lost) (") && result.errors.contains("not answered"), "\(result.errors)")
    try recover()
  }

  /// A process may be many times slower than the others wait: it answers between its shards.
  @Test(.enabled(if: InstructionSet.available.count > 1, "this processor has one instruction set only"))
  func theSlowAreNotTakenForLost() throws {
    var run = run
    run.variables["DDPM_MPI_PATIENCE"] = "1"
    let lines = ["set shards=64", "load strokes count=128", "model fast batch=128", "pretrain epochs=1"]
    let sets = InstructionSet.available
    let result = try run.start([
      (1, arguments(sets[0], threads: 1, lines), Tool.path, folder.path),
      (1, arguments(sets[sets.count - 1], threads: 1, lines), Tool.path, folder.path),
    ]).wait(limit: .seconds(300))
    #expect(result.status == 0, "\(result.errors)")
  }

  @Test func aWishToEndEndsAll() throws {
    let running = try endless(run, 3)
    kill(try #require(run.process(ofRank: 0)), SIGINT)
    let result = running.wait()
    #expect(result.status == 130, "\(result.errors)")
    #expect(result.errors.contains("recover"), "\(result.errors)")
    try recover()
  }
}

/// What needs no MPI.
@Suite struct WithoutMPITests {
  @Test func theLibraryThatIsMissingIsNamed() throws {
    var tool = Tool()
    tool.environment = ["DDPM_MPI_LIBRARY": "/nowhere/libddpm-mpi.so"]
    let result = try tool.run("--mpi", "-c", "info")
    #expect(result.status == 1 && result.output.isEmpty)
    #expect(result.errors.contains("/nowhere/libddpm-mpi.so") && result.errors.contains("make mpi"), "\(result.errors)")
  }

  @Test func shardsBeginASession() throws {
    let tool = Tool()
    for wrong in ["0", "4097", "-1"] {
      let result = try tool.run("--shards=\(wrong)", "-c", "info")
      #expect(result.status == 64 && result.errors.contains("1 to 4096"), "\(result.errors)")
    }
    let result = try tool.run("--batch", "--shards", "6", "-c", "set; load strokes count=20; save s.ddpm")
    #expect(result.output.contains("shards=6") && tool.folder.text("s.ddpm").contains("\nset shards=6\n"))
  }
}
