import CSQLite
import Files
import Glibc
import JSONValues

/// The file of all scores that sessions found: an SQLite database with a row a run, for this program and any other.
///
/// Several sessions may add at once. Each run is added whole or not at all, whatever happens to the process.
public final class RunStore {
  public let path: String
  private let database: OpaquePointer

  /// Of the tables below; raised when another program could not make sense of them.
  private static let version = 1
  /// "ddpm", by which a database is known as ours.
  private static let applicationID = 0x6464_706D
  /// Milliseconds that a session waits for others.
  private static let patience: Int32 = 20_000

  private static let tables = """
    CREATE TABLE IF NOT EXISTS runs (
      number INTEGER PRIMARY KEY AUTOINCREMENT, time INTEGER NOT NULL, version TEXT NOT NULL, command TEXT NOT NULL,
      method TEXT NOT NULL, seed TEXT NOT NULL, dataset TEXT NOT NULL, sha256 TEXT NOT NULL, images INTEGER NOT NULL,
      epochs INTEGER NOT NULL, rounds INTEGER NOT NULL, seconds REAL NOT NULL, settings TEXT NOT NULL,
      results TEXT NOT NULL, script TEXT NOT NULL, key TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS runs_by_key ON runs (key) WHERE key <> '';
    CREATE VIEW IF NOT EXISTS scores AS SELECT number, datetime(time, 'unixepoch') AS time, dataset, method, seed,
      json_extract(results, '$.accuracy') AS accuracy, json_extract(results, '$.nmi') AS nmi,
      json_extract(results, '$.ari') AS ari FROM runs;
    """

  /// Opens the store at a path, which is made with the folders above it if it is missing; one that may only be read, such as
  /// a colleague's, for reading.
  ///
  /// - Throws: `RunStoreError`; `FileError` for a path that cannot be written.
  public init(path: String) throws {
    let place = try HomeFolder.expanding(path)
    let isReadOnly = access(place, R_OK) == 0 && access(place, W_OK) != 0
    if !isReadOnly {
      try FileWriter.check(path)
      try Folder.make(Folder.of(place), for: path)
    }
    self.path = path
    var opened: OpaquePointer?
    let mode = isReadOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    let code = sqlite3_open_v2(place, &opened, mode | SQLITE_OPEN_NOFOLLOW, nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "no memory"
      sqlite3_close(opened)
      throw RunStoreError.refused(file: path, reason: reason)
    }
    database = opened
    sqlite3_busy_timeout(database, Self.patience)
    try prepare()
  }

  deinit { sqlite3_close(database) }

