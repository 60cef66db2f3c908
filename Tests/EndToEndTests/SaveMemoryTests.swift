import Glibc
import TestSupport
import Testing

/// Whether a process's peak can be forgotten.
private let canForgetPeaks = access("/proc/self/clear_refs", W_OK) == 0

/// What `save` takes beside the session that it saves: little, for arrays are written as they are made.
@Suite(.enabled(if: PseudoTerminal.isPossible && canForgetPeaks)) struct SaveMemoryTests {
  /// Megabytes that a process has (VmRSS) or had at most (VmHWM).
  private func megabytes(_ name: String, of process: pid_t) throws -> Double {
    let file = try #require(fopen("/proc/\(process)/status", "r"))
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split { $0 == " " || $0 == "\t" }
      if words.first == "\(name):", words.count > 1, let kilobytes = Double(words[1]) { return kilobytes / 1024 }
    }
    return .nan
  }

  /// Forty thousand images, whose latents, as doubles, take 48 MB: the pixels themselves.
  @Test func arraysAreNotDoubled() throws {
    let folder = ScratchFolder()
    let images = 40_000
    folder.write("x.npy", npy("|u1", "\(images), 12, 12", ramp(images * 144)))
    let terminal = try PseudoTerminal(Tool(in: folder))
    try terminal.expectPrompt(1)
    _ = try terminal.enter("load x.npy; model kmeans clusters=3; train rounds=1", at: 1)
    // Once, so that what is made for the first file is there.
    _ = try terminal.enter("save a.ddpm", at: 2)
    for (number, name) in ["b.npz", "b.safetensors", "b.csv"].enumerated() {
      let before = try megabytes("VmRSS", of: terminal.process)
      let file = try #require(fopen("/proc/\(terminal.process)/clear_refs", "w"))
      fputs("5", file)
      fclose(file)
      #expect(try terminal.enter("save \(name)", at: 3 + number).contains("wrote \(name)"))
      let peak = try megabytes("VmHWM", of: terminal.process)
      #expect(peak - before < 20, "\(name): \(before) MB before, at most \(peak)")
    }
    #expect(folder.bytes("b.npz").count > images * 144 * 4)
  }
}
