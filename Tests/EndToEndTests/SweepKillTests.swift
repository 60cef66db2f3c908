import CSQLite
import Glibc
import TensorEngine
import TestSupport
import Testing

/// Sweeps that are killed, and several at a time in one store of runs.
@Suite struct SweepKillTests {
  private let folder = ScratchFolder()

  private static func store(in folder: ScratchFolder) -> String { "\(folder.path)/.local/share/ddpm-repl/runs.sqlite" }

  private func arguments(_ lines: [String]) -> [String] {
    ["--batch", "--no-rc", "--threads", "1"] + lines.flatMap { ["-c", $0] }
  }

  private func run(_ lines: String..., in folder: ScratchFolder) throws -> Tool.Result {
    let result = try Tool(in: folder).start(arguments(lines)).wait()
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  /// More than a pipe holds of which nobody reads: whatever prints it waits there.
  private static let wall = String(repeating: "wall ", count: 2_000)
  private static let tables = "table rows=restarts values=accuracy,nmi,ari format=csv; table rows=seed decimals=9"

  private static func sweep(_ seeds: String = "0,1", _ inside: String = "") -> String {
    """
    load strokes count=200
    sweep restarts=1,2,3 seed=\(seeds) {
      seed $seed
      model kmeans restarts=$restarts
      print before "\(inside)"
      train
      evaluate
      print after "\(inside)"
    }
    """
  }

  /// The lines from the sweep's table on.
  private func result(_ output: String) throws -> [Substring] {
    let lines = output.split(separator: "\n")
    let start = try #require(lines.lastIndex { $0.hasPrefix("restarts  seed") }, "no table in \(output.suffix(500))")
    return Array(lines[start...])
  }

  /// Killed in its third run, before it is scored or after, a sweep comes to the same tables when it is run again.
  @Test(arguments: ["before", "after"]) func aSweepKilledInItsThirdRun(word: String) throws {
    let script = Self.sweep("0,1", Self.wall)
    let whole = ScratchFolder()
    let expected = try result(try run(script, Self.tables, in: whole).output)

    // What is killed can come no further than the words of which the first are read.
    let reader = try PipedRun(Tool(in: folder), arguments([script]))
    try reader.read(until: "run 3 of 6")
    try reader.read(until: "\(word) wall")
    reader.kill()
    #expect(integrity(of: Self.store(in: folder)) == "ok")
    let again = try run(script, Self.tables, in: folder)
    #expect(again.output.contains("run 2 of 6: restarts=1 seed=1: as stored\n"))
    #expect(again.output.contains("run 3 of 6: restarts=2 seed=0\n"))
    #expect(try result(again.output) == expected)
    #expect(integrity(of: Self.store(in: folder)) == "ok")
  }

  /// Two sweeps of other runs, and two of the same, at once into one store: none is lost.
  @Test func twoSweepsAtOnce() throws {
    let seeds = ["0,1", "2,3", "0,1"]
    let alone = try seeds.map { seeds in try result(try run(Self.sweep(seeds), in: ScratchFolder()).output) }
    let together = try seeds.map { try Tool(in: folder).start(arguments([Self.sweep($0)])) }.map { $0.wait() }
    for (result, expected) in zip(together, alone) {
      #expect(result.status == 0 && result.errors == "", "\(result.errors)")
      #expect(try self.result(result.output) == expected)
    }
    #expect(integrity(of: Self.store(in: folder)) == "ok")
    let counted = try run("runs limit=100 columns=seed,restarts format=csv", in: folder)
    let rows = counted.output.split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").suffix(2).joined(separator: ",") }
    for seed in 0..<4 { for restarts in 1...3 { #expect(rows.contains("\(seed),\(restarts)")) } }
    // The third found some of the first's done, or did them as well.
    #expect((12...18).contains(rows.count), "\(rows)")
  }

  /// Killed at any moment, by what never ends of itself, the store is whole and holds all that was told of. DDPM_KILLS
  /// says how often.
  @Test func theStoreOutlivesKills() throws {
    let count = getenv("DDPM_KILLS").flatMap { Int(String(cString: $0)) } ?? 6
    let script =
      "load strokes count=50; sweep seed=0,1,2,3 { seed $seed; model kmeans restarts=1; train; "
      + "repeat 1000000 { evaluate; print scored } }"
    var pauses = RandomSource(seed: 11).makeStream()
    var told = 0
    for _ in 0..<count {
      let running = try Tool(in: folder).start(arguments([script]))
      try running.waitForOutput("scored")
      usleep(UInt32(pauses.integer(below: 200_000)))
      running.send(SIGKILL)
      let result = running.wait()
      #expect(result.status == 128 + SIGKILL)
      told += result.output.split(separator: "\n").count { $0 == "scored" }
      #expect(integrity(of: Self.store(in: folder)) == "ok")
      #expect(try number("SELECT count(*) FROM runs WHERE json_valid(results) AND json_valid(settings)") >= told)
    }
    #expect(try number("SELECT count(*) FROM runs WHERE key <> ''") == 0, "no run was whole")
    _ = try run("runs limit=3", in: folder)
  }

  // MARK: - The store's file

  private func integrity(of path: String) -> String { value("PRAGMA integrity_check", in: path) ?? "no answer" }

  private func number(_ query: String) throws -> Int {
    try #require(value(query, in: Self.store(in: folder)).flatMap { Int($0) }, "\(query)")
  }

  /// The first value that a query finds, as text.
  private func value(_ query: String, in path: String) -> String? {
    var database: OpaquePointer?
    defer { sqlite3_close(database) }
    guard sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, nil) == SQLITE_OK else { return nil }
    var statement: OpaquePointer?
    defer { sqlite3_finalize(statement) }
    guard sqlite3_prepare_v2(database, query, -1, &statement, nil) == SQLITE_OK, sqlite3_step(statement) == SQLITE_ROW
    else { return nil }
    return sqlite3_column_text(statement, 0).map { String(cString: $0) }
  }
}

/// A run whose output is a pipe of which only what is asked for is read: it waits for that.
private final class PipedRun {
  private let process: pid_t
  private let end: Int32
  private var seen = ""
  private let start = ContinuousClock.now

  init(_ tool: Tool, _ arguments: [String]) throws {
    var ends: [Int32] = [-1, -1]
    try #require(pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // <fcntl.h> shows F_SETPIPE_SZ to GNU sources only.
    _ = fcntl(ends[1], 1031, 4096)
    process = try tool.spawn(arguments) { actions in
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
      posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
      posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    close(ends[1])
    end = ends[0]
  }

  func read(until text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    var buffer = [UInt8](repeating: 0, count: 64)
    while !seen.contains(text) {
      var waited = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      let isReady = poll(&waited, 1, 60_000) > 0
      let count = isReady ? Glibc.read(end, &buffer, buffer.count) : 0
      try #require(count > 0, "never saw '\(text)' in \(seen.suffix(500))", sourceLocation: sourceLocation)
      // Of a text that is found only what follows it is looked through for the next.
      seen = String((seen + String(decoding: buffer[..<count], as: UTF8.self)).suffix(200_000))
    }
    seen = String(seen[seen.firstRange(of: text)!.upperBound...])
  }

  func kill() {
    Glibc.kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  deinit { close(end) }
}
