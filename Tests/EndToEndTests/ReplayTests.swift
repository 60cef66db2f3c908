import TestSupport
import Testing

/// The same script gives the same bytes: for any number of threads, and from a saved session.
@Suite(.serialized) struct ReplayTests {
  /// A whole session, small: every kind of command that computes.
  static let script = """
    # %% [markdown] A small session
    # With a text.

    # %% Data
    default seed = 3
    seed $seed
    load strokes count=256
    images out="out/images.png"

    # %% Model
    model fast channels=8 components=14
    pretrain epochs=2
    train rounds=1
    merge
    repeat 2 { train rounds=1 lambda=$i }
    evaluate

    # %% Pictures
    plot tsne points=200 out="out/tsne.png"
    plot loss out="out/loss.png"
    sample count=3 steps=5 out="out/samples.png"
    reconstruct count=6 steps=5 out="out/reconstructions.png"
    save out/session.ddpm

    """

  static let pictures = ["images", "tsne", "loss", "samples", "reconstructions"].map { "out/\($0).png" }

  /// A run's records without what depends on time and place.
  private func run(_ script: String, _ arguments: String...) throws -> (folder: ScratchFolder, records: [JSON]) {
    let folder = ScratchFolder()
    folder.write("script.ddpm", script)
    let result = try Tool(in: folder).start(arguments + ["--record", "record.jsonl", "script.ddpm"]).wait()
    #expect(result.status == 0)
    #expect(result.errors == "")
    let records = try JSON.lines(folder.text("record.jsonl"))
    return (folder, records.map { $0.dropping(["seconds", "imagesPerSecond"]) })
  }

  @Test func threadsDoNotMatter() throws {
    let (folder, records) = try run(Self.script, "--threads", "1")
    #expect(records.count == 15)
    #expect(records.allSatisfy { $0["status"] == .string("ok") })
    for threads in ["2", "3", "7"] {
      let (other, found) = try run(Self.script, "--threads", threads)
      #expect(found == records, "\(threads) threads")
      for file in Self.pictures + ["out/session.ddpm"] {
        #expect(!folder.bytes(file).isEmpty)
        #expect(other.bytes(file) == folder.bytes(file), "\(file) with \(threads) threads")
      }
    }
    // And another seed does matter.
    let (other, _) = try run(Self.script, "--seed", "4")
    #expect(other.bytes("out/samples.png") != folder.bytes("out/samples.png"))
  }

  @Test func aSavedSessionReplays() throws {
    let (folder, records) = try run(Self.script)
    let session = folder.text("out/session.ddpm")
    #expect(session.hasPrefix("# ddpm-repl session, sha256 of the lines below: "))
    for part in [
      "\n# %% [markdown] A small session\n# With a text.\n", "\n# %% Data\nseed 3\n",
      "\n# %% Model\nmodel fast clusters=10",
      "\ntrain rounds=1 lambda=1 ", "\ntrain rounds=1 lambda=2 ", "\n#= accuracy 0.", "#= wrote out/tsne.png sha256 ",
      "sha256 \(records[1]["results"]["sha256"].string ?? "?")",
    ] {
      #expect(session.contains(part), "no '\(part)' in:\n\(session)")
    }
    for word in ["repeat", "$", "default"] { #expect(!session.contains(word)) }

    let (replayed, found) = try run(session)
    // All but the command that saved.
    #expect(
      found.map { $0.dropping(["source", "cell"]) } == records.dropLast().map { $0.dropping(["source", "cell"]) })
    for file in Self.pictures { #expect(replayed.bytes(file) == folder.bytes(file), "\(file)") }

    // What is saved of a replay is what was replayed.
    let (again, _) = try run(session + "save again.ddpm\n")
    #expect(again.text("again.ddpm") == session)
  }
}
