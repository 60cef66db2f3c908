import ClusteringMethods
import Session
import TestSupport
import Testing

/// Methods without a network: what works on them as on any other, and what says what they lack.
@Suite struct MethodTests {
  private static let names = ["kmeans", "gmm", "umap", "spectral"]

  private func trained(_ name: String) throws -> TestSession {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("model \(name) restarts=3; train") == .succeeded, "\(session.errors)")
    return session
  }

  @Test(arguments: names) func everythingThatNeedsNoNetwork(name: String) throws {
    let session = try trained(name)
    let folder = session.folder.path
    for command in [
      "evaluate", "evaluate split=test", "status", "describe", "info",
      "plot tsne iterations=20 early=20 out=\"F/t.png\"",
      "plot tsne iterations=20 early=20 color=cluster out=\"F/u.png\"", "plot loss out=\"F/l.png\"",
      "plot confusion out=\"F/c.png\"", "images by=uncertain rows=2 out=\"F/u2.png\"",
      "images by=cluster out=\"F/i.png\"",
      "images cluster=0 out=\"F/j.png\"", "save \"F/s.ddpm\"", "save \"F/s.csv\"", "save \"F/s.npz\"",
    ] {
      session.errors = ""
      #expect(session.run(command.replacing("F/", with: folder + "/")) == .succeeded, "\(command): \(session.errors)")
    }
    #expect(session.folder.text("s.csv").split(separator: "\n").count == 121)
    let saved = session.folder.text("s.ddpm")
    #expect(saved.contains("model \(name) clusters=10 ") && saved.contains(" restarts=3"))
    let records = try session.records()
    let row = try #require(records.first { $0["command"].string == "train rounds=1" }?["results"]["rounds"].array.first)
    let metric = ["kmeans": "inertia", "gmm": "logLikelihood", "umap": "crossEntropy", "spectral": "normalisedCut"]
    #expect(row[metric[name]!].number != nil && row["accuracy"].number != nil)
    let counted = ["kmeans", "gmm"].contains(name) ? "iterations" : "graphParts"
    #expect(row[counted].number ?? 0 >= 1 && row["loss"].number == nil)
  }

  @Test(
    arguments: [
      ("kmeans", "sample", "sample needs a method that draws images, which kmeans does not"),
      (
        "gmm", "reconstruct", "reconstruct needs a method that gives images back from their latents, which gmm does not"
      ),
      ("kmeans", "pretrain", "pretrain needs a method that pretrains a network, which kmeans does not"),
      ("gmm", "estep", "estep needs a method that alternates E-steps and M-steps"),
      ("kmeans", "merge", "merge needs a method that merges components, which kmeans does not"),
      ("kmeans", "merge 0,1", "merge needs a method that joins and splits single clusters, which kmeans does not"),
      ("kmeans", "split 0", "split needs a method that joins and splits single clusters, which kmeans does not"),
      ("kmeans", "images by=nearest", "images by=nearest needs a method that has a mixture of Gaussians"),
    ])
  func whatAMethodLacks(name: String, command: String, says: String) throws {
    let session = try trained(name)
    let before = session.state.fingerprint
    let picture = "\(session.folder.path)/p.png"
    let takesPicture = ["sample", "reconstruct", "images by=nearest"].contains(command)
    #expect(session.run(takesPicture ? "\(command) out=\"\(picture)\"" : command) == .failed)
    #expect(session.errors.contains(says), "\(session.errors)")
    #expect(session.errors.contains("model \(command == "images by=nearest" ? "gmm" : "reference")"))
    #expect(session.state.fingerprint == before)
  }

  @Test(arguments: names) func beforeTraining(name: String) throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("model \(name); evaluate") == .failed)
    #expect(session.errors.contains("evaluate needs clusters, and there are none yet: run train"))
  }

  @Test func settingsOfOthersAreRefused() throws {
    let session = try trained("kmeans")
    #expect(session.run("train lambda=0.3") == .failed)
    #expect(session.errors.contains("lambda= is no setting of kmeans"))
    session.errors = ""
    #expect(session.run("model kmeans lambda=0.3") == .failed)
    #expect(session.errors.contains("model kmeans has no option 'lambda'"))
    session.errors = ""
    #expect(session.run("model fast rotation=3 motion=off") == .failed)
    #expect(session.errors.contains("rotation= has no effect here: it belongs to moved images (motion=on)"))
  }

  /// What a training came to replays from its saved session, also where it was stopped.
  @Test(arguments: names, ["", " stop=1:2"]) func sessionsReplay(name: String, stop: String) throws {
    let session = try TestSession(from: Stage.loaded.state)
    #expect(session.run("model \(name) restarts=3; train\(stop); train") == .succeeded)
    let path = "\(session.folder.path)/s.ddpm"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    let again = try TestSession()
    #expect(again.run("run \"\(path)\"") == .succeeded, "\(again.errors)")
    #expect(again.state.learnt == session.state.learnt && !again.state.learnt.isEmpty)
  }

  /// Without grouping every component is a cluster; how many were asked for is what a merge comes down to, also in a
  /// replay.
  @Test func whatWasAskedForIsSaved() throws {
    let session = try TestSession(from: Stage.loaded.state)
    let line = "model fast channels=8 components=12 batch=40 rate=0.0001 grouping=none"
    #expect(session.run("\(line); pretrain epochs=2; train; merge") == .succeeded, "\(session.errors)")
    let path = "\(session.folder.path)/s.ddpm"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    #expect(session.folder.text("s.ddpm").contains("model fast clusters=10 components=12"))
    let again = try TestSession()
    #expect(again.run("run \"\(path)\"") == .succeeded, "\(again.errors)")
    #expect(again.state.learnt == session.state.learnt && !again.state.learnt.isEmpty)
  }

  /// The first `train` of k-means keeps the best of its starts; another never makes it worse.
  @Test func trainingGoesOn() throws {
    let session = try trained("kmeans")
    #expect(session.run("train rounds=3") == .succeeded)
    let rounds = try session.records().flatMap { $0["results"]["rounds"].array }.compactMap { $0["inertia"].number }
    #expect(rounds.count == 4 && rounds == rounds.sorted(by: >))
  }

  @Test func manyMoreClustersThanImages() throws {
    let session = try TestSession(from: Stage.loaded.state)
    for name in Self.names {
      session.errors = ""
      #expect(session.run("model \(name) clusters=500; train") == .failed)
      #expect(session.errors.contains("needs at least 500 images; there are 120"), "\(session.errors)")
    }
  }
}
