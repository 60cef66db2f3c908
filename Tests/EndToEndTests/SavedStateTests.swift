import TestSupport
import Testing

/// Training with a break between two processes is training without.
@Suite struct SavedStateTests {
  private static let fast = "model fast channels=8 components=12 batch=64 rate=0.0001"

  /// What is done before the break and after it, each in its own entry.
  static let trainings: [(before: String, after: String)] = [
    (fast + "; pretrain epochs=2; train rounds=2", "train rounds=2"),
    (fast + " grouping=graph partitions=4; train rounds=2", "tighten; train"),
    (
      "model reference channels=8 components=12 latent=8 batch=64 rate=0.0001 timesteps=20; pretrain; estep; mstep; estep",
      "mstep; estep; mstep; sample count=1 steps=2 out=out.png"
    ),
    ("model kmeans restarts=2; train rounds=2", "train rounds=2"),
    ("model gmm restarts=2 iterations=5 floor=0.01; train rounds=2", "train rounds=2"),
  ]

  private func run(_ folder: ScratchFolder, threads: Int, _ lines: [String]) throws -> [JSON] {
    let arguments = ["--batch", "--no-rc", "--threads", "\(threads)", "--record", "record.jsonl"]
    let result = try Tool(in: folder).start(arguments + lines.flatMap { ["-c", $0] }).wait(limit: .seconds(300))
    #expect(result.status == 0 && result.errors == "", "\(result.errors)")
    return try JSON.lines(folder.text("record.jsonl")).map {
      $0.dropping(["seconds", "imagesPerSecond", "cell", "source"])
    }
  }

  @Test(arguments: trainings.indices, [1, 2]) func aBreakChangesNoByte(which: Int, threads: Int) throws {
    let (before, after) = Self.trainings[which]
    let data = "load strokes count=300"
    let (whole, broken) = (ScratchFolder(), ScratchFolder())
    let records = try run(
      whole, threads: threads, ["\(data); \(before)", after, "save end.safetensors; save end.ddpm"])
    let first = try run(broken, threads: threads, ["\(data); \(before)", "save middle.safetensors"])
    // The other process on the other number of threads.
    let all = try run(
      broken, threads: 3 - threads, ["restore middle.safetensors", after, "save end.safetensors; save end.ddpm"])
    #expect(broken.bytes("end.safetensors") == whole.bytes("end.safetensors"))
    #expect(broken.text("end.ddpm") == whole.text("end.ddpm") && !broken.text("end.ddpm").isEmpty)
    #expect(Array(first.dropLast() + all.dropFirst(first.count + 1)) == records)
  }
}