  private func prepare() throws {
    let (id, version) = (try integer("PRAGMA application_id"), try integer("PRAGMA user_version"))
    if id == Self.applicationID, version == Self.version { return }
    // A database of somebody else's is not to get tables of ours.
    guard id == 0, version == 0, try integer("SELECT count(*) FROM sqlite_schema") == 0 || id == Self.applicationID
    else {
      throw id == Self.applicationID
        ? RunStoreError.version(file: path, found: version) : RunStoreError.foreign(file: path)
    }
    try execute("BEGIN IMMEDIATE")
    do {
      try execute(Self.tables)
      try execute("PRAGMA application_id = \(Self.applicationID); PRAGMA user_version = \(Self.version); COMMIT")
    } catch {
      sqlite3_exec(database, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  /// Adds a run with the script that led to it.
  ///
  /// - Returns: its number.
  /// - Throws: `RunStoreError`.
  @discardableResult
  public func add(_ run: StoredRun, script: String) throws -> Int {
    let statement = try Statement(
      """
      INSERT INTO runs (time, version, command, method, seed, dataset, sha256, images, epochs, rounds, seconds, settings,
        results, script, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number
      """, in: self)
    let values: [Statement.Value] = [
      .integer(run.time), .text(run.version), .text(run.command), .text(run.method), .text(run.seed),
      .text(run.dataset), .text(run.sha256), .integer(run.images), .integer(run.epochs), .integer(run.rounds),
      .real(run.seconds), .text(run.settings.description), .text(run.results.description), .text(script),
      .text(run.key),
    ]
    for (index, value) in values.enumerated() { statement.bind(value, at: index + 1) }
    var number = 0
    while try statement.step() { number = statement.integer(0) }
    return number
  }

  /// Which runs are wanted: those with one of the values of each list; nil stands for any.
  public struct Filter: Sendable {
    public var datasets: [String]?
    public var methods: [String]?
    public var commands: [String]?
    /// In seconds since 1970.
    public var since: Int?
    /// How many they are of.
    public var images: [Int]?
    public var key: String?
    public var number: Int?

    public init() {}

    /// Each with a place for every value.
    fileprivate var conditions: [(text: String, values: [Statement.Value])] {
      func among(_ column: String, _ values: [Statement.Value]) -> (String, [Statement.Value]) {
        ("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))", values)
      }
      return [
        datasets.map { among("dataset", $0.map { .text($0) }) }, methods.map { among("method", $0.map { .text($0) }) },
        commands.map { among("command", $0.map { .text($0) }) },
        images.map { among("images", $0.map { .integer($0) }) },
        since.map { ("time >= ?", [.integer($0)]) }, key.map { ("key = ?", [.text($0)]) },
        number.map { ("number = ?", [.integer($0)]) },
      ].compactMap(\.self)
    }
  }

  /// The runs that a filter lets through, the oldest first.
  ///
  /// - Parameter limit: how many of the latest.
  /// - Throws: `RunStoreError`.
  public func runs(_ filter: Filter = Filter(), limit: Int = Int(Int32.max)) throws -> [StoredRun] {
    let conditions = filter.conditions
    let statement = try Statement(
      "SELECT number, time, version, command, method, seed, dataset, sha256, images, epochs, rounds, seconds, settings, "
        + "results, key FROM runs"
        + (conditions.isEmpty ? "" : " WHERE " + conditions.map(\.text).joined(separator: " AND "))
        + " ORDER BY number DESC LIMIT \(limit)", in: self)
    for (index, value) in conditions.flatMap(\.values).enumerated() { statement.bind(value, at: index + 1) }
    var runs: [StoredRun] = []
    while try statement.step() { runs.append(try run(statement)) }
    return runs.reversed()
  }

  private func run(_ row: Statement) throws -> StoredRun {
    func object(_ column: Int32) throws -> JSONObject {
      guard let object = try? JSONValue(parsing: row.text(column).utf8).object else {
        throw RunStoreError.damaged(file: path, number: row.integer(0))
      }
      return object
    }
    var run = StoredRun(
      time: row.integer(1), version: row.text(2), command: row.text(3), method: row.text(4),
      settings: try object(12), seed: row.text(5), dataset: row.text(6), sha256: row.text(7), images: row.integer(8),
      epochs: row.integer(9), rounds: row.integer(10), seconds: row.real(11), results: try object(13),
      key: row.text(14))
    run.number = row.integer(0)
    return run
  }

  /// The script that led to a run; nil if there is none of that number.
  public func script(_ number: Int) throws -> String? {
    let statement = try Statement("SELECT script FROM runs WHERE number = ?", in: self)
    statement.bind(.integer(number), at: 1)
    return try statement.step() ? statement.text(0) : nil
  }

  /// Gives runs a key.
  public func set(key: String, of numbers: [Int]) throws {
    for number in numbers {
      let statement = try Statement("UPDATE runs SET key = ? WHERE number = ?", in: self)
      statement.bind(.text(key), at: 1)
      statement.bind(.integer(number), at: 2)
      while try statement.step() {}
    }
  }

  /// How many runs there are.
  public func count() throws -> Int { try integer("SELECT count(*) FROM runs") }

  // MARK: - SQLite

  private func execute(_ commands: String) throws(RunStoreError) {
    guard sqlite3_exec(database, commands, nil, nil, nil) == SQLITE_OK else { throw failure }
  }

  private func integer(_ query: String) throws -> Int {
    let statement = try Statement(query, in: self)
    return try statement.step() ? statement.integer(0) : 0
  }

  private var failure: RunStoreError { .refused(file: path, reason: String(cString: sqlite3_errmsg(database))) }

  /// A query on its way.
  fileprivate final class Statement {
    enum Value {
      case integer(Int)
      case real(Double)
      case text(String)
    }

    private let store: RunStore
    private var statement: OpaquePointer?

    init(_ query: String, in store: RunStore) throws(RunStoreError) {
      self.store = store
      guard sqlite3_prepare_v2(store.database, query, -1, &statement, nil) == SQLITE_OK else { throw store.failure }
    }

    deinit { sqlite3_finalize(statement) }

    func bind(_ value: Value, at index: Int) {
      switch value {
      case .integer(let value): sqlite3_bind_int64(statement, Int32(index), Int64(value))
      case .real(let value): sqlite3_bind_double(statement, Int32(index), value)
      case .text(let text): _ = ddpm_bind_text(statement, Int32(index), text, Int32(text.utf8.count))
      }
    }

    /// Goes to the next row; false if there is none.
    func step() throws(RunStoreError) -> Bool {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: return true
      case SQLITE_DONE: return false
      default: throw store.failure
      }
    }

    func integer(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }
    func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }
    func text(_ column: Int32) -> String { sqlite3_column_text(statement, column).map { String(cString: $0) } ?? "" }
  }
}

/// What is wrong with the store of runs.
public enum RunStoreError: Error, Equatable, CustomStringConvertible {
  /// SQLite's own words.
  case refused(file: String, reason: String)
  /// A database of another program.
  case foreign(file: String)
  case version(file: String, found: Int)
  case damaged(file: String, number: Int)

  public var description: String {
    switch self {
    case .refused(let file, let reason):
      "the store of runs \(file) cannot be used: \(reason); name another with --runs, or set runs=off"
    case .foreign(let file):
      "\(file): expected a store of runs or an empty file, found another program's database; name another with --runs"
    case .version(let file, let found):
      "\(file): expected a store of runs of version 1, found version \(found): use the program that wrote it, or name "
        + "another with --runs"
    case .damaged(let file, let number):
      "\(file): expected JSON in the settings and results of run \(number), found something else; it was changed by hand"
    }
  }
}
