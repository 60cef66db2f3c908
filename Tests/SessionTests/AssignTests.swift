import ArrayFiles
import Files
import Images
import Session
import TestSupport
import Testing

/// `assign`: the clusters of images that a model was not trained on.
@Suite struct AssignTests {
  private func trained() throws -> TestSession {
    let session = try TestSession()
    #expect(session.run("load strokes count=120; model kmeans restarts=2; train") == .succeeded, "\(session.errors)")
    return session
  }

  /// Images of another set with their labels, as arrays in the session's folder.
  private func others(_ session: TestSession, count: Int) throws -> ImageSet {
    let other = try TestSession()
    #expect(other.run("load strokes count=\(count)") == .succeeded)
    let dataset = try #require(other.state.dataset)
    let pixels = NamedArray("x", shape: [count, 28, 28], .int64(dataset.images.pixels.map(Int64.init)))
    session.folder.write("x.npy", NpyFormat.bytes(of: pixels))
    let labels = try #require(dataset.labels)
    session.folder.write(
      "x-labels.npy", NpyFormat.bytes(of: NamedArray("y", shape: [count], .int64(labels.classes.map(Int64.init)))))
    return dataset.images
  }

  @Test func tableAndFolders() throws {
    let session = try trained()
    let images = try others(session, count: 40)
    let folder = session.folder
    let before = (session.state.learnt, session.state.dataset?.sha256)
    session.output = ""
    #expect(
      session.run("assign \"\(folder.path)/x.npy\" out=\"\(folder.path)/a.csv\" folders=\"\(folder.path)/sorted\"")
        == .succeeded, "\(session.errors)")
    #expect(session.state.learnt == before.0 && session.state.dataset?.sha256 == before.1)
    #expect(session.output.contains("wrote 40 images to"))
    let model = try #require(session.state.model)
    let latents = try model.latents(of: images)
    let clusters = try model.assignments(ofLatents: latents)
    let probabilities = try model.clusterProbabilities(ofLatents: latents)
    let rows = folder.text("a.csv").split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
    #expect(rows.map { Int($0[2]) } == clusters.map { $0 })
    for (image, row) in rows.enumerated() {
      #expect(abs((Double(row[3]) ?? 9) - probabilities[image, clusters[image]]) < 1e-3)
    }
    // Each image lies in its cluster's folder, the least certain first, pixel by pixel.
    for cluster in 0..<10 {
      let members = clusters.indices.filter { clusters[$0] == cluster }
      let names = (try? Folder.names(in: "\(folder.path)/sorted/cluster-\(cluster)")) ?? []
      #expect(names.count == members.count)
      var last = 0.0
      for name in names.sorted() {
        let number = try #require(name.firstMatch(of: /image([0-9]+)\.png/).flatMap { Int($0.1) })
        #expect(members.contains(number) && probabilities[number, cluster] >= last)
        last = probabilities[number, cluster]
        let png = try PNGImage(decoding: folder.bytes("sorted/cluster-\(cluster)/\(name)"))
        #expect(png.pixels == Array(images[number]))
      }
    }
    let record = try #require(try session.records().last)
    #expect(record["results"]["images"].number == 40 && record["results"]["accuracy"].number != nil)
    #expect(session.commands.last?.hasPrefix("assign ") == true)
  }

  @Test(arguments: [
    ("assign strokes", "assign needs a model"), ("model kmeans; assign strokes", "there are none yet"),
    ("model kmeans; train; assign nosuch", "nosuch"),
    ("model kmeans; train; assign strokes count=20 size=32", "for images of 28×28, these are 32×32: add size=28"),
    ("model kmeans; train; assign strokes count=20 out=/proc/x/a.csv", "/proc/x/a.csv"),
  ])
  func whatIsMissing(line: String, says: String) throws {
    let session = try TestSession()
    #expect(session.run("load strokes count=60; \(line)") == .failed)
    #expect(session.errors.contains(says), "\(session.errors)")
  }

  @Test func aRestoredModelDoesAsWell() throws {
    let session = try trained()
    _ = try others(session, count: 30)
    let folder = session.folder.path
    #expect(
      session.run("assign \"\(folder)/x.npy\" out=\"\(folder)/a.csv\"; save \"\(folder)/m.safetensors\"") == .succeeded)
    let again = try TestSession(in: session.folder)
    let line = "restore \"\(folder)/m.safetensors\" data=none; assign \"\(folder)/x.npy\" out=\"\(folder)/b.csv\""
    #expect(again.run(line) == .succeeded, "\(again.errors)")
    #expect(session.folder.text("a.csv") == session.folder.text("b.csv") && !session.folder.text("a.csv").isEmpty)
  }
}
