import CommandLanguage
import JSONValues

/// The journal and the log of training as notes of a saved state: all that a saved script says, and no times.

extension Journal {
  /// A list of texts and commands; a command that begins a cell has the cell's title.
  var note: JSONValue {
    var cell = 0
    return .array(
      map { entry in
        switch entry {
        case .markdown(let title, let text):
          cell = 0
          return ["title": .string(title), "text": .string(text)]
        case .command(let run):
          let begins = run.call.cell != cell
          cell = run.call.cell
          return .object(run.note(begins: begins))
        }
      })
  }

  /// The entries of a note; nil if it is none. Their cells have numbers that no later one has.
  init?(note: JSONValue) {
    guard let entries = note.array else { return nil }
    self.init()
    var cell = 0
    var lastCell = 0
    for case .object(let entry) in entries {
      if let text = entry["text"]?.string, let title = entry["title"]?.string {
        append(.markdown(title: title, text: text))
        cell = 0
      } else {
        if entry["cell"] != nil {
          lastCell -= 1
          cell = lastCell
        }
        guard let run = CommandRun(entry, cell: cell) else { return nil }
        append(.command(run))
      }
    }
    guard count == entries.count else { return nil }
  }
}

extension CommandRun {
  fileprivate func note(begins: Bool) -> JSONObject {
    var note: JSONObject = ["command": .string(text), "asked": .string(asked), "given": .string(call.text)]
    if begins { note["cell"] = .string(call.cellTitle) }
    if let saved { note["saved"] = .string(saved) }
    // A command that failed stands in the journal only for what it kept.
    if case .ok = status {} else { note["ended"] = "early" }
    note["results"] = .object(results.withoutTimes)
    note["artifacts"] = .array(artifacts.map { ["path": .string($0.path), "sha256": .string($0.sha256)] })
    return note
  }

  fileprivate init?(_ note: JSONObject, cell: Int) {
    guard let text = note["command"]?.string, let asked = note["asked"]?.string, let given = note["given"]?.string,
      let results = note["results"]?.object, let files = note["artifacts"]?.array
    else { return nil }
    let saved = note["saved"]?.string
    // One command each, on a line of its own.
    guard ![text, saved ?? ""].contains(where: { $0.utf8.contains { $0 < 0x20 } }) else { return nil }
    let artifacts = files.compactMap { file -> Artifact? in
      guard let path = file.object?["path"]?.string, let sha256 = file.object?["sha256"]?.string else { return nil }
      return Artifact(path: path, sha256: sha256)
    }
    guard artifacts.count == files.count else { return nil }
    let source = SourceText(name: "restored", text: given)
    self.init(CommandCall(source, cell: cell, cellTitle: note["cell"]?.string ?? ""), asked: asked)
    (self.text, self.saved, self.results, self.artifacts) = (text, saved, results, artifacts)
    if note["ended"] != nil { status = .interrupted(isKept: true) }
  }
}

extension JSONObject {
  /// The object without what differs from run to run, at any depth.
  fileprivate var withoutTimes: JSONObject {
    JSONObject(
      members.filter { !SessionScript.unrepeatable.contains($0.name) }.map { ($0.name, $0.value.withoutTimes) })
  }
}

extension JSONValue {
  fileprivate var withoutTimes: JSONValue {
    switch self {
    case .array(let values): .array(values.map(\.withoutTimes))
    case .object(let object): .object(object.withoutTimes)
    default: self
    }
  }
}

extension TrainingLog {
  var note: JSONValue {
    var note: JSONObject = [
      "epochs": .array(epochs.map { ["number": .integer($0.number), "metrics": Self.numbers($0.metrics)] }),
      "rounds": .array(
        rounds.map { round in
          [
            "number": .integer(round.number), "metrics": Self.numbers(round.metrics),
            "accuracy": round.accuracy.map { .number($0) } ?? .null, "nmi": round.nmi.map { .number($0) } ?? .null,
            "occupancy": Self.numbers(round.occupancy),
          ]
        }),
      "merges": .array(merges.map { .integer($0) }),
      "findings": .array(findings.map { .string($0) }), "lossesBegin": .integer(lossesBegin),
    ]
    note["earlierDataset"] = earlierDataset.map { .string($0) }
    return .object(note)
  }

  /// The log of a note, of the same metrics; nil if it is none. Rates are not known any more.
  func reading(_ note: JSONValue) -> TrainingLog? {
    guard let note = note.object, let epochs = note["epochs"]?.array, let rounds = note["rounds"]?.array,
      let merges = note["merges"]?.array?.compactMap(\.integer),
      let findings = note["findings"]?.array?.compactMap(\.string), let lossesBegin = note["lossesBegin"]?.integer,
      (0...rounds.count).contains(lossesBegin)
    else { return nil }
    var log = self
    for epoch in epochs {
      guard let epoch = epoch.object, let number = epoch["number"]?.integer, let metrics = metrics(in: epoch) else {
        return nil
      }
      log.epochs.append(Epoch(number: number, metrics: metrics, imagesPerSecond: .nan))
    }
    for round in rounds {
      guard let round = round.object, let number = round["number"]?.integer, let metrics = metrics(in: round),
        let occupancy = Self.numbers(round["occupancy"])
      else { return nil }
      log.rounds.append(
        Round(
          number: number, metrics: metrics, imagesPerSecond: .nan, accuracy: round["accuracy"]?.number,
          nmi: round["nmi"]?.number, occupancy: occupancy))
    }
    (log.merges, log.findings, log.lossesBegin) = (merges, findings, lossesBegin)
    log.earlierDataset = note["earlierDataset"]?.string
    return log
  }

  private func metrics(in note: JSONObject) -> [Double]? {
    Self.numbers(note["metrics"]).flatMap { $0.count == metrics.count ? $0 : nil }
  }

  private static func numbers(_ values: [Double]) -> JSONValue { .array(values.map { .number($0) }) }

  private static func numbers(_ note: JSONValue?) -> [Double]? {
    guard let values = note?.array else { return nil }
    let numbers = values.compactMap(\.number)
    return numbers.count == values.count ? numbers : nil
  }
}
