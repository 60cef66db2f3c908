import CommandLanguage
import Session
import TensorEngine
import TestSupport
import Testing

/// Batches that are cut into shards, and what several processes are told to train together: one thing at a time, of a file
/// that is the process's.
@Suite(.serialized) struct SharedTrainingTests {
  private static let fast = "load strokes count=90; model fast channels=8 batch=40 rate=0.0001; "
  private static let training = "pretrain; estep; mstep; tighten"

  private func saved(_ session: TestSession, _ script: String) throws -> [UInt8] {
    #expect(session.run(script) == .succeeded, "\(session.errors)")
    #expect(session.run("save \(session.folder.path)/s.safetensors overwrite=on") == .succeeded, "\(session.errors)")
    return session.folder.bytes("s.safetensors")
  }

  /// A state without the notes before it.
  private func arrays(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
    let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
    return bytes[(8 + length)...]
  }

  /// They change last digits, and stay with the session.
  @Test func shardsBelongToTheSession() throws {
    let whole = arrays(try saved(TestSession(), Self.fast + "pretrain; pretrain"))
    #expect(arrays(try saved(TestSession(), "set shards=1; " + Self.fast + "pretrain; pretrain")) == whole)
    let cut = arrays(try saved(TestSession(), "set shards=3; " + Self.fast + "pretrain; pretrain"))
    #expect(cut != whole && cut.count == whole.count)

    let first = try TestSession()
    _ = try saved(first, "set shards=3; " + Self.fast + "pretrain")
    let second = try TestSession(in: first.folder)
    #expect(second.run("restore \(first.folder.path)/s.safetensors") == .succeeded)
    #expect(second.state.settings.shards == 3)
    #expect(arrays(try saved(second, "pretrain")) == cut)
    #expect(second.run("save \(first.folder.path)/s.ddpm") == .succeeded)
    #expect(first.folder.text("s.ddpm").contains("\nset shards=3\n"))
    #expect(try TestSession().run("verify \(first.folder.path)/s.ddpm") == .succeeded)
    #expect(second.run("set shards=5; undo; set") == .succeeded)
    #expect(second.state.settings.shards == 3 && second.output.contains("shards=3"))
  }

  @Test func aSessionCanBeginWithShards() throws {
    var state = SessionState(seed: 4)
    state.begin(shards: 3, from: "--shards")
    let session = try TestSession(from: state)
    let begun = arrays(try saved(session, Self.fast + "pretrain; pretrain"))
    #expect(begun == arrays(try saved(TestSession(), "seed 4; set shards=3; " + Self.fast + "pretrain; pretrain")))
    #expect(session.run("save \(session.folder.path)/s.ddpm") == .succeeded)
    #expect(session.folder.text("s.ddpm").contains("\nseed 4\nset shards=3\n"), "\(session.folder.text("s.ddpm"))")
  }

  @Test(arguments: ["0", "4097", "\"3\"", "-1", "2.5"]) func aFileThatWasChangedIsRefused(shards: String) throws {
    let session = try TestSession()
    var bytes = try saved(session, "set shards=1000; " + Self.fast)
    let note = Array(#"\"shards\": 1000"#.utf8)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: note) })
    let other = #"\"shards\": "# + shards.replacing("\"", with: #"\""#)
    let changed = Array(other.utf8) + [UInt8](repeating: 32, count: max(0, note.count - other.utf8.count))
    bytes.replaceSubrange(place..<place + changed.count, with: changed)
    session.folder.write("s.safetensors", bytes)
    #expect(try TestSession().run("restore \(session.folder.path)/s.safetensors") == .failed)
  }

  /// The first process of a team of which the others are asked later.
  private final class Ledger: Team {
    var works: [[UInt8]] = []
    var endings = 0
    let peers: any Peers = OnePeer()
    let isCalledOff = false

    func begin(_ work: [UInt8]) { works.append(work) }
    func end() { endings += 1 }

    func post(_ letter: [UInt8], to rank: Int) {}
    func letters() -> [[UInt8]] { [] }

    var problems: [String?] = []
    func help(
      _ prepare: (_ work: [UInt8]) throws -> () -> String?, meanwhile: (_ letters: [[UInt8]]) -> [[UInt8]]
    ) throws {
      problems = try works.map { try prepare($0)() }
    }
  }

  @Test func helpersGetWhatTrains() throws {
    let session = try TestSession()
    let team = Ledger()
    session.runner.team = team
    let alone = try saved(TestSession(), "set shards=4; " + Self.fast + Self.training)
    #expect(try saved(session, "set shards=4; " + Self.fast + Self.training) == alone)
    #expect(team.works.count == 4 && team.endings == 4)
    // What trains no network, or fails before it does, is no work for others; nor is what only looks.
    _ = session.run("info; undo; redo; model kmeans; train; evaluate")
    #expect(session.run("mstep") == .failed)
    #expect(team.works.count == 4 && team.endings == 4)
    // Sweeps and baselines train in sessions of their own.
    #expect(
      session.run(
        "sweep rate=0.001,0.002 { model autoencoder width1=8 width2=8 width3=8 restarts=1 rate=$rate; pretrain }")
        == .succeeded, "\(session.errors)")
    #expect(team.works.count == 6)

    try TrainingHelper(commands: sessionCommands).serve(team)
    #expect(team.problems.count == 6 && team.problems.allSatisfy { $0 == nil }, "\(team.problems)")
  }

  @Test func helpersKnowOtherData() throws {
    let folder = ScratchFolder()
    let path = folder.write(
      "x.npy", npy("|u1", "20, 28, 28", (0..<20 * 784).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }))
    let session = try TestSession()
    let team = Ledger()
    session.runner.team = team
    #expect(
      session.run("load \(path); model fast channels=8 clusters=2 batch=10; pretrain") == .succeeded,
      "\(session.errors)")
    folder.write("x.npy", npy("|u1", "20, 28, 28", [UInt8](repeating: 7, count: 20 * 784)))
    #expect(throws: (any Error).self) { try TrainingHelper(commands: sessionCommands).serve(team) }
    do { try TrainingHelper(commands: sessionCommands).serve(team) } catch {
      #expect("\(error)".contains("loads other data there: expected sha256"), "\(error)")
    }
  }

  @Test func aTrainingThatFailsIsEnded() throws {
    let session = try TestSession()
    let team = Ledger()
    session.runner.team = team
    // There is no mixture yet.
    #expect(session.run(Self.fast + "mstep") == .failed)
    #expect(team.works.count == 1 && team.endings == 1)
    try TrainingHelper(commands: sessionCommands).serve(team)
    #expect(team.problems.count == 1 && team.problems[0]?.contains("M-step") == true)
    #expect(session.state.model != nil)
  }
}
