import Images
import Session
import TestSupport
import Testing

/// Figures of a trained model, and figures of figures.
@Suite struct FigureCommandTests {
  private func session() throws -> TestSession { try TestSession(from: Stage.trained.state) }

  private func out(_ session: TestSession, _ name: String) -> String { "out=\"\(session.folder.path)/\(name)\"" }

  private func lastResults(_ session: TestSession) throws -> JSON {
    try #require(try session.records().last)["results"]
  }

  // MARK: - Panels and animations

  @Test func figuresThatWereDrawnComeTogether() throws {
    let session = try session()
    let folder = session.folder.path
    let embedding = "iterations=10 early=10"
    #expect(session.run("plot tsne \(embedding) \(out(session, "a.png"))") == .succeeded, "\(session.errors)")
    #expect(
      session.run("plot tsne color=cluster \(out(session, "b.png")); plot loss \(out(session, "c.png"))") == .succeeded)
    // The last ones, and by name.
    #expect(session.run("plot panels \(out(session, "all.png"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["panels"] == .number(3))
    #expect(
      session.commands.last?.hasPrefix("plot panels \(folder)/a.png \(folder)/b.png \(folder)/c.png ") == true)
    #expect(session.run("plot panels last=2 columns=1 \(out(session, "two.png"))") == .succeeded)
    #expect(session.commands.last?.hasPrefix("plot panels \(folder)/b.png \(folder)/c.png columns=1") == true)
    #expect(session.run("plot panels \(folder)/b.png \(folder)/a.png \(out(session, "named.pdf"))") == .succeeded)
    #expect(session.run("replot style=column \(out(session, "again.svg"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["command"].string?.hasPrefix("plot panels \(folder)/b.png") == true)
    // Training does not change what was drawn.
    #expect(
      session.run("train; plot panels \(folder)/b.png \(folder)/a.png \(out(session, "again.pdf"))") == .succeeded)
    let artifacts = try session.records().compactMap { record in
      record["command"].string?.hasPrefix("plot panels") == true ? record["artifacts"].array.first?["sha256"] : nil
    }
    #expect(artifacts.count == 4 && artifacts[2] == artifacts[3])
  }

  /// The texts of a picture that is an SVG file.
  private func texts(_ session: TestSession, _ name: String) -> String {
    let file = String(decoding: session.folder.bytes(name), as: UTF8.self)
    return file.matches(of: /<text[^>]*>([^<]*)/).map { String($0.1) }.joined(separator: "|")
  }

  /// A panel for each kind of loss, with what it does not have of pretraining left out.
  @Test(arguments: [
    ("gan-em \(Training.slight) passes=1; train", ["discriminator|generator|class|", "|loss|"]),
    (
      "clustergan \(Training.slim) critic-steps=1; train",
      ["loss|distance|", "|critic|", "noise|class|", "|code loss|"]
    ),
    (
      "vade width1=16 width2=16 width3=32; pretrain epochs=2; train",
      ["|reconstruction", "|prior loss", "|rounds|"]
    ), ("vade width1=16 width2=16 width3=32; pretrain epochs=2", ["|reconstruction loss"]),
  ])
  func everyLossIsDrawn(model: String, expected: [String]) throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("model \(model); plot loss \(out(session, "l.svg"))") == .succeeded, "\(session.errors)")
    let found = texts(session, "l.svg")
    for text in expected { #expect("|\(found)|".contains(text), "\(found)") }
    #expect(found.contains("prior loss") == expected.contains("|prior loss"), "\(found)")
  }

  @Test("A title that a figure was given stays with it, in panels and when it is drawn again")
  func titlesStay() throws {
    let session = try session()
    func texts(_ name: String) -> String { self.texts(session, name) }
    #expect(
      session.run(
        """
        plot loss title="With rain" \(out(session, "a.svg")); replot \(out(session, "again.svg"))
        replot title=auto \(out(session, "own.svg")); plot loss \(out(session, "b.svg"))
        plot loss title=off \(out(session, "c.svg")); replot \(out(session, "off.svg"))
        plot panels title="Three of a kind" \(out(session, "p.svg"))
        """) == .succeeded, "\(session.errors)")
    #expect(texts("again.svg").hasPrefix("With rain|"))
    #expect(texts("own.svg").hasPrefix("Training on strokes|"))
    #expect(!texts("off.svg").contains("Training"))
    let panels = texts("p.svg")
    for title in ["Three of a kind|(a) With rain|", "|(b) Training on strokes|", "|(c)|"] {
      #expect(panels.contains(title), "\(panels)")
    }
  }

  @Test func panelsHaveNoSubtitleThatWasOff() throws {
    let session = try session()
    let plot = "plot pca space=pixels points=40"
    #expect(
      session.run(
        "\(plot) \(out(session, "a.svg")); \(plot) subtitle=off \(out(session, "b.svg")); plot panels last=2 "
          + out(session, "p.svg")) == .succeeded, "\(session.errors)")
    func subtitles(_ name: String) -> Int { texts(session, name).ranges(of: "n = 40").count }
    #expect([subtitles("a.svg"), subtitles("b.svg"), subtitles("p.svg")] == [1, 0, 1], "\(texts(session, "p.svg"))")
  }

  @Test("A legend and a palette that a figure was given stay when it is drawn again, a size does not")
  func contentStays() throws {
    let session = try session()
    let plot = "plot pca space=pixels points=40 legend=direct palette=tab10 subtitle=off width=90mm"
    #expect(
      session.run(
        """
        \(plot) \(out(session, "first.svg")); replot width=90mm \(out(session, "again.svg"))
        replot \(out(session, "usual.svg")); replot legend=right width=90mm \(out(session, "right.svg"))
        """) == .succeeded, "\(session.errors)")
    /// What is drawn, without the command that drew it.
    func drawn(_ name: String) -> Substring {
      String(decoding: session.folder.bytes(name), as: UTF8.self).split(separator: "</metadata>").last ?? ""
    }
    #expect(drawn("again.svg").count > 1000 && drawn("again.svg") == drawn("first.svg"))
    #expect(drawn("usual.svg") != drawn("first.svg"))
    #expect(drawn("right.svg") != drawn("first.svg"))
    #expect(session.commands.last?.contains("palette=tab10") == true)
  }

  /// What is drawn of each of several trainings from one start stands side by side.
  @Test func figuresStayWhenTrainingIsUndone() throws {
    let session = try session()
    let script = """
      for lambda in 0.5 2 {
        train lambda=$lambda
        plot loss out="\(session.folder.path)/lambda-$lambda.png"
        undo
      }
      plot panels \(out(session, "p.png"))
      """
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["panels"] == .number(2))
    // Drawn, taken back with all that was done, and brought back.
    #expect(session.run("train; plot loss \(out(session, "x.png")); undo keep=off") == .succeeded)
    #expect(session.run("plot panels \(session.folder.path)/x.png \(session.folder.path)/lambda-2.png") == .failed)
    #expect(session.run("redo; plot panels last=3 \(out(session, "q.png"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["panels"] == .number(3))
  }

  @Test func panelsOfASavedSessionReplay() throws {
    let session = try TestSession()
    #expect(
      session.run(
        """
        load strokes count=60; model kmeans restarts=1; train
        plot pca points=50 \(out(session, "a.png")); plot pca points=50 color=cluster \(out(session, "b.png"))
        plot panels \(out(session, "ab.png")); save "\(session.folder.path)/s.ddpm"
        """) == .succeeded, "\(session.errors)")
    #expect(
      session.run("verify \"\(session.folder.path)/s.ddpm\"") == .succeeded, "\(session.errors) \(session.output)")
  }

  @Test func whatWasNotDrawnIsNoPanel() throws {
    let session = try session()
    #expect(session.run("plot panels") == .failed)
    #expect(session.errors.contains("it drew none: draw them first, each to a file of its own with out="))
    session.errors = ""
    #expect(session.run("plot loss \(out(session, "a.png")); plot panels \(session.folder.path)/b.png") == .failed)
    #expect(session.errors.contains("b.png; it drew \(session.folder.path)/a.png"))
    #expect(session.errors.contains("this session has drawn no figure to"))
    session.errors = ""
    #expect(session.run("plot panels a.png last=2") == .failed)
    #expect(session.errors.contains("last= has no effect beside named files"))
    session.errors = ""
    // Drawn twice to one file, it is one figure.
    #expect(session.run("plot loss \(out(session, "a.png")); plot panels \(out(session, "p.png"))") == .failed)
    // The store's figures are not the session's.
    #expect(session.run("evaluate; plot runs x=seed \(out(session, "r.png"))") == .succeeded)
    #expect(session.run("plot panels \(session.folder.path)/r.png \(session.folder.path)/a.png") == .failed)
    #expect(session.run("replot \(out(session, "r.pdf"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["command"].string?.hasPrefix("plot runs") == true)
  }

  @Test func roundsArePlayed() throws {
    let session = try session()
    let script = """
      tsne iterations=20 early=20
      plot tsne \(out(session, "r1.png"))
      train; tsne from=previous iterations=20 early=20
      plot tsne \(out(session, "r2.png"))
      plot animation delay=250 \(out(session, "rounds.png"))
      """
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["frames"] == .number(2))
    let bytes = session.folder.bytes("rounds.png")
    #expect(try PNGImage(decoding: bytes).width > 100)
    for kind in ["acTL", "fdAT"] { #expect(bytes.indices.contains { bytes[$0...].starts(with: kind.utf8) }, "\(kind)") }
    // Drawn again, it plays.
    #expect(session.run("replot \(out(session, "again.png"))") == .succeeded, "\(session.errors)")
    let again = session.folder.bytes("again.png")
    #expect(again.indices.contains { again[$0...].starts(with: "acTL".utf8) })
    #expect(try PNGImage(decoding: again).pixels == PNGImage(decoding: bytes).pixels)
    for command in ["plot animation", "replot"] {
      session.errors = ""
      #expect(session.run("\(command) \(out(session, "rounds.pdf"))") == .failed)
      #expect(session.errors.contains("an animation is a PNG file: expected a path that ends in .png"))
    }
    // It is no figure to put beside others.
    #expect(session.run("plot panels \(session.folder.path)/rounds.png \(session.folder.path)/r1.png") == .failed)
  }

  // MARK: - Embeddings

  @Test func misclusteredImagesAreThoseThatTheScoreCounts() throws {
    let session = try session()
    #expect(session.run("evaluate") == .succeeded)
    let accuracy = try #require(try lastResults(session)["accuracy"].number)
    #expect(
      session.run("plot misclustered points=all iterations=10 early=10 \(out(session, "m.png"))") == .succeeded,
      "\(session.errors)")
    let results = try lastResults(session)
    let (points, wrong) = (try #require(results["points"].number), try #require(results["misclustered"].number))
    #expect(abs(wrong / points - (1 - accuracy)) < 1e-9)
    #expect(results["confusions"].array.reduce(0) { $0 + ($1["count"].number ?? 0) } == wrong)
    #expect(session.output.contains("in a wrong cluster; most often "))
    // The same embedding is drawn again without computing, whichever command asks.
    session.output = ""
    #expect(session.run("plot tsne \(out(session, "t.png"))") == .succeeded)
    #expect(session.output.contains("as made before"))
  }

  @Test func misclusteredImagesNeedLabelsAndClusters() throws {
    let folder = ScratchFolder()
    folder.write("x.npy", npy("|u1", "40, 8, 8", (0..<2560).map { UInt8(truncatingIfNeeded: $0 &* $0) }))
    let session = try TestSession(in: folder)
    #expect(session.run("load \(folder.path)/x.npy; model kmeans clusters=2; train; plot misclustered") == .failed)
    #expect(session.errors.contains("plot misclustered needs labels, and the loaded images have none"))
    session.errors = ""
    #expect(session.run("load strokes count=40; model kmeans; plot misclustered") == .failed)
    #expect(session.errors.contains("plot misclustered"))
  }

  // MARK: - The model

  @Test func theMixtureIsWhatTheModelHolds() throws {
    let session = try session()
    #expect(session.run("plot mixture \(out(session, "m.png"))") == .succeeded, "\(session.errors)")
    let results = try lastResults(session)
    let weights = results["weights"].array.compactMap(\.number)
    #expect(weights.count == 12 && abs(weights.reduce(0, +) - 1) < 1e-9)
    #expect(results["clusterOfComponent"].array.count == 12)
    let fresh = try TestSession()
    #expect(fresh.run("load strokes count=40; model kmeans; train; plot mixture") == .failed)
    #expect(fresh.errors.contains("plot mixture needs a method that has a mixture of Gaussians"))
  }

  /// The tree of a method that divides clusters, in each format; others have none.
  @Test func theTreeIsTheModels() throws {
    let session = try TestSession()
    let script = """
      load strokes count=60; model hc-mgan clusters=4 width1=4 width2=4 raw-epochs=1 refinements=0 batch=20
      train rounds=2
      """
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    for ending in ["png", "pdf", "svg"] {
      #expect(session.run("plot tree \(out(session, "t.\(ending)"))") == .succeeded, "\(session.errors)")
    }
    var results = try lastResults(session)
    #expect(results["nodes"] == .number(5) && results["leaves"] == .number(3) && results["depth"] == .number(2))
    let masses = results["masses"].array.compactMap(\.number)
    #expect(masses.count == 5 && abs(masses[0] - 60) < 1e-3 && abs(masses[1] + masses[2] - 60) < 1e-3)
    #expect(Set(results["clusterOfNode"].array.compactMap(\.number)) == [0, 1, 2])
    // The tree grows.
    #expect(session.run("train; plot tree samples=2 \(out(session, "t2.png"))") == .succeeded, "\(session.errors)")
    results = try lastResults(session)
    #expect(results["nodes"] == .number(7) && results["leaves"] == .number(4))
    // A node's share and a leaf's name stand in the file as text.
    let text = String(decoding: session.folder.bytes("t.svg"), as: UTF8.self)
    #expect(text.contains("100.0 %") && text.contains("Tree of hc-mgan"))
    let fresh = try TestSession()
    #expect(fresh.run("load strokes count=40; model kmeans; train; plot tree") == .failed)
    #expect(
      fresh.errors.contains("plot tree needs a method that finds clusters in a tree of divisions")
        && fresh.errors.contains("model hc-mgan"))
    fresh.errors = ""
    #expect(fresh.run("model hc-mgan; plot tree") == .failed)
    #expect(fresh.errors.contains("plot tree needs clusters, and there are none yet: run train"))
  }

  @Test func theScheduleIsTheModels() throws {
    let session = try session()
    #expect(session.run("plot schedule \(out(session, "s.png"))") == .succeeded, "\(session.errors)")
    let results = try lastResults(session)
    #expect(results["schedule"].string == "cosine")
    let (signal, noise) = (results["signal"].array.compactMap(\.number), results["noise"].array.compactMap(\.number))
    #expect(signal.first == 1 && noise.last == 1)
    for (a, b) in zip(signal, noise) { #expect(abs(a * a + b * b - 1) < 1e-12) }
    #expect(
      session.run("plot schedule with=linear,scaled,zero,nichol,shifted,sigmoid \(out(session, "all.png"))")
        == .succeeded,
      "\(session.errors)")
  }

  // MARK: - Drawing images

  @Test func samplesStandByClassWithTheNearestImages() throws {
    let session = try session()
    #expect(session.run("sample count=2 steps=3 order=cluster \(out(session, "a.png"))") == .succeeded)
    #expect(try lastResults(session)["clusters"].array.compactMap(\.number) == (0..<10).map(Double.init))
    #expect(session.run("sample count=2 steps=3 nearest=3 \(out(session, "b.png"))") == .succeeded, "\(session.errors)")
    #expect(session.commands.last?.contains("order=class") == true)
    let order = try lastResults(session)["clusters"].array.compactMap(\.number)
    #expect(order.sorted() == (0..<10).map(Double.init))
    #expect(session.run("plot confusion \(out(session, "c.png"))") == .succeeded)
    #expect(try lastResults(session)["clusters"].array.compactMap(\.number) == order)
    let (plain, beside) = (try size(session, "a.png"), try size(session, "b.png"))
    #expect(plain != beside)
  }

  private func size(_ session: TestSession, _ name: String) throws -> [Int] {
    let image = try PNGImage(decoding: session.folder.bytes(name))
    return [image.width, image.height]
  }

  @Test func withoutLabelsRowsStandByNumber() throws {
    let folder = ScratchFolder()
    folder.write("x.npy", npy("|u1", "40, 8, 8", (0..<2560).map { UInt8(truncatingIfNeeded: $0 &* $0) }))
    let session = try TestSession(in: folder)
    #expect(session.run("load \(folder.path)/x.npy; model fast clusters=2 channels=8; estep") == .succeeded)
    #expect(session.run("sample count=2 steps=2 nearest=2 \(out(session, "s.png"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["clusters"].array.compactMap(\.number) == [0, 1])
    #expect(session.run("denoise steps=4 columns=3 \(out(session, "d.png"))") == .succeeded, "\(session.errors)")
    #expect(session.run("sample order=class") == .failed)
    #expect(session.errors.contains("order=class needs labels"))
  }

  @Test func walksBeginAndEndAtTheImages() throws {
    let session = try session()
    #expect(
      session.run("interpolate 3 17 count=5 steps=10 \(out(session, "i.png"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["images"] == .number(15))
    let error = try #require(try lastResults(session)["inversionError"].number)
    #expect(error.isFinite && error < 60 * 60, "\(error)")
    #expect(
      session.run("vary 3 count=4 steps=10 through=noise \(out(session, "v.png"))") == .succeeded, "\(session.errors)")
    #expect(try lastResults(session)["images"] == .number(4))
    #expect(session.run("vary 3 count=4 steps=10 spread=0 through=z \(out(session, "z.png"))") == .succeeded)
    for line in ["interpolate 3 4000", "interpolate 4000 3", "vary 4000"] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(
        session.errors.contains("there is no image 4000: the loaded ones are numbered from 0 to "), "\(session.errors)")
    }
    session.errors = ""
    #expect(session.run("interpolate 3 4 method=ancestral") == .failed)
    #expect(session.errors.contains("take method=ddim or method=dpm"))
  }

  @Test func denoisingGoesFromNoiseToTheImage() throws {
    let session = try session()
    #expect(session.run("denoise columns=6 steps=10 \(out(session, "d.png"))") == .succeeded, "\(session.errors)")
    let times = try lastResults(session)["times"].array.compactMap(\.number)
    #expect(times.count == 6 && times.last == 0 && zip(times, times.dropFirst()).allSatisfy { $0 > $1 })
    // No more times than steps have.
    #expect(session.run("denoise columns=30 steps=4 clusters=1 \(out(session, "e.png"))") == .succeeded)
    #expect(try lastResults(session)["times"].array.count == 5)
    #expect(session.run("denoise clusters=40") == .failed)
    #expect(session.errors.contains("there is no cluster 40"))
  }

  // MARK: - Runs

  @Test func runsHaveCurvesOfTheirRounds() throws {
    let session = try TestSession()
    let script = """
      load strokes count=60
      sweep lambda=0.5,1 seed=0,1 {
        seed $seed
        model fast channels=8 batch=30 rate=0.0001 lambda=$lambda
        train rounds=3
        evaluate
      }
      """
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    for options in [
      "x=round y=accuracy,loss by=lambda", "x=round y=loss by=lambda band=deviation yscale=log",
      "x=lambda y=accuracy band=range xscale=log", "x=lambda y=accuracy band=deviation",
    ] {
      #expect(
        session.run("plot runs \(options) overwrite=on \(out(session, "r.png"))") == .succeeded,
        "\(options): \(session.errors)")
      #expect(try lastResults(session)["runs"] == .number(4))
    }
    #expect(session.run("plot runs x=round y=purity") == .failed)
    #expect(session.errors.contains("no run tells 'purity' of its rounds: expected "))
    #expect(session.errors.contains("loss") && session.errors.contains("accuracy"))
  }
}
