import ArrayFiles
import ClusteringMethods
import Session
import TestSupport
import Testing

/// What `save` writes besides the script: clusters for spreadsheets, arrays for NumPy.
@Suite struct SaveFormatTests {
  @Test func aLineAnImage() throws {
    let session = try TestSession(from: Stage.trained.state)
    let unsaved = session.state.unsavedChanges
    let path = "\(session.folder.path)/clusters.csv"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    // Which may have been edited since.
    #expect(session.run("save \"\(path)\"") == .failed && session.errors.contains("overwrite=on"))
    let lines = session.folder.text("clusters.csv").split(separator: "\n").map { $0.split(separator: ",") }
    #expect(lines.first == ["index", "label", "cluster", "probability"] && lines.count == 121)
    let model = try #require(session.state.model)
    let dataset = try #require(session.state.dataset)
    let latents = try model.latents(of: dataset.images)
    let assignments = try model.assignments(ofLatents: latents)
    let probabilities = try model.clusterProbabilities(ofLatents: latents)
    for (image, line) in lines.dropFirst().enumerated() {
      #expect(line[0] == "\(image)" && line[1] == "\(dataset.labels!.classes[image])")
      #expect(line[2] == "\(assignments[image])")
      #expect(Double(line[3]) == probabilities[image, assignments[image]])
    }
    // The session cannot be had back from it.
    #expect(session.state.unsavedChanges == unsaved)
  }

  @Test func arraysAreOursAndWhole() throws {
    let session = try TestSession(from: Stage.trained.state)
    let path = "\(session.folder.path)/a.npz"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    let bytes = session.folder.bytes("a.npz")
    #expect(bytes.suffix(9).elementsEqual("ddpm-repl".utf8))
    let archive = try NpzArchive(path: path)
    #expect(
      archive.names == ["latents", "logVariances", "assignments", "responsibilities", "indices", "labels"])
    let dataset = try #require(session.state.dataset)
    let model = try #require(session.state.model as? any EncodingMethod)
    let encoded = try model.encoded(dataset.images, watch: { _ in })
    #expect(try archive.array("latents").floats() == encoded.means.elements.map { Float($0) })
    #expect(try archive.array("logVariances").floats() == encoded.logVariances.elements.map { Float($0) })
    #expect(try archive.array("indices").integers() == Array(0..<120))
    #expect(try archive.array("labels").integers() == dataset.labels?.numbers)
    #expect(try archive.array("assignments").integers() == model.assignments(ofLatents: encoded.means))
    #expect(session.run("save \"\(path)\"") == .succeeded)
    #expect(session.folder.bytes("a.npz") == bytes)
  }

  @Test(arguments: ["csv", "npz"]) func foreignFilesAndMissingModelsAreRefused(ending: String) throws {
    let session = try TestSession(from: Stage.trained.state)
    session.folder.write("a.\(ending)", "index,cluster\n1,2\n")
    #expect(session.run("save \"\(session.folder.path)/a.\(ending)\"") == .failed)
    #expect(session.errors.contains("overwrite=on") && session.folder.text("a.\(ending)") == "index,cluster\n1,2\n")
    #expect(session.run("save \"\(session.folder.path)/a.\(ending)\" overwrite=on") == .succeeded)

    let empty = try TestSession(from: Stage.loaded.state)
    #expect(empty.run("save \"\(empty.folder.path)/b.\(ending)\"") == .failed)
    #expect(empty.errors.contains("save needs a model"))
    // Neither the file nor the beginning of one.
    #expect(empty.folder.names == ["record.jsonl"])
  }

  /// The ending in any case, as completion and help take it.
  @Test(arguments: ["a.CSV", "a.Npz", "a.DDPM"]) func endingsInAnyCase(name: String) throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("save \"\(session.folder.path)/\(name)\"") == .succeeded)
    #expect(!session.folder.bytes(name).isEmpty)
  }
}
