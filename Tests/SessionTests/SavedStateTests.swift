import ClusteringMethods
import CommandLanguage
import Session
import TestSupport
import Testing

/// What `save x.safetensors` keeps and `restore` brings back: everything, so that what follows is the same to the byte.
@Suite struct SavedStateTests {
  @Test(arguments: Training.all) func whatFollowsIsTheSame(training: Training) throws {
    let whole = try TestSession.saved(training)
    let folder = whole.folder
    let again = try TestSession.restored(in: folder)
    #expect(again.state.unsavedChanges == 0)
    #expect(storedLeaves(of: again.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    #expect(again.state.seed == whole.state.seed && again.state.dataset?.sha256 == whole.state.dataset?.sha256)
    for (session, name) in [(again, "again"), (whole, "whole")] {
      #expect(session.run("save \(folder.path)/\(name)-0.safetensors") == .succeeded)
      #expect(session.run("save \(folder.path)/\(name)-0.ddpm") == .succeeded)
      #expect(session.run(training.after) == .succeeded, "\(session.errors)")
      #expect(session.run("save \(folder.path)/\(name)-1.safetensors") == .succeeded)
      #expect(session.run("save \(folder.path)/\(name)-1.ddpm") == .succeeded)
    }
    for ending in ["0.safetensors", "0.ddpm", "1.safetensors", "1.ddpm"] {
      #expect(folder.bytes("again-\(ending)") == folder.bytes("whole-\(ending)"), "\(ending)")
      #expect(!folder.bytes("again-\(ending)").isEmpty)
    }
    #expect(storedLeaves(of: again.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    #expect(again.state.training.withoutRates == whole.state.training.withoutRates)
  }

  /// A property of a method that none of the trainings above changes could be lost without a test that fails.
  @Test func everyPropertyOfAMethodIsChangedByATraining() throws {
    var changed: [String: Set<String>] = [:]
    var all: [String: Set<String>] = [:]
    for training in Training.all {
      let session = try TestSession()
      let build = training.before.split(separator: ";").prefix(2).joined(separator: ";")
      #expect(session.run(build) == .succeeded)
      let fresh = properties(of: try #require(session.state.model))
      let name = try #require(session.state.model?.name)
      for command in (training.before + ";" + training.after).split(separator: ";") {
        #expect(session.run(String(command)) == .succeeded)
        // Before the model that the training builds there is the one that was built here.
        let trained = properties(of: try #require(session.state.model))
        all[name, default: []].formUnion(trained.keys)
        changed[name, default: []].formUnion(trained.keys.filter { trained[$0] != fresh[$0] })
      }
    }
    // What no training changes.
    let fixed: Set = ["imageShape", "source", "trainer", "tightening", "configuration"]
    for (name, properties) in all where name != "reference" {
      #expect(
        properties.subtracting(changed[name] ?? []).subtracting(fixed).subtracting(workedOutAgain) == [], "\(name)")
    }
  }

  private func properties(of model: any ClusteringMethod) -> [String: [String]] {
    var found: [String: [String]] = [:]
    for child in Mirror(reflecting: model).children { found[child.label ?? ""] = storedLeaves(of: child.value) }
    return found
  }

  /// A new property of the session has to be kept, or to be named here as one that is not.
  @Test func everyPropertyOfTheSessionIsAccountedFor() {
    let kept: Set = [
      "settings", "seed", "dataCommand", "absentData", "model", "training", "journal", "embedding", "assigned",
    ]
    let others: Set = ["variables", "results", "dataset", "unsavedChanges", "plottedEmbedding", "figures"]
    #expect(Set(Mirror(reflecting: SessionState()).children.compactMap(\.label)) == kept.union(others))
    let log: Set = ["metrics", "epochs", "rounds", "findings", "lossesBegin", "merges", "earlierDataset"]
    #expect(Set(Mirror(reflecting: SessionState().training).children.compactMap(\.label)) == log)
  }

  @Test func undoGoesBack() throws {
    let session = try TestSession.saved(Training("kmeans", "restarts=1; train", ""))
    let other = try TestSession(in: session.folder)
    #expect(
      other.run("let x = 1; load strokes count=50; model gmm; restore \(session.folder.path)/a.safetensors")
        == .succeeded)
    #expect(other.state.model?.name == "kmeans" && other.state.variables["x"] != nil)
    #expect(other.output.contains("kmeans after 1 round; strokes: 120 images of 28×28"))
    #expect(other.run("undo") == .succeeded)
    #expect(other.state.model?.name == "gmm" && other.state.dataset?.count == 50)
  }

  // MARK: - Data

  private func savedOnFile() throws -> TestSession {
    let folder = ScratchFolder()
    folder.write(
      "x.npy", npy("|u1", "40, 28, 28", (0..<40 * 784).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }))
    let session = try TestSession(in: folder)
    #expect(
      session.run("load \(folder.path)/x.npy; model fast channels=8 clusters=2 batch=20 responsibilities=fixed; train")
        == .succeeded, "\(session.errors)")
    #expect(session.run("save \(folder.path)/a.safetensors") == .succeeded)
    return session
  }

  @Test func withoutItsDataAModelDraws() throws {
    let whole = try savedOnFile()
    let folder = whole.folder
    let data = folder.bytes("x.npy")
    for options in ["", "data=none"] {
      if options == "" { folder.write("x.npy", Array("gone".utf8)) } else { folder.write("x.npy", data) }
      let session = try TestSession.restored(in: folder, options)
      #expect(session.state.dataset == nil && session.output.contains("no data"))
      #expect(session.run("save \(folder.path)/b.safetensors") == .succeeded)
      #expect(folder.bytes("b.safetensors") == folder.bytes("a.safetensors"))
      #expect(session.output.contains("without the data") == (options == ""))
      #expect(
        session.run("sample count=2 steps=2 out=\"\(folder.path)/\(options).png\"") == .succeeded, "\(session.errors)")
      #expect(session.run("train") == .failed && session.errors.contains("load one first"))
      // With the data back it is as if they had never been away.
      folder.write("x.npy", data)
      #expect(session.run("load \(folder.path)/x.npy") == .succeeded)
      #expect(storedLeaves(of: session.state.model as Any) == storedLeaves(of: whole.state.model as Any))
    }
  }

  @Test func otherDataAreAnErrorWithTheWayOn() throws {
    let whole = try savedOnFile()
    let folder = whole.folder
    let before = try #require(whole.state.dataset?.sha256)
    var data = folder.bytes("x.npy")
    data[200] ^= 1
    folder.write("x.npy", data)
    let session = try TestSession(in: folder)
    let state = session.state.fingerprint
    #expect(session.run("restore \(folder.path)/a.safetensors") == .failed)
    for words in ["expected data of sha256 \(before)", "40 images of 28×28", "data=any", "data=none"] {
      #expect(session.errors.contains(words), "\(words) in \(session.errors)")
    }
    #expect(session.state.fingerprint == state)
    let going = try TestSession.restored(in: folder, "data=any")
    #expect(
      going.state.dataset?.sha256 != before && going.output.contains("the data are others: expected sha256 \(before)"))
    #expect(going.run("train") == .succeeded)
  }
}
