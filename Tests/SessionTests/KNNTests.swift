import ArrayFiles
import RunStore
import Session
import TestSupport
import Testing

/// `knn` against scikit-learn, and what it needs.
@Suite struct KNNTests {
  struct Golden: Decodable {
    struct Case: Decodable {
      let train, test: [UInt8]
      let trainClasses, testClasses: [UInt8]
      let accuracies: [Double]
    }
    let counts: [Int]
    let cases: [Case]
  }

  /// A session with the images of a case, 3×3 of them, training and test apart.
  private func session(_ test: Golden.Case) throws -> TestSession {
    let session = try TestSession()
    func count(_ classes: [UInt8]) -> String { "\(classes.count)" }
    session.folder.write(
      "set.npz",
      ZipBuilder([
        "x_train.npy": npy("|u1", count(test.trainClasses) + ", 3, 3", test.train),
        "y_train.npy": npy("|u1", count(test.trainClasses) + ",", test.trainClasses),
        "x_test.npy": npy("|u1", count(test.testClasses) + ", 3, 3", test.test),
        "y_test.npy": npy("|u1", count(test.testClasses) + ",", test.testClasses),
      ]).bytes)
    #expect(session.run("load \"\(session.folder.path)/set.npz\" layout=nhw") == .succeeded, "\(session.errors)")
    return session
  }

  @Test func agreesWithScikitLearn() throws {
    let golden = try golden("knn", in: .module, as: Golden.self)
    let counts = golden.counts.map(String.init)
    for test in golden.cases {
      let session = try session(test)
      #expect(
        session.run("knn k=\(counts.joined(separator: ",")) space=pixels") == .succeeded, "\(session.errors)")
      let results = try #require(session.records().last)["results"]
      for (count, accuracy) in zip(counts, test.accuracies) {
        #expect(results[count].number == accuracy, "k = \(count)")
      }
      // A method whose latents are the pixels comes to the same, but for rounding where neighbours are equally near.
      session.run("model kmeans clusters=3 restarts=1; train; knn k=60")
      #expect(try session.records().last?["results"]["60"].number == test.accuracies.last)
    }
  }

  @Test func scoresAreKeptUnderWhatTheyAreOf() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("knn k=3,1 space=pixels; knn k=5; print ${knn.5}") == .succeeded, "\(session.errors)")
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.method) == ["pixels", "fast"] && runs.map(\.command) == ["knn", "knn"])
    #expect(runs[0].number("1") != nil && runs[0].number("3") != nil && runs[0].settings.isEmpty)
    #expect(runs[1].number("5") != nil && runs[1].number("channels") == 8)
    #expect(session.output.contains("20 test images by the pixels of 100 training images"), "\(session.output)")
  }

  @Test func moreNeighboursThanThereAre() throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("knn space=pixels") == .succeeded)
    #expect(session.output.contains("left out, for there are fewer training images: k=1000,6000"))
    #expect(session.run("knn space=pixels k=200") == .failed)
    #expect(session.errors.contains("knn k=200 needs at least 200 images; there are 100"), "\(session.errors)")
  }

  @Test func whatItNeeds() throws {
    let session = try TestSession()
    for (line, message) in [
      ("knn", "knn needs a data set"), ("load strokes count=120; knn", "knn needs a model"),
      ("load strokes count=120 split=train; knn space=pixels", "no test images are loaded"),
    ] {
      session.errors = ""
      #expect(session.run(line) == .failed)
      #expect(session.errors.contains(message), "\(session.errors)")
    }
    session.folder.write("x.npy", npy("|u1", "4, 5, 5", [UInt8](repeating: 7, count: 100)))
    #expect(session.run("load \"\(session.folder.path)/x.npy\"; knn space=pixels") == .failed)
    #expect(session.errors.contains("knn needs labels"))
  }
}

