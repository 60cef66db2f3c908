import CommandLanguage
import Glibc
import JSONValues
import Session
import TestSupport
import Testing

/// What commands found, as values of scripts; and records that start in the midst of a session.
@Suite struct ResultValueTests {
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// Runs every command, with every method that has results of its own, and holds what they gave against what they
  /// declare.
  @Test func commandsFindWhatTheyDeclare() throws {
    let session = try TestSession(keepsGoing: false)
    let folder = session.folder.path
    let cells = session.folder.write("cells.ddpm", "seed 1\n")
    // A set that is all there.
    mkdir("\(folder)/usps", 0o700)
    for name in IdxNames.all { session.folder.write("usps/\(name)", [0]) }
    func drawing(_ line: String) -> String { "\(line) out=\"\(folder)/a.png\"" }
    /// A network that takes little, and slow steps, so that no cluster is lost in it.
    func small(_ entry: CommandEntry) -> String {
      guard entry.parameters.contains(where: { $0.name == "width1" }) else { return "" }
      let isTree = entry.parameters.contains { $0.name == "raw-epochs" }
      return " width1=16 width2=16 rate=0.0001"
        + (isTree ? " raw-epochs=1 refinements=1 refinement-epochs=1" : " width3=32")
        + (isPretrained(entry) ? " pretraining-batch=40" : "")
    }
    /// Whether clusters are lost in it without some pretraining.
    func isPretrained(_ entry: CommandEntry) -> Bool { entry.parameters.contains { $0.name == "pretraining-batch" } }
    let models = session.runner.table.entries.filter { $0.verb.hasPrefix("model ") }.flatMap { entry in
      // Those with a network take long.
      guard entry.parameters.contains(where: { $0.name == "channels" }) else {
        return [entry.verb + small(entry)] + (isPretrained(entry) ? ["pretrain epochs=10"] : []) + ["train"]
          + (entry.verb == "model hc-mgan" ? [drawing("plot tree")] : [])
      }
      let side = ["model cifar10": 16, "model coil20": 64][entry.verb] ?? 28
      return ["load strokes count=120 size=\(side)", "\(entry.verb) channels=8", "load strokes count=120"]
    }
    let baselines = session.runner.table.entries.filter { $0.verb.hasPrefix("baseline ") }.map { entry in
      entry.verb + " pretraining=\(isPretrained(entry) ? 10 : 1) rounds=1" + small(entry)
    }
    let lines =
      [
        "datasets", "set data=\"\(folder)\"", "fetch usps", "load strokes count=120", "info", "seed 1", "undo", "redo",
        "cells \"\(cells)\"", "let a = 1",
        "show",
      ]
      + models
      + ["model fast channels=8 components=12 batch=40 rate=0.0001", "describe"]
      + ["pretrain", "train", "tighten epochs=1", "estep", "mstep", "model fast channels=8 components=12 batch=40"]
      + [
        "train", "merge", "merge 0,1", drawing("images"), "evaluate", "runs", "runs show 1", "runs script 1", "table",
        drawing("plot runs"), drawing("plot tsne iterations=10 early=10"),
      ]
      + baselines + ["knn k=3", "score count=20 steps=2"]
      + ["tsne iterations=10 early=10", drawing("plot pca"), drawing("replot")]
      + [drawing("plot loss"), drawing("plot confusion"), drawing("sample count=1 steps=2")]
      + [drawing("plot misclustered"), drawing("plot mixture"), drawing("plot schedule")]
      + ["plot loss out=\"\(folder)/b.png\"", drawing("plot panels last=2")]
      + [drawing("plot animation"), drawing("interpolate 1 2 count=2 steps=2"), drawing("vary 1 count=1 steps=2")]
      + [drawing("denoise steps=2 columns=2")]
      + [
        drawing("reconstruct count=2 steps=2"), "status", "history", "help", "clear", "set", "print a",
        "save \"\(folder)/s.ddpm\"",
      ]
      + ["run \"\(cells)\"", "rerun 1", "fit rounds=1 tightening=0"]
      + ["save \"\(folder)/s.safetensors\"", "restore \"\(folder)/s.safetensors\""]
      + ["restore \"\(folder)/s.safetensors\" weights=on", "train", "assign strokes count=20"]
    for line in lines { #expect(session.run(line) == .succeeded, "\(line): \(session.errors)") }
    for line in ["recover data=none", "recover drop=on"] {
      session.leaveKept()
      #expect(session.run(line) == .succeeded, "\(line): \(session.errors)")
    }
    #expect(session.run("restore \"\(folder)/s.safetensors\"; train") == .succeeded)
    // What can be split depends on what was found: the largest cluster has images at two places.
    let shares =
      session.state.results.names.isEmpty
      ? []
      : try #require(try session.records().last { $0["command"].string?.hasPrefix("evaluate") == true })["results"][
        "occupancy"
      ].array.compactMap(\.number)
    let largest = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    #expect(session.run("split \(largest)") == .succeeded, "\(session.errors)")
    // What verify finds it tells beside an error: a failed command has no results.
    session.folder.write("v.ddpm", "seed 1\n#= seed 1\n")
    #expect(session.run("verify \"\(folder)/v.ddpm\"") == .succeeded, "\(session.errors)")
    #expect(session.run("quit") == .succeeded)

    var given: [String: Set<String>] = [:]
    for case .ended(let run) in session.frontEnd.events {
      given[run.call.verb, default: []].formUnion(names(.object(run.results)))
    }
    for entry in session.runner.table.entries {
      let found = try #require(given[entry.verb], "\(entry.verb) was not run")
      if entry.results.contains(where: \.isAny) { continue }
      #expect(found == Set(entry.results.flatMap { leaves($0, "") }), "\(entry.verb)")
    }
  }

