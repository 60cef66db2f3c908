import ArrayFiles
import Session
import TestSupport
import Testing

/// More images than are looked at together come to the same as all at once.
@Suite struct SavedPiecesTests {
  @Test(arguments: ["kmeans clusters=5", "gmm clusters=5", "fast channels=8 components=12 clusters=5"])
  func partsMakeTheWhole(model: String) throws {
    let session = try TestSession()
    let folder = session.folder
    folder.write("x.npy", npy("|u1", "5300, 8, 8", ramp(5300 * 64)))
    let training = model.hasPrefix("fast") ? "estep" : "train rounds=1"
    #expect(
      session.run("load \(folder.path)/x.npy; model \(model); \(training); save \(folder.path)/a.npz") == .succeeded,
      "\(session.errors)")
    #expect(session.run("save \(folder.path)/a.csv") == .succeeded)
    let method = try #require(session.state.model)
    let images = try #require(session.state.dataset?.images)
    let latents = try method.latents(of: images)
    let archive = try NpzArchive(path: "\(folder.path)/a.npz")
    #expect(try archive.array("latents").floats() == latents.elements.map { Float($0) })
    let assignments = try method.assignments(ofLatents: latents)
    #expect(try archive.array("assignments").integers() == assignments)
    let probabilities = try method.clusterProbabilities(ofLatents: latents)
    #expect(try archive.array("responsibilities").doubles() == probabilities.elements)
    #expect(archive.names.contains("labels") == false && archive.names.contains("indices"))
    let lines = folder.text("a.csv").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 5302 && lines[0] == "index,label,cluster,probability" && lines[5301] == "")
    #expect(lines[5300].hasPrefix("5299,,\(assignments[5299]),"))
  }
}
