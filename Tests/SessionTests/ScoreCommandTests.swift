import RunStore
import Session
import TestSupport
import Testing

/// `score`: what it tells, keeps and refuses.
@Suite struct ScoreCommandTests {
  @Test func drawnImagesAreComparedWithRealOnes() throws {
    let session = try TestSession(from: Stage.trained.state)
    let before = session.state.learnt
    #expect(session.run("score count=50 steps=3; score count=50 steps=3") == .succeeded, "\(session.errors)")
    let scores = try session.records().filter { $0["command"].string?.hasPrefix("score") == true }.map { $0["results"] }
    #expect(scores.count == 2 && scores[0]["images"] == .number(50) && scores[0]["steps"] == .number(3))
    for name in ["latentPrecision", "latentRecall", "pixelPrecision", "pixelRecall", "agreement"] {
      let share = try #require(scores[0][name].number)
      #expect(
        (0...1).contains(share) && (share * 50).rounded() == share * 50 && scores[1][name].number == share, "\(name)")
    }
    for name in ["latentKernelDistance", "latentKernelError", "pixelKernelDistance", "pixelKernelError"] {
      #expect(scores[0][name].number != nil && scores[0][name].number == scores[1][name].number, "\(name)")
    }
    // So little trained it draws noise: nothing of it looks like a digit.
    #expect(try #require(scores[0]["pixelKernelDistance"].number) > 0)
    #expect(session.state.learnt == before)
    #expect(session.output.contains("50 drawn images against as many real ones"), "\(session.output)")
  }

  @Test func theyAreKeptWithHowTheyWereDrawn() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(
      session.run("score count=20 steps=2; score count=20 steps=2 guidance=1.5 method=dpm") == .succeeded,
      "\(session.errors)")
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.command) == ["score", "score"] && runs.allSatisfy { $0.method == "fast" })
    #expect(runs.map { $0.number("guidance") } == [0, 1.5] && runs.map { $0.number("steps") } == [2, 2])
    #expect(runs[1].text("sampler") == "dpm" && runs[1].number("channels") == 8)
    session.output = ""
    #expect(session.run("table rows=guidance values=pixelPrecision,agreement") == .succeeded, "\(session.errors)")
    #expect(session.output.contains("1.5"), "\(session.output)")
  }

  /// A set smaller than count= is taken whole, and its scores are those of as many drawn.
  @Test func smallSetsAreTakenWhole() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("score split=test steps=2") == .succeeded, "\(session.errors)")
    #expect(try session.records().last?["results"]["images"] == .number(20))
  }

  @Test func imagesAreSharedByWeight() {
    #expect(ImageShares.of(10, by: [0.5, 0.25, 0.25]) == [5, 3, 2])
    #expect(ImageShares.of(3, by: [0, 0]) == [2, 1])
    #expect(ImageShares.of(100, by: [0.333, 0.333, 0.334]) == [33, 33, 34])
    #expect(ImageShares.of(7, by: [1, 0]) == [7, 0])
  }

  @Test func whatItNeeds() throws {
    let session = try TestSession()
    for (line, message) in [
      ("score", "score needs a data set"), ("load strokes count=120; score", "score needs a model"),
      ("model kmeans; train; score", "score needs a method that draws images, which kmeans does not"),
      ("model fast channels=8; score", "score needs a mixture"),
    ] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(session.errors.contains(message), "\(session.errors)")
    }
  }
}