  private func names(_ value: JSONValue, _ prefix: String = "") -> Set<String> {
    switch value {
    case .object(let object):
      return object.members.reduce(into: []) {
        $0.formUnion(names($1.value, prefix.isEmpty ? $1.name : "\(prefix).\($1.name)"))
      }
    case .array(let values):
      if case .object? = values.first { return values.reduce(into: []) { $0.formUnion(names($1, prefix)) } }
      return [prefix]
    default: return [prefix]
    }
  }

  private func leaves(_ result: ResultName, _ prefix: String) -> [String] {
    result.parts.isEmpty ? [prefix + result.name] : result.parts.flatMap { leaves($0, "\(prefix)\(result.name).") }
  }

  @Test func printed() throws {
    let session = try TestSession(from: Stage.trained.state)
    let text = """
      print
      print "" a 1,2 'b  c'
      evaluate format=csv
      let best = ${evaluate.accuracy}
      print "accuracy ${evaluate.accuracy}" $best ${evaluate.images}
      """
    #expect(session.run(text) == .succeeded, "\(session.errors)")
    let accuracy = try #require(session.records()[2]["results"]["accuracy"].number)
    let lines = session.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "" && lines[1] == " a 1 2 b  c")
    // In full: the text reads back as the same number.
    let last = try #require(session.output.split(separator: "\n").last).split(separator: " ")
    #expect(last[0] == "accuracy" && Double(last[1]) == accuracy && last[2] == last[1] && last[3] == "120")
    // A list is one.
    session.output = ""
    #expect(session.run("train rounds=2; for share in ${train.occupancy} { print $share }") == .succeeded)
    let rounds = try #require(session.records().first { $0["results"].keys == ["rounds"] })["results"]["rounds"].array
    let shares = session.output.split(separator: "\n").suffix(10).map { Double($0) }
    #expect(shares == rounds[1]["occupancy"].array.map(\.number))
    // A saved session has the values in the place of the names.
    #expect(session.commands.contains("print \"accuracy \(last[1])\" \(last[1]) 120"))
    // Nothing in what is printed steers a terminal.
    session.output = ""
    session.run("print \"\u{1B}[31mred\"")
    #expect(!session.output.contains("\u{1B}"))
  }

  @Test func whatIsMissingFailsAtItsPlace() throws {
    let session = try TestSession()
    session.folder.write("x.npy", npy("|u1", "40, 8, 8", (0..<2560).map { UInt8($0 * 7 % 251) }))
    #expect(session.run("load \"\(session.folder.path)/x.npy\"; model kmeans clusters=2; train") == .succeeded)
    #expect(session.run("evaluate; print ${evaluate.images} ${evaluate.accuracy}") == .failed)
    #expect(session.errors.contains("the last command of its kind found nothing for 'evaluate.accuracy'"))
    #expect(session.errors.contains("^~~~~"))
    // A failed command leaves the results of the one before.
    #expect(session.run("evaluate split=test; seed 1") == .failed)
    #expect(session.run("print ${evaluate.images}") == .succeeded)
    #expect(session.output.hasSuffix("\n40\n"))
    // They stay when what led to them is taken back.
    #expect(session.run("train; undo; print ${train.inertia}") == .succeeded)
  }

  @Test func aRecordInTheMidst() throws {
    let session = try TestSession()
    let path = "\(session.folder.path)/later.jsonl"
    #expect(
      session.run("load strokes count=50; set record=\"\(path)\"; seed 5; model kmeans clusters=3; info") == .succeeded)
    let records = try JSON.lines(session.folder.text("later.jsonl"))
    #expect(records.map { $0["command"].string?.split(separator: " ").first } == ["set", "seed", "model", "info"])
    #expect(records.map { $0["seed"].number } == [0, 5, 5, 5])
    #expect(records[1]["model"] == .null)
    #expect(records[3]["model"]["name"] == .string("kmeans") && records[3]["model"]["clusters"] == .number(3))
    #expect(records[3]["model"]["restarts"].number != nil)
    // The other file has what came before.
    #expect(try session.records().count == 1)
    #expect(session.run("set") == .succeeded)
    #expect(session.output.hasSuffix("record=\(path)\n"))
    // A record goes on; it is no part of a saved session.
    let next = try TestSession(in: session.folder)
    #expect(next.run("set record=\"\(path)\"") == .succeeded)
    #expect(session.folder.text("later.jsonl").split(separator: "\n").count == 6)
    #expect(next.commands.isEmpty)
  }

  /// A script from a stranger can make a record, and extend one, but touch no other file.
  @Test func aRecordTakesNoOtherFile() throws {
    let session = try TestSession()
    let other = session.folder.write("notes.json", "{\"mine\": 1}\n")
    #expect(session.run("set record=\"\(other)\" keep-going=on") == .failed)
    #expect(session.errors.contains("holds something else than records"))
    #expect(session.folder.text("notes.json") == "{\"mine\": 1}\n" && !session.state.settings.keepsGoing)
    #expect(session.run("set record=\"\(session.folder.path)/.bashrc\"") == .failed)
    #expect(session.errors.contains("a path that ends in .jsonl, .json"))
    #expect(session.run("set record=\"\(session.folder.path)\"") == .failed)
    #expect(session.run("set record=\"\(session.folder.path)/none/\u{0}a.json\"") == .failed)
  }
}

/// The names of MNIST's files.
enum IdxNames {
  static let all = ["train", "t10k"].flatMap { ["\($0)-images-idx3-ubyte", "\($0)-labels-idx1-ubyte"] }
}
