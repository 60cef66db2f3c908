import Glibc
import JSONValues
import RunStore
import TestSupport
import Testing

/// The store of runs: what goes in comes out, and it is nobody else's file.
@Suite struct RunStoreTests {
  let folder = ScratchFolder()
  private var path: String { "\(folder.path)/deep/runs.sqlite" }

  private func run(_ seed: Int, method: String = "fast", time: Int = 1_000, _ accuracy: Double = 0.5) -> StoredRun {
    StoredRun(
      time: time, version: "1.0.0", command: "evaluate", method: method,
      settings: ["lambda": .number(0.1), "channels": [16, 32], "clusters": 10], seed: "\(seed)",
      dataset: "it's \"a\" set",
      sha256: "ab", images: 300, epochs: 1, rounds: 2, seconds: 1.5,
      results: ["accuracy": .number(accuracy), "nmi": .null, "knn": ["3": .number(0.9)]])
  }

  @Test func whatGoesInComesOut() throws {
    let store = try RunStore(path: path)
    #expect(try store.add(run(7, 1.0 / 3), script: "seed 7\n") == 1)
    #expect(try store.add(run(8), script: "") == 2)
    var wanted = run(7, 1.0 / 3)
    wanted.number = 1
    // From another opening, as another process would.
    let again = try RunStore(path: path)
    let runs = try again.runs()
    #expect(runs[0] == wanted && runs.map(\.number) == [1, 2])
    #expect(try again.script(1) == "seed 7\n" && again.script(3) == nil)
    #expect(runs[0].number("accuracy") == 1.0 / 3 && runs[0].number("lambda") == 0.1 && runs[0].number("knn.3") == 0.9)
    #expect(runs[0].text("nmi") == nil && runs[0].text("seed") == "7" && runs[0]["nothing"] == nil)
  }

  @Test func filters() throws {
    let store = try RunStore(path: path)
    for (seed, method, time) in [(0, "fast", 10), (1, "kmeans", 20), (2, "fast", 30)] {
      try store.add(run(seed, method: method, time: time), script: "")
    }
    var filter = RunStore.Filter()
    filter.methods = ["fast"]
    #expect(try store.runs(filter).map(\.seed) == ["0", "2"])
    filter.since = 20
    #expect(try store.runs(filter).map(\.seed) == ["2"])
    filter.datasets = ["another"]
    #expect(try store.runs(filter).isEmpty)
    var several = RunStore.Filter()
    (several.methods, several.images, several.since) = (["kmeans", "none", "fast"], [run(0).images, 7], 15)
    #expect(try store.runs(several).map(\.seed) == ["1", "2"])
    several.images = [7]
    #expect(try store.runs(several).isEmpty)
    #expect(try store.runs(limit: 2).map(\.seed) == ["1", "2"])
    try store.set(key: "k", of: [2, 3])
    var keyed = RunStore.Filter()
    keyed.key = "k"
    #expect(try store.runs(keyed).map(\.number) == [2, 3])
  }

  @Test func otherFilesAreLeftAlone() throws {
    folder.write("text", "no database, but a longer text than a hundred bytes\n" + String(repeating: "x", count: 200))
    #expect(throws: RunStoreError.self) { try RunStore(path: "\(folder.path)/text") }
    #expect(system("sqlite3 '\(folder.path)/other' 'create table a (b)' 2>/dev/null") == 0 || !hasSQLite)
    if hasSQLite {
      #expect(throws: RunStoreError.foreign(file: "\(folder.path)/other")) {
        try RunStore(path: "\(folder.path)/other")
      }
    }
    let store = try RunStore(path: path)
    try store.add(run(0), script: "")
    if hasSQLite {
      #expect(system("sqlite3 '\(path)' 'pragma user_version = 9' ") == 0)
      #expect(throws: RunStoreError.version(file: path, found: 9)) { try RunStore(path: path) }
      #expect(system("sqlite3 '\(path)' \"pragma user_version = 1; update runs set results = '{'\"") == 0)
      #expect(throws: RunStoreError.damaged(file: path, number: 1)) { try RunStore(path: path).runs() }
    }
  }

  /// What a colleague keeps may be looked at.
  @Test(.enabled(if: geteuid() != 0, "root may write all files")) func aStoreThatMayOnlyBeRead() throws {
    _ = try RunStore(path: path).add(run(7), script: "")
    #expect(chmod(path, 0o444) == 0 && chmod("\(folder.path)/deep", 0o555) == 0)
    defer { chmod("\(folder.path)/deep", 0o755) }
    let store = try RunStore(path: path)
    #expect(try store.runs().map(\.seed) == ["7"])
    #expect(throws: RunStoreError.self) { try store.add(run(8), script: "") }
  }

  private var hasSQLite: Bool { system("command -v sqlite3 > /dev/null") == 0 }

  /// Several at once lose nothing.
  @Test func manyWriters() async throws {
    let path = path
    _ = try RunStore(path: path)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<4 {
        let runs = (0..<25).map { run(100 * writer + $0) }
        group.addTask {
          let store = try RunStore(path: path)
          for run in runs { try store.add(run, script: "") }
        }
      }
      try await group.waitForAll()
    }
    #expect(Set(try RunStore(path: path).runs().map(\.seed)).count == 100)
  }
}
