import CommandLanguage
import Session
import TestSupport
import Testing

/// `fit`: the commands that it comes to, by model and images.
@Suite struct FitTests {
  private func session(_ start: String, images: Int = 120) throws -> TestSession {
    let session = try TestSession()
    #expect(session.run("load strokes count=\(images); \(start)") == .succeeded, "\(session.errors)")
    return session
  }

  /// The training commands of the journal, without what follows the first two words.
  private func phases(_ session: TestSession) -> [String] {
    session.commands.dropFirst(2).map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
  }

  @Test func aModelWithANetworkGoesThroughAllPhases() throws {
    let session = try session("model fast channels=8 components=12 grouping=graph")
    session.errors = ""
    #expect(session.run("fit pretraining=2 rounds=1 tightening=1") == .succeeded, "\(session.errors)")
    #expect(phases(session) == ["pretrain epochs=2", "train rounds=1", "tighten epochs=1"])
    // What it did is what those commands do.
    let apart = try self.session("model fast channels=8 components=12 grouping=graph")
    #expect(apart.run("pretrain epochs=2; train; tighten epochs=1") == .succeeded, "\(apart.errors)")
    #expect(apart.state.learnt == session.state.learnt && !session.state.learnt.isEmpty)
  }

  @Test func whatWasDoneBeforeCounts() throws {
    let session = try session("model fast channels=8; pretrain epochs=2")
    #expect(session.run("fit pretraining=3 rounds=0 tightening=0") == .succeeded, "\(session.errors)")
    #expect(phases(session) == ["pretrain epochs=2", "pretrain epochs=1", "estep"])
    #expect(session.run("fit pretraining=3 rounds=2 tightening=0") == .succeeded, "\(session.errors)")
    #expect(phases(session).suffix(1) == ["train rounds=2"])
    #expect(session.run("fit pretraining=3 rounds=2 tightening=0") == .succeeded)
    #expect(phases(session).count == 4, "nothing was left to do: \(phases(session))")
  }

  @Test(arguments: ["kmeans", "gmm", "umap epochs=10", "spectral"])
  func methodsWithoutANetworkAreTrainedForARound(model: String) throws {
    let session = try session("model \(model)")
    #expect(session.run("fit") == .succeeded, "\(session.errors)")
    #expect(phases(session) == ["train rounds=1"])
  }

  @Test func settingsFollowFromTheImages() throws {
    // Strokes stand free in their images: two rounds, and an ending that draws images to their clusters.
    let free = try session("model tuned", images: 60)
    let model = try #require(free.commands.last)
    #expect(model.contains(" latent=10 ") && model.contains(" batch=32 ") && model.contains(" grouping=graph "))
    #expect(model.contains(" components=10 "), "no more than a seventh of the images: \(model)")
    let folder = free.folder
    #expect(free.run("save \"\(folder.path)/s.ddpm\"") == .succeeded)
    // Every setting is spelled out, so that other images change none of them in a replay.
    #expect(folder.text("s.ddpm").contains(" rotation=15 "))
  }

  @Test func withoutAModelOrImagesItSaysSo() throws {
    let session = try TestSession()
    #expect(session.run("fit") == .failed)
    #expect(session.errors.contains("fit needs"), "\(session.errors)")
    session.errors = ""
    #expect(session.run("load strokes count=60; fit") == .failed)
    #expect(session.errors.contains("fit needs a model"), "\(session.errors)")
  }

  @Test func theNumberOfClustersCanBeLeftToIt() throws {
    let session = try session("model fast channels=8 components=20 grouping=graph clusters=auto", images: 200)
    #expect(
      session.commands.last?.contains(" clusters=auto ") == true && session.output.contains("clusters to be counted"))
    #expect(session.run("pretrain epochs=2; estep") == .succeeded, "\(session.errors)")
    let count = try #require(session.state.model?.clusterCount)
    #expect((2...10).contains(count) && session.output.contains("\(count) clusters found"), "\(session.output)")
    #expect(session.run("evaluate; save \"\(session.folder.path)/s.ddpm\"") == .succeeded, "\(session.errors)")
    #expect(session.folder.text("s.ddpm").contains(" clusters=auto "))
    // A number that a hand has made is no longer looked for.
    #expect(session.run("merge 0,1; estep") == .succeeded, "\(session.errors)")
    #expect(session.state.model?.clusterCount == count - 1)
  }

  @Test(arguments: [
    ("kmeans clusters=auto", "kmeans cannot judge it"),
    ("fast channels=8 clusters=auto", "fast with grouping=consensus cannot judge it: give a number, or grouping=graph"),
  ])
  func notEveryMethodCanCount(model: String, says: String) throws {
    let session = try TestSession()
    #expect(session.run("load strokes count=60; model \(model)") == .failed)
    #expect(session.errors.contains(says), "\(session.errors)")
  }
}
