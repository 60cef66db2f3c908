import CommandLanguage
import JSONValues
import RunStore

/// What a run of a sweep came to that was run aside, in this process or one of its own: all that its own session would
/// have shown, recorded, stored and noted.
struct RunReport {
  enum Shown {
    case result(String)
    case note(String)
  }

  var shown: [Shown] = []
  var records: [JSONObject] = []
  var scores: [(run: StoredRun, script: String)] = []
  /// What the journal got.
  var entries: [JournalEntry] = []
  /// How many it had before.
  var firstEntry = 0
  var changes = 0
  /// The last score; nil if there was none.
  var lastScore: JSONObject?
  var hasFailed = false
  var isInterrupted = false
  var seconds = 0.0

  /// Adds what came after.
  mutating func append(_ later: RunReport) {
    shown += later.shown
    records += later.records
    scores += later.scores
    (entries, firstEntry) = (entries + later.entries, entries.isEmpty ? later.firstEntry : firstEntry)
    changes += later.changes
    lastScore = later.lastScore ?? lastScore
    hasFailed = hasFailed || later.hasFailed
    isInterrupted = isInterrupted || later.isInterrupted
    seconds += later.seconds
  }
}

// MARK: - As JSON

extension RunReport {
  var json: JSONValue {
    .object([
      "shown": .array(
        shown.map {
          switch $0 {
          case .result(let text): ["result": .string(text)]
          case .note(let text): ["note": .string(text)]
          }
        }),
      "records": .array(records.map { .object($0) }),
      "scores": .array(scores.map { ["run": .object($0.run.json), "script": .string($0.script)] }),
      "entries": .array(entries.map(\.json)), "firstEntry": .integer(firstEntry), "changes": .integer(changes),
      "lastScore": lastScore.map { .object($0) } ?? .null, "hasFailed": .bool(hasFailed),
      "isInterrupted": .bool(isInterrupted), "seconds": .number(seconds),
    ])
  }

  /// The report that was written so; nil for anything else.
  init?(json: JSONValue) {
    guard let json = json.object, let shown = json["shown"]?.array, let records = json["records"]?.array,
      let scores = json["scores"]?.array, let entries = json["entries"]?.array,
      let firstEntry = json["firstEntry"]?.integer, let changes = json["changes"]?.integer,
      case .bool(let hasFailed)? = json["hasFailed"],
      case .bool(let isInterrupted)? = json["isInterrupted"], let seconds = json["seconds"]?.number
    else { return nil }
    self.shown = shown.compactMap { event in
      event.object?["result"]?.string.map { .result($0) } ?? event.object?["note"]?.string.map { .note($0) }
    }
    self.records = records.compactMap(\.object)
    self.scores = scores.compactMap { score in
      guard let run = score.object?["run"]?.object.flatMap(StoredRun.init), let script = score.object?["script"]?.string
      else { return nil }
      return (run, script)
    }
    self.entries = entries.compactMap { JournalEntry(json: $0) }
    (self.firstEntry, self.changes, self.seconds) = (firstEntry, changes, seconds)
    (self.hasFailed, self.isInterrupted) = (hasFailed, isInterrupted)
    lastScore = json["lastScore"]?.object
    guard self.scores.count == scores.count, self.entries.count == entries.count else { return nil }
  }
}

extension StoredRun {
  fileprivate var json: JSONObject {
    [
      "time": .integer(time), "version": .string(version), "command": .string(command), "method": .string(method),
      "settings": .object(settings), "seed": .string(seed), "dataset": .string(dataset), "sha256": .string(sha256),
      "images": .integer(images), "epochs": .integer(epochs), "rounds": .integer(rounds), "seconds": .number(seconds),
      "results": .object(results),
    ]
  }

