import Glibc
import TestSupport
import Testing

/// The longest texts that a script may be, nothing but one kind of damage: checked in bounded memory and time.
@Suite(.serialized) struct DamagedScriptTests {
  private let folder = ScratchFolder()
  private static let size = 16 << 20

  /// Repeats `text` up to the longest script.
  private static func long(_ text: String) -> String { String(repeating: text, count: size / text.utf8.count) }

  @Test(
    arguments: [
      ("}", "and 16777196 more errors"), ("a\n", "and 999981 more errors"), ("1 ", "this is too long for a script"),
      ("# %%\n", "this is too long for a script"), ("for x in 1 2 3 { repeat 3 { show x } }\n", "this is too long"),
      ("run a.ddpm; let v = \"$v$v\"\n", "this is too long for a script"),
    ])
  func checkedInLittleMemory(damage: String, says: String) throws {
    folder.write("a.ddpm", "let v = aaaaaaaa\n")
    folder.write("long.ddpm", Self.long(damage))
    let running = try Tool(in: folder).start(["--check", "long.ddpm"])
    var peak = 0
    while let size = residentPeak(of: running.process) {
      peak = max(peak, size)
      usleep(1_000)
    }
    let result = running.wait()
    #expect(result.status == 1 && result.errors.contains(says), "\(result.errors.suffix(1_000))")
    // A few times what it takes when the machine has nothing else to do.
    #expect(peak > 0 && peak < 400 << 20 && result.seconds < 20, "\(peak >> 20) MiB, \(result.seconds) s")
  }

  /// The most memory that a process has had, in bytes; nil once it has ended.
  private func residentPeak(of process: pid_t) -> Int? {
    guard let file = fopen("/proc/\(process)/status", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split { $0 == " " || $0 == "\t" }
      if words.first == "VmHWM:" { return Int(words[1]).map { $0 << 10 } }
    }
    return nil
  }

  /// Each of many scripts runs the next: told, not followed to the end of the stack.
  @Test func chainsOfScripts() throws {
    for number in 1...3_000 { folder.write("c\(number).ddpm", "run c\(number + 1).ddpm\n") }
    folder.write("c3001.ddpm", "let a = 1\n")
    let result = try Tool(in: folder).run("--check", "c1.ddpm")
    #expect(result.status == 1 && result.errors.contains("scripts run each other more than 16 deep"))
  }

  /// Each cell of a script runs the next one: the text is read and parsed once.
  @Test func cellsThatRunTheNext() throws {
    let cells = (1...5_000).map { "# %% \($0)\nrun self.ddpm cells=\($0 + 1)\n" }
    folder.write("self.ddpm", cells.joined() + "# %% end\nlet a = 1\n")
    let result = try Tool(in: folder).run("--check", "self.ddpm")
    #expect(result.errors.contains("scripts run each other more than 16 deep"))
    #expect(result.status == 1 && result.seconds < 10)
  }
}