/// `baseline NAME`, beside a session's model.
@Suite struct BaselineTests {
  @Test func theSessionIsLeftAlone() throws {
    let session = try TestSession(from: Stage.trained.state)
    let before = session.state.learnt
    #expect(
      session.run("baseline kmeans restarts=2; baseline gmm floor=0.01 split=test") == .succeeded, "\(session.errors)")
    #expect(session.state.learnt == before && session.state.model?.name == "fast")
    #expect(
      session.output.contains("kmeans: accuracy 0.") && session.output.contains("on 20 images (test images), seed 0"))
    let runs = try RunStore(path: "\(session.folder.path)/runs.sqlite").runs()
    #expect(runs.map(\.method) == ["kmeans", "gmm"] && runs.map(\.command) == ["baseline kmeans", "baseline gmm"])
    #expect(runs[0].number("restarts") == 2 && runs[0].rounds == 1 && runs[1].number("floor") == 0.01)

    // Step by step it comes to the same.
    let other = try TestSession(from: Stage.loaded.state)
    #expect(other.run("model kmeans restarts=2; fit; evaluate") == .succeeded)
    #expect(try other.records().last?["results"]["accuracy"].number == runs[0].number("accuracy"))
  }

  @Test func networksToo() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let line = "baseline vade width1=16 width2=16 width3=32 rate=0.0001 pretraining=2 rounds=3"
    #expect(session.run(line) == .succeeded, "\(session.errors)")
    let run = try #require(try RunStore(path: "\(session.folder.path)/runs.sqlite").runs().first)
    #expect(run.epochs == 2 && run.rounds == 3 && run.number("width3") == 32)
    #expect(session.state.model == nil && session.state.training.withoutRates == SessionState().training.withoutRates)
    #expect(session.run("baseline kmeans clusters=500") == .failed)
    #expect(session.errors.contains("needs at least 500 images"), "\(session.errors)")
  }

  @Test func withoutData() throws {
    let session = try TestSession()
    #expect(session.run("baseline kmeans") == .failed && session.errors.contains("baseline needs a data set"))
  }
}

/// What `evaluate` tells beyond the scores.
@Suite struct EvaluationDetailTests {
  @Test func allIsInTheResults() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("evaluate") == .succeeded, "\(session.errors)")
    let plain = session.output
    #expect(!plain.contains("silhouette") && !plain.contains("BIC"))
    session.output = ""
    #expect(session.run("evaluate more=on sample=50") == .succeeded)
    for word in ["homogeneity 0.", "calibration error 0.", "silhouette ", "on 50 images", "BIC ", "class  images"] {
      #expect(session.output.contains(word), "\(word) in \(session.output)")
    }
    let records = try session.records().filter { $0["command"].string?.hasPrefix("evaluate") == true }
    for (record, size) in zip(records, [120.0, 50]) {
      let results = record["results"]
      #expect(abs((results["vMeasure"].number ?? 0) - (results["nmi"].number ?? 1)) < 1e-9)
      #expect(results["classAccuracy"].array.count == 10 && results["sample"].number == size)
      for name in ["calibrationError", "silhouette", "logLikelihood", "bic", "overlap"] {
        #expect(results[name].number != nil, "\(name)")
      }
    }
    // The sample is the seed's.
    #expect(session.run("evaluate more=on sample=50") == .succeeded)
    let again = try session.records().last { $0["command"].string?.hasPrefix("evaluate") == true }
    #expect(again?["results"]["silhouette"].number == records[1]["results"]["silhouette"].number)
  }

  @Test func withoutLabels() throws {
    let session = try TestSession()
    session.folder.write(
      "x.npy", npy("|u1", "40, 4, 4", (0..<640).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }))
    #expect(
      session.run("load \"\(session.folder.path)/x.npy\"; model gmm clusters=2 floor=0.01; train; evaluate")
        == .succeeded,
      "\(session.errors)")
    #expect(session.output.contains("mixture: log-likelihood ") && session.output.contains("BIC"))
    let results = try #require(session.records().last)["results"]
    #expect(results["bic"].number != nil && results["silhouette"].number != nil)
    #expect(results["vMeasure"].number == nil && results["calibrationError"].number == nil)
  }
}
