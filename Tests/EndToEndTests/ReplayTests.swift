import FoundationEssentials
import TensorEngine
import TestSupport
import Testing

/// The same script gives the same bytes: on any machine, with any number of threads, and from a saved session.
@Suite(.serialized) struct ReplayTests {
  /// A whole session, small: every kind of command that computes.
  static let script = """
    # %% [markdown] A small session
    # With a text.

    # %% Data
    default seed = 3
    seed $seed
    load strokes count=256
    info
    images out="out/images.png"

    # %% Model
    model fast channels=8 components=14
    describe
    pretrain epochs=2
    train rounds=1
    merge
    repeat 2 { train rounds=1 lambda=$i }
    evaluate format=csv
    plot confusion out="out/confusion.png"
    save out/latents.npz
    save out/clusters.csv

    # %% Pictures
    plot tsne points=200 out="out/tsne.png"
    tsne points=train iterations=100
    tsne add=test
    plot tsne color=correctness out="out/placed.png"
    assign strokes count=40 seed=9
    plot tsne add=assigned out="out/new.png"
    plot pca color=cluster out="out/pca.png"
    plot loss out="out/loss.png"
    sample count=3 steps=5 out="out/samples.png"
    reconstruct count=6 steps=5 out="out/reconstructions.png"
    images by=uncertain count=6 out="out/uncertain.png"

    # %% The other network
    model reference channels=8 components=12 latent=40 batch=64 rate=0.0001 timesteps=20
    pretrain epochs=1
    estep
    mstep
    estep
    evaluate
    plot tsne points=150 out="out/wide.png"
    plot tsne points=150 space=pixels out="out/pixels.png"
    sample count=1 clusters=0,1 steps=4 method=ancestral guidance=0.5 out="out/ancestral.png"
    save out/session.ddpm

    """

  /// The same with fewer images: for instructions that take twenty times as long.
  private static let smallerScript = [
    ("count=256", "count=64"), ("points=200", "points=60"), ("points=150", "points=60"),
  ]
  .reduce(script) { $0.replacing($1.0, with: $1.1) }

  static let pictures = [
    "images", "confusion", "tsne", "placed", "pca", "loss", "samples", "reconstructions", "uncertain", "wide", "pixels",
    "ancestral",
  ].map { "out/\($0).png" }

  /// A run's records without what depends on time and place.
  private static func run(
    _ script: String, _ arguments: String..., environment: [String: String] = [:]
  ) throws -> (folder: ScratchFolder, records: [JSON]) {
    let folder = ScratchFolder()
    folder.write("script.ddpm", script)
    var tool = Tool(in: folder)
    tool.environment = environment
    let result = try tool.start(arguments + ["--record", "record.jsonl", "script.ddpm"]).wait()
    #expect(result.status == 0)
    #expect(result.errors == "")
    let records = try JSON.lines(folder.text("record.jsonl"))
    return (folder, records.map { $0.dropping(["seconds", "imagesPerSecond"]) })
  }

  /// What a run's machine could decide: vector instructions, OpenBLAS's kernels (nil for its choice), threads.
  struct Machine: Sendable, CustomTestStringConvertible {
    let instructions: InstructionSet
    let kernels: String?
    let threads: Int

    var testDescription: String { "\(instructions.name), OpenBLAS \(kernels ?? "by itself"), \(threads) threads" }

    /// Kernel sets that this processor can run.
    private static let kernelSets: [String?] =
      [nil] + (InstructionSet.available.contains(.avx2) ? ["Haswell", "Zen"] : [])
      + (InstructionSet.available.contains(.avx512) ? ["SkylakeX"] : [])

    /// Without the baseline, which takes twenty times as long.
    private static let every = InstructionSet.available.dropLast().flatMap { instructions in
      kernelSets.flatMap { kernels in
        [1, 2, 3, 7].map { Machine(instructions: instructions, kernels: kernels, threads: $0) }
      }
    }

    /// All combinations where the environment asks for them, else some in which each value is beside several others; the
    /// baseline once.
    static let all: [Machine] =
      (ProcessInfo.processInfo.environment["DDPM_ALL_MACHINES"] != nil
        ? every : every.enumerated().filter { $0.offset % 7 == 3 }.map(\.element))
      + [Machine(instructions: .baseline, kernels: nil, threads: 2)]
  }

  private static let onOneThread = Result { try run(script, "--threads", "1") }
  private static let smallerOnOneThread = Result { try run(smallerScript, "--threads", "1") }

  @Test(arguments: Machine.all) func machinesDoNotMatter(machine: Machine) throws {
    let isSlow = machine.instructions == .baseline
    let (folder, records) = try (isSlow ? Self.smallerOnOneThread : Self.onOneThread).get()
    let (other, found) = try Self.run(
      isSlow ? Self.smallerScript : Self.script, "--instructions", machine.instructions.name, "--threads",
      "\(machine.threads)",
      environment: machine.kernels.map { ["OPENBLAS_CORETYPE": $0] } ?? [:])
    #expect(found == records)
    for file in Self.pictures + ["out/session.ddpm", "out/latents.npz", "out/clusters.csv"] {
      #expect(!folder.bytes(file).isEmpty)
      #expect(other.bytes(file) == folder.bytes(file), "\(file)")
    }
  }

  @Test func theSeedMatters() throws {
    let (folder, records) = try Self.onOneThread.get()
    #expect(records.count == 36 && records.allSatisfy { $0["status"] == .string("ok") })
    let (other, _) = try Self.run(Self.script, "--seed", "4")
    #expect(other.bytes("out/samples.png") != folder.bytes("out/samples.png"))
  }

  @Test func aSavedSessionReplays() throws {
    let (folder, records) = try Self.run(Self.script)
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

    let (replayed, found) = try Self.run(session)
    // All but the commands that saved.
    let others = records.filter { $0["command"].string?.hasPrefix("save ") == false }
    #expect(others.count == records.count - 3)
    #expect(found.map { $0.dropping(["source", "cell"]) } == others.map { $0.dropping(["source", "cell"]) })
    for file in Self.pictures { #expect(replayed.bytes(file) == folder.bytes(file), "\(file)") }

    // What is saved of a replay is what was replayed.
    let (again, _) = try Self.run(session + "save again.ddpm\n")
    #expect(again.text("again.ddpm") == session)
  }
}
