import TestSupport
import Testing

/// Images picked by what the model makes of them.
@Suite struct BrowsingTests {
  private func images(_ options: String, _ stage: Stage = .trained) throws -> (count: Double, errors: String) {
    let session = try TestSession(from: stage.state)
    session.run("images \(options) out=\"\(session.folder.path)/x.png\"")
    let record = try #require(try session.records().last)
    return (record["results"]["images"].number ?? 0, session.errors)
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
    #expect(try images("").count <= 100)
  }

  @Test func mistakes() throws {
    #expect(try images("cluster=10").errors.contains("there is no cluster 10: they are numbered from 0 to 9"))
    #expect(try images("by=uncertain", .loaded).errors.contains("needs a model"))
    #expect(try images("by=nearest", .pretrained).errors.contains("estep"))
    #expect(try images("by=cluster", .empty).errors.contains("load one first"))
  }
}
