import TestSupport
import Testing

/// Images picked by what the model makes of them.
@Suite struct BrowsingTests {
  /// How many images are shown; -1 for an error.
  private func images(_ options: String, _ stage: Stage = .trained) throws -> (count: Double, errors: String) {
    let session = try TestSession(from: stage.state)
    session.run("images \(options) out=\"\(session.folder.path)/x.png\"")
    let record = try #require(try session.records().last)
    return (record["results"]["images"].number ?? -1, session.errors)
  }

  @Test func everyImageIsInOneCluster() throws {
    var total = 0.0
    for cluster in 0..<10 {
      let session = try TestSession(from: Stage.trained.state)
      session.run("images cluster=\(cluster) count=20 rows=10 out=\"\(session.folder.path)/x.png\"")
      if session.errors.contains("no image is in cluster \(cluster)") { continue }
      total += try #require(try session.records().last)["results"]["images"].number ?? 0
    }
    #expect(total == 120)
    #expect(try images("by=cluster count=100").count == 120)
  }

  @Test func rowsAndGrids() throws {
    #expect(try images("by=uncertain count=5 rows=4").count == 20)
    #expect(try images("by=nearest count=3").count == 3 * 12)
    #expect(try images("by=order").count == 100)
    // Ten classes, of which 120 images hold some fewer than ten.
    #expect(try (80...100).contains(images("").count))
  }

  /// Each picture is the one of its own images: other options, other pixels.
  @Test func arrangementsDiffer() throws {
    let session = try TestSession(from: Stage.trained.state)
    let arrangements = ["by=order", "by=class", "by=cluster", "by=uncertain", "by=nearest", "by=uncertain cluster=1"]
    for (index, arrangement) in arrangements.enumerated() {
      #expect(session.run("images \(arrangement) out=\"\(session.folder.path)/\(index).png\"") == .succeeded)
    }
    #expect(Set(arrangements.indices.map { session.folder.bytes("\($0).png") }).count == arrangements.count)
  }

  /// An option that changes nothing beside the others says so, and is not part of what replays.
  @Test func rowsWhereThereIsOneForEach() throws {
    for (options, hasEffect) in [
      ("rows=3", false), ("by=cluster rows=3", false), ("by=order rows=3", true), ("", true),
    ] {
      let session = try TestSession(from: Stage.trained.state)
      #expect(session.run("images \(options) out=\(session.folder.path)/x.png") == .succeeded)
      #expect(session.output.contains("rows= has no effect here: by=") == !hasEffect)
      #expect(session.commands.last?.contains("rows=3") == (hasEffect && !options.isEmpty))
    }
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("images by=order out=\(session.folder.path)/x.png") == .succeeded)
    #expect(session.commands.last?.contains("rows=10") == true)
  }

  @Test func moreThanThereIs() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("reconstruct count=500 steps=1 out=\(session.folder.path)/x.png") == .succeeded)
    #expect(session.output.contains("all 120 images that there are, fewer than count=500\n"))
    session.run("model fast channels=8 schedule=linear timesteps=3; pretrain; estep")
    #expect(session.run("sample count=1 steps=9 out=\(session.folder.path)/x.png") == .succeeded)
    #expect(session.output.contains("the model's schedule has 3 steps, fewer than steps=9\n"))
  }

  @Test func mistakes() throws {
    #expect(try images("cluster=10").errors.contains("there is no cluster 10: they are numbered from 0 to 9"))
    #expect(try images("by=uncertain", .loaded).errors.contains("needs a model"))
    #expect(try images("by=nearest", .pretrained).errors.contains("estep"))
    #expect(try images("by=cluster", .empty).errors.contains("load one first"))
  }
}
