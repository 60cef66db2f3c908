import Session
import TestSupport
import Testing

/// The records' schema: readers rely on these names.
@Suite struct RecordTests {
  static let members: [(stage: Stage, line: String, results: Set<String>)] = [
    (.empty, "load strokes count=50", ["dataset", "count", "width", "height", "channels", "sha256"]),
    (.modelled, "describe", ["parameters", "layers"]),
    (.modelled, "pretrain", ["epochs"]),
    (.trained, "train", ["rounds"]),
    (.trained, "evaluate", ["accuracy", "nmi", "ari"]),
    (
      .trained, "plot tsne iterations=10 early=10",
      ["points", "klDivergence", "trustworthiness", "neighbourPreservation", "seconds"]
    ),
    (.trained, "sample count=1 steps=2", ["images", "steps", "imagesPerSecond"]),
  ]

  @Test(arguments: members)
  func names(stage: Stage, line: String, results: Set<String>) throws {
    let session = try TestSession(from: stage.state)
    let draws = line.hasPrefix("plot") || line.hasPrefix("sample")
    #expect(session.run(draws ? "\(line) out=\"\(session.folder.path)/a.png\"" : line) == .succeeded)
    let records = try session.records()
    #expect(records.count == 1)
    let record = records[0]
    #expect(
      record.keys == ["cell", "source", "command", "status", "seconds", "seed", "model", "results", "artifacts"])
    #expect(record["cell"] == .number(1))
    #expect(record["source"] == .string("test.ddpm:1"))
    #expect(record["status"] == .string("ok"))
    #expect(record["seconds"].number.map { $0 >= 0 } == true)
    #expect(record["results"].keys.isSuperset(of: results))
    #expect(results.allSatisfy { record["results"][$0] != .null })
    #expect(record["artifacts"].array.map(\.keys) == (draws ? [["path", "sha256"]] : []))
    // The command reads back as itself.
    let command = try #require(record["command"].string)
    let again = try TestSession(from: stage.state)
    #expect(again.run(command) == .succeeded)
    #expect(try again.records()[0]["command"].string == command)
    #expect(
      try again.records()[0].dropping(["seconds", "imagesPerSecond"])
        == record.dropping(["seconds", "imagesPerSecond"]))
  }

  @Test func rowsOfTraining() throws {
    let session = try TestSession(from: Stage.modelled.state)
    #expect(session.run("pretrain epochs=2; train rounds=2; describe") == .succeeded)
    let records = try session.records()
    let epochs = records[0]["results"]["epochs"].array
    #expect(epochs.map { $0["epoch"] } == [.number(1), .number(2)])
    #expect(epochs.allSatisfy { $0.keys == ["epoch", "loss", "imagesPerSecond"] })
    let rounds = records[1]["results"]["rounds"].array
    #expect(rounds.map { $0["round"] } == [.number(1), .number(2)])
    for round in rounds {
      #expect(
        round.keys == [
          "round", "loss", "reconstructionLoss", "priorLoss", "imagesPerSecond", "accuracy", "nmi", "occupancy",
        ])
      let loss = try #require(round["loss"].number)
      let parts = try #require(round["reconstructionLoss"].number) + (try #require(round["priorLoss"].number))
      #expect(abs(loss - parts) < 1e-3 * loss)
      let shares = round["occupancy"].array.compactMap(\.number)
      #expect(shares.count == 10 && abs(shares.reduce(0, +) - 1) < 1e-9)
    }
    let layers = records[2]["results"]["layers"].array
    #expect(layers.compactMap { $0["parameters"].number }.reduce(0, +) == records[2]["results"]["parameters"].number)
  }

  @Test func withoutLabelsScoresAreNull() throws {
    let session = try TestSession()
    let header: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 40, 0, 0, 0, 8, 0, 0, 0, 8]
    let path = session.folder.write("unlabelled-ubyte", header + (0..<2560).map { UInt8($0 * 7 % 251) })
    #expect(session.run("load \"\(path)\"; model fast channels=8") == .failed)
    #expect(session.errors.contains("no labels to count the clusters by") && session.errors.contains("clusters="))
    session.errors = ""
    #expect(session.run("model fast channels=8 clusters=3; pretrain; train; evaluate") == .succeeded)
    #expect(session.errors == "")
    let records = try session.records()
    let round = try #require(records[4]["results"]["rounds"].array.first)
    #expect(round.keys.contains("accuracy") && round["accuracy"] == .null && round["nmi"] == .null)
    let scores = records[5]["results"]
    #expect(scores.keys.isSuperset(of: ["accuracy", "nmi", "ari"]))
    #expect(["accuracy", "nmi", "ari"].allSatisfy { scores[$0] == .null })
    #expect(session.run("plot tsne color=label") == .failed)
    #expect(session.errors.contains("needs labels"))
  }
}
