import CommandLanguage
import RunStore
import Session
import TestSupport
import Testing

/// Scores are kept with what led to them, and tables are made of them.
@Suite struct RunsTests {
  private func session() throws -> TestSession {
    let session = try TestSession()
    let status = session.run(
      "load strokes count=120; for s in 0 1 2 { seed $s; model kmeans restarts=1 clusters=10; train; evaluate }; "
        + "seed 0; model gmm restarts=1 iterations=5 floor=0.01; train; evaluate; evaluate")
    #expect(status == .succeeded, "\(session.errors)")
    session.output = ""
    return session
  }

  @Test func everyScoreIsKept() throws {
    let session = try session()
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.method) == ["kmeans", "kmeans", "kmeans", "gmm", "gmm"])
    #expect(runs.map(\.seed) == ["0", "1", "2", "0", "0"])
    #expect(runs[0].images == 120 && runs[0].rounds == 1 && runs[0].sha256 == session.state.dataset?.sha256)
    #expect(runs[3].number("floor") == 0.01 && runs[3]["name"] == nil && runs[0].seconds > 0)
    let recorded = try session.records().filter { $0["command"].string?.hasPrefix("evaluate") == true }
    #expect(runs.map { $0.number("accuracy") } == recorded.map { $0["results"]["accuracy"].number })
    // The script leads there.
    #expect(session.run("runs script 2") == .succeeded)
    let again = try TestSession()
    #expect(again.run(session.output) == .succeeded)
    #expect(try again.records().last?["results"]["accuracy"].number == runs[1].number("accuracy"))
  }

  @Test func whatIsRunAsideIsNoRun() throws {
    let session = try TestSession()
    let path = "\(session.folder.path)/s.ddpm"
    #expect(
      session.run("load strokes count=120; model kmeans restarts=1; train; evaluate; save \"\(path)\"") == .succeeded)
    #expect(session.run("verify \"\(path)\"; set runs=off; evaluate; runs") == .succeeded, "\(session.errors)")
    #expect(try session.records().last?["results"]["count"].number == 1)
  }

  @Test func runsWithoutAccuracyShowWhatTheyHave() throws {
    let session = try TestSession()
    #expect(session.run("load strokes count=120; knn k=3,5 space=pixels; runs format=csv") == .succeeded)
    let lines = session.output.split(separator: "\n").suffix(2)
    #expect(lines.first == "run,when,dataset,method,seed,epochs,rounds,3,5" && lines.last?.contains("pixels") == true)
    session.output = ""
    #expect(session.run("table rows=method values=3,5 command=knn format=csv") == .succeeded, "\(session.errors)")
    #expect(session.output.hasPrefix("method,3,5\npixels,0."), "\(session.output)")
    #expect(session.run("runs columns=accuracy") == .failed)
    #expect(session.errors.contains("no run has 'accuracy'"))
  }

  @Test func namesAreCompleted() {
    let table = CommandTable(sessionCommands)
    #expect(table.completion(of: "table method=kmeans,uma", variables: []).words == ["umap"])
    #expect(table.completion(of: "plot runs dataset=coi", variables: []).words == ["coil20"])
    #expect(table.completion(of: "runs command=eva", variables: []).words == ["evaluate"])
  }

  @Test func lists() throws {
    let session = try session()
    #expect(session.run("runs method=kmeans columns=seed,accuracy,restarts limit=2") == .succeeded, "\(session.errors)")
    let lines = session.output.split(separator: "\n")
    #expect(lines.count == 3 && lines[0].hasSuffix("seed  accuracy  restarts"), "\(session.output)")
    #expect(session.run("runs show 4") == .succeeded)
    #expect(session.output.contains("gmm") && session.output.contains("floor 0.01"))
    session.output = ""
    #expect(session.run("runs since=1h method=none") == .succeeded)
    #expect(session.output == "no runs of that kind\n")
    for line in [
      "runs dataset=none", "runs dataset=none,nothing images=120,1", "runs images=121", "runs command=train",
      "runs since=2999-01-01",
    ] {
      session.output = ""
      #expect(session.run(line) == .succeeded && session.output == "no runs of that kind\n")
    }
    session.output = ""
    #expect(session.run("runs dataset=none,strokes command=evaluate images=1,120 since=1w format=csv") == .succeeded)
    #expect(session.output.split(separator: "\n").count == 6)
    for (line, message) in [
      ("runs columns=acuracy", "no run has 'acuracy' (did you mean 'accuracy'?)"),
      ("runs show 9", "there is no run 9"),
      ("runs since=soon", "since needs a time such as 90m, 12h, 2d, 1w or 2024-05-31"),
      ("table dataset=none", "there are no runs of that kind"), ("plot runs y=sha256", "'sha256' is a number in none"),
    ] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(session.errors.contains(message), "\(session.errors)")
    }
  }

  /// How the data were drawn has names of its own: a mixture's overlap is another.
  @Test func drawnSetsAreSettings() throws {
    let session = try TestSession()
    #expect(
      session.run(
        "for x in 0 0.5 { load strokes count=120 overlap=$x tails=3; model gmm restarts=1 iterations=5 floor=0.01; train; "
          + "evaluate }; table rows=data.overlap columns=dataset values=accuracy format=csv") == .succeeded,
      "\(session.errors)")
    let lines = session.output.split(separator: "\n").suffix(3)
    #expect(lines.first! == "data.overlap,strokes tails=3 overlap=0,strokes tails=3 overlap=0.5")
    #expect(lines.dropFirst().map { $0.prefix(4) } == ["0,0.", "0.5,"])
  }

  /// Mean and standard deviation over seeds, a run that was scored twice counting once.
  @Test func tables() throws {
    let session = try session()
    let accuracies = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs().compactMap {
      $0.number("accuracy")
    }
    let mean = accuracies[..<3].reduce(0, +) / 3
    let deviation = (accuracies[..<3].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
    func rounded(_ value: Double) -> String {
      let digits = Int((value * 1000).rounded())
      return "\(digits / 1000)." + String("\(digits % 1000 + 1000)".dropFirst())
    }
    #expect(session.run("table values=accuracy decimals=3") == .succeeded, "\(session.errors)")
    let lines = session.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      lines == [
        "method accuracy", "kmeans \(rounded(mean)) ± \(rounded(deviation)) (3)", "gmm \(rounded(accuracies[3])) (1)",
      ])
    session.output = ""
    #expect(session.run("table columns=dataset values=accuracy,nmi format=latex") == .succeeded)
    #expect(
      session.output.contains(" & \\multicolumn{2}{c}{strokes} \\\\\n\\cmidrule(lr){2-3}\nmethod & accuracy & nmi ")
        && session.output.contains(" $\\pm$ "))
    session.output = ""
    #expect(session.run("table rows=seed values=accuracy method=kmeans format=csv") == .succeeded)
    #expect(session.output.split(separator: "\n").count == 4)
  }

  @Test func curves() throws {
    let session = try session()
    let path = "\(session.folder.path)/runs.png"
    #expect(session.run("plot runs x=seed y=accuracy,nmi by=method out=\"\(path)\"") == .succeeded, "\(session.errors)")
    #expect(!session.folder.bytes("runs.png").isEmpty)
    #expect(try session.records().last?["results"]["runs"].number == 4)
    for (options, count) in [("method=gmm", 1.0), ("dataset=strokes since=1d command=evaluate", 4), ("x=rounds", 4)] {
      let x = options.hasPrefix("x=") ? "" : "x=seed"
      #expect(session.run("plot runs \(x) \(options) out=\"\(path)\" style=column") == .succeeded, "\(session.errors)")
      #expect(try session.records().last?["results"]["runs"].number == count)
    }
    // A saved session goes to others, who have other runs.
    #expect(!session.commands.contains { $0.hasPrefix("plot runs") })
  }

  @Test func aStoreThatCannotBeUsed() throws {
    let session = try TestSession()
    session.folder.write("text", String(repeating: "no database ", count: 100))
    var notes: [String] = []
    session.runner.ledger = RunLedger(path: "\(session.folder.path)/text") { notes.append($0) }
    #expect(session.run("load strokes count=120; model kmeans restarts=1; train; evaluate; evaluate") == .succeeded)
    #expect(notes.count == 1 && notes[0].hasPrefix("the run is not kept: the store of runs "), "\(notes)")
    #expect(session.run("runs") == .failed && session.errors.contains("name another with --runs"))
  }

  /// A mean over other things than seeds is said to be one.
  @Test func tablesSayWhatTheyAverage() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(
      session.run("for r in 1,2 { for s in 0,1 { seed $s; baseline kmeans restarts=$r } }; table values=accuracy")
        == .succeeded, "\(session.errors)")
    #expect(
      session.output.hasSuffix("differ in restarts: rows=method,restarts tells them apart\n"), "\(session.output)")
    #expect(session.run("table rows=method,restarts values=accuracy") == .succeeded, "\(session.errors)")
    #expect(session.run("table rows=method columns=restarts values=accuracy") == .succeeded, "\(session.errors)")
    #expect(session.run("table values=accuracy format=csv") == .succeeded, "\(session.errors)")
    #expect(session.output.ranges(of: "tells them apart").count == 1)
    let folder = session.folder.path
    #expect(
      session.run(
        "table values=accuracy format=markdown out=\"\(folder)/t.tex\"; plot runs x=seed y=accuracy out=\"\(folder)/r.svg\""
      ) == .succeeded,
      "\(session.errors)")
    #expect(session.output.contains("\n<!-- some cells hold several runs of one seed, which differ in restarts: "))
    #expect(session.output.contains("\nsome points are means over runs of one seed, which differ in restarts: by= "))
    #expect(
      session.folder.text("t.tex").hasSuffix(
        "\n% some cells hold several runs of one seed, which differ in "
          + "restarts: rows=method,restarts tells them apart\n"))
    #expect(
      session.run("load strokes count=60; seed 0; baseline kmeans restarts=1; table rows=restarts values=accuracy")
        == .succeeded, "\(session.errors)")
    #expect(session.output.hasSuffix("differ in images: rows=restarts,images tells them apart\n"), "\(session.output)")
  }

  /// A score of a part of the images is another one, of as many images as it has.
  @Test func splitsAreToldApart() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(
      session.run(
        "model kmeans restarts=1; train; evaluate; evaluate split=test; baseline kmeans restarts=1 split=train")
        == .succeeded, "\(session.errors)")
    let dataset = try #require(session.state.dataset)
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.images) == [dataset.count, dataset.count - dataset.trainCount, dataset.trainCount])
    session.output = ""
    #expect(session.run("table rows=split values=images,accuracy format=csv") == .succeeded, "\(session.errors)")
    let rows = session.output.split(separator: "\n").map { $0.split(separator: ",").prefix(2).joined(separator: ",") }
    #expect(
      rows == [
        "split,images", "all,\(runs[0].images).0000", "test,\(runs[1].images).0000", "train,\(runs[2].images).0000",
      ])
    #expect(session.run("table values=accuracy") == .succeeded)
    #expect(session.output.hasSuffix("differ in split: rows=method,split tells them apart\n"), "\(session.output)")
    session.output = ""
    #expect(session.run("runs split=train,test columns=split format=csv limit=1") == .succeeded, "\(session.errors)")
    #expect(session.output.split(separator: "\n").map { $0.split(separator: ",").last } == ["split", "train"])
    // Earlier versions kept how many images there were, and did not say which were scored.
    var old = runs[1]
    (old.results["split"], old.images) = (nil, dataset.count)
    #expect(old.text("split") == "part")
    old.results["images"] = .integer(dataset.count)
    #expect(old.text("split") == "all")
  }

  /// What another command finds again is no second sample; what was not asked for the last time still counts.
  @Test func theLastThatHasANumberCounts() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(
      session.run(
        "for k in 1 3 { knn k=$k space=pixels }; baseline kmeans restarts=1; model kmeans restarts=1; train; evaluate")
        == .succeeded, "\(session.errors)")
    session.output = ""
    #expect(session.run("table values=1,3 format=csv; table values=accuracy") == .succeeded, "\(session.errors)")
    let lines = session.output.split(separator: "\n")
    #expect(lines[1].hasPrefix("pixels,0.") || lines[1].hasPrefix("pixels,1."))
    #expect(!lines[1].hasSuffix(",") && lines.count == 6, "\(session.output)")
    #expect(!session.output.contains("(2)") && !session.output.contains("differ"))
  }
}