  fileprivate init?(_ json: JSONObject) {
    guard let time = json["time"]?.integer, let version = json["version"]?.string,
      let command = json["command"]?.string, let method = json["method"]?.string,
      let settings = json["settings"]?.object, let seed = json["seed"]?.string,
      let dataset = json["dataset"]?.string, let sha256 = json["sha256"]?.string,
      let images = json["images"]?.integer, let epochs = json["epochs"]?.integer,
      let rounds = json["rounds"]?.integer, let seconds = json["seconds"]?.number,
      let results = json["results"]?.object
    else { return nil }
    self.init(
      time: time, version: version, command: command, method: method, settings: settings, seed: seed,
      dataset: dataset, sha256: sha256, images: images, epochs: epochs, rounds: rounds, seconds: seconds,
      results: results)
  }
}

extension JournalEntry {
  var json: JSONValue {
    switch self {
    case .markdown(let title, let text): ["title": .string(title), "text": .string(text)]
    case .command(let run): .object(run.json)
    }
  }

  init?(json: JSONValue) {
    guard let json = json.object else { return nil }
    if let title = json["title"]?.string, let text = json["text"]?.string {
      self = .markdown(title: title, text: text)
    } else if let run = CommandRun(json) {
      self = .command(run)
    } else {
      return nil
    }
  }
}

extension CommandRun {
  /// All that a journal needs of it: what it printed is not.
  fileprivate var json: JSONObject {
    var json: JSONObject = [
      "given": .string(call.text), "cell": .integer(call.cell), "cellTitle": .string(call.cellTitle),
      "asked": .string(asked), "command": .string(text), "seconds": .number(seconds), "isChange": .bool(isChange),
      "loops": .array(loopsTakenBack.map { [.integer($0.lowerBound), .integer($0.upperBound)] }),
      "results": .object(results),
      "artifacts": .array(artifacts.map { [.string($0.path), .string($0.sha256)] }),
    ]
    if let saved { json["saved"] = .string(saved) }
    if case .ok = status {} else { json["ended"] = "early" }
    return json
  }

  fileprivate init?(_ json: JSONObject) {
    guard let given = json["given"]?.string, let cell = json["cell"]?.integer,
      let cellTitle = json["cellTitle"]?.string, let asked = json["asked"]?.string,
      let text = json["command"]?.string, let seconds = json["seconds"]?.number,
      case .bool(let isChange)? = json["isChange"], let loops = json["loops"]?.array,
      let results = json["results"]?.object, let artifacts = json["artifacts"]?.array
    else { return nil }
    self.init(
      CommandCall(SourceText(name: "sweep", text: given), cell: cell, cellTitle: cellTitle), asked: asked)
    (self.text, self.seconds, self.isChange, self.results) = (text, seconds, isChange, results)
    saved = json["saved"]?.string
    if json["ended"] != nil { status = .interrupted(isKept: true) }
    for loop in loops {
      guard let low = loop.array?.first?.integer, let high = loop.array?.last?.integer, low <= high else { return nil }
      loopsTakenBack.append(low..<high)
    }
    for artifact in artifacts {
      guard let path = artifact.array?.first?.string, let sha256 = artifact.array?.last?.string else { return nil }
      self.artifacts.append(Artifact(path: path, sha256: sha256))
    }
  }
}

// MARK: - Numbers that JSON has no words for

extension JSONValue {
  /// The value with NaN and infinities as objects, which `received` turns back.
  var sent: JSONValue {
    switch self {
    case .number(let number) where !number.isFinite: [Self.sign: .string("\(number)")]
    case .array(let values): .array(values.map(\.sent))
    case .object(let object): .object(JSONObject(object.members.map { ($0.name, $0.value.sent) }))
    default: self
    }
  }

  var received: JSONValue {
    switch self {
    case .array(let values): return .array(values.map(\.received))
    case .object(let object):
      if let number = object[Self.sign]?.string.flatMap(Double.init) { return .number(number) }
      return .object(JSONObject(object.members.map { ($0.name, $0.value.received) }))
    default: return self
    }
  }

  private static let sign = "not a finite number"
}
