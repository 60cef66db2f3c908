import CommandLanguage
import Session
import TestSupport
import Testing

/// `merge 3,7` and `split 5` in a session: what they say and record, undo, and that they replay.
@Suite struct RegroupingCommandTests {
  private static let models = [
    "model fast channels=8 components=12 batch=40 rate=0.0001",
    "model fast channels=8 components=12 batch=40 rate=0.0001 grouping=none",
    "model fast channels=8 batch=40 rate=0.0001 grouping=graph", "model gmm iterations=5",
  ]

  private func session(_ model: String) throws -> TestSession {
    let session = try TestSession(from: Stage.loaded.state)
    let start = model.contains("gmm") ? "" : "pretrain epochs=2; "
    #expect(session.run("\(model); \(start)train") == .succeeded, "\(session.errors)")
    return session
  }

  @Test(arguments: models) func replayAndUndo(model: String) throws {
    let session = try session(model)
    let count = try #require(session.state.model?.clusterCount)
    let before = session.state.fingerprint
    session.output = ""
    #expect(session.run("merge 7,3") == .succeeded, "\(session.errors)")
    #expect(session.output.hasPrefix("clusters 3 and 7 are cluster 3 now; 8 is 7 now"), "\(session.output)")
    #expect(session.state.model?.clusterCount == count - 1)
    let record = try #require(try session.records().last)
    #expect(record["command"] == .string("merge 7,3") && record["status"] == .string("ok"))
    #expect(record["results"]["cluster"].number == 3 && record["results"]["clusters"].number == Double(count - 1))
    let shares = record["results"]["occupancy"].array.compactMap(\.number)
    #expect(shares.count == count - 1 && abs(shares.reduce(0, +) - 1) < 1e-9)
    #expect(session.run("undo") == .succeeded)
    #expect(session.state.fingerprint == before)

    #expect(session.run("merge 3,7") == .succeeded)
    let largest = shares.firstIndex(of: shares.max()!)!
    session.output = ""
    #expect(session.run("split \(largest)") == .succeeded, "\(session.errors)")
    #expect(session.output.hasPrefix("cluster \(largest) is two now: \(largest) with "), "\(session.output)")
    #expect(session.state.model?.clusterCount == count)
    #expect(try session.records().last?["results"]["new"].number == Double(count - 1))
    #expect(session.run("evaluate; train; evaluate") == .succeeded, "\(session.errors)")
    #expect(session.state.model?.clusterCount == count)

    let path = "\(session.folder.path)/s.ddpm"
    #expect(session.run("save \"\(path)\"") == .succeeded)
    let text = session.folder.text("s.ddpm")
    #expect(text.contains("\nmerge 3,7\n") && text.contains("\nsplit \(largest)\n") && !text.contains("7,3"))
    let again = try TestSession()
    #expect(again.run("run \"\(path)\"") == .succeeded, "\(again.errors)")
    #expect(again.state.learnt == session.state.learnt && !again.state.learnt.isEmpty)
    #expect(again.state.model?.clusterCount == count)
  }

  @Test func aClusterThatCannotBeSplit() throws {
    let session = try session("model gmm iterations=5 clusters=115")
    #expect(session.run("split 0; repeat 60 { split 0 }") == .failed)
    #expect(session.errors.contains("cluster 0 cannot be split, for it has a single image"), "\(session.errors)")
    #expect(session.errors.contains("evaluate lists the clusters' shares"))
  }

  /// A merge of components says by what, also where that is the default.
  @Test func defaultsAreSpelledOut() throws {
    let session = try TestSession(from: Stage.trained.state)
    #expect(session.run("merge") == .succeeded)
    #expect(session.commands.last == "merge by=consensus")
  }

  @Test(
    arguments: [("merge ", 6, ["by="]), ("merge 3,", 8, []), ("merge 3,7", 8, []), ("merge 3,7 ", 10, ["by="])]
      as [(String, Int, [String])])
  func completion(text: String, start: Int, words: [String]) {
    let found = CommandTable(sessionCommands).completion(of: text, variables: [])
    #expect(found == Completion(start: start, words: words))
  }
}
