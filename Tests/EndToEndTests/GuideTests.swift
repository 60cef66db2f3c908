import FoundationEssentials
import TestSupport
import Testing

/// What docs/guide.md tells its readers to type, in its order, and what it says that they see.
@Suite struct GuideTests {
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// A fenced block of the page.
  private struct Block {
    let kind: String
    let lines: [String]
  }

  private static func page(_ path: String) throws -> [Substring] {
    try String(contentsOf: URL(filePath: "\(repository)/\(path)"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func blocks() throws -> [Block] {
    var blocks: [Block] = []
    var open: (kind: String, lines: [String])?
    for line in try page("docs/guide.md") {
      if line.hasPrefix("```") {
        if let closed = open { blocks.append(Block(kind: closed.kind, lines: closed.lines)) }
        open = open == nil ? (String(line.dropFirst(3)), []) : nil
      } else {
        open?.lines.append(String(line))
      }
    }
    return blocks
  }

  /// The line without what is the machine's: a training's rate, a date, the user's folder.
  private static func masked(_ line: String, home: String) -> String {
    let line = line.replacing(home, with: "/home/you").replacing(#/\d{4}-\d\d-\d\d \d\d:\d\d/#, with: "(date)")
    let words = line.split(separator: " ")
    guard words.count >= 4, words.allSatisfy({ Double($0) != nil }) else { return line }
    return words.dropLast().joined(separator: " ")
  }

  /// Whether what was found is what is shown, in which a line "…" stands for any lines.
  private static func compare(_ shown: [String], _ found: [String], home: String) {
    var found = found.map { masked($0, home: home) }[...]
    var skips = false
    for line in shown {
      if line == "…" {
        skips = true
        continue
      }
      let place = found.firstIndex(of: masked(line, home: home))
      guard let place, skips || place == found.startIndex else {
        Issue.record("the guide shows '\(line)' where '\(found.first ?? "nothing")' is printed")
        return
      }
      found = found[(place + 1)...]
      skips = false
    }
    #expect(skips || found.isEmpty, "the guide leaves out: \(found.joined(separator: "\n"))")
  }

  @Test func allThatItSaysIsSo() throws {
    let folder = ScratchFolder()
    try FileManager.default.copyItem(
      atPath: "\(Self.repository)/assets/guide/digits", toPath: "\(folder.path)/digits")
    var tool = Tool(in: folder)
    let programs = Tool.path.dropLast("/ddpm-repl".count)
    tool.environment["PATH"] = "\(programs):/usr/bin:/bin"
    func run(_ program: String, _ arguments: [String]) throws -> [String] {
      let result = try tool.start(arguments, program: program).wait(limit: .seconds(1200))
      #expect(result.status == 0, "\(arguments): \(result.errors)")
      return result.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    // Commands up to the next line for the shell are one session's. What is shown may leave out the end of what is printed
    // only with a "…".
    var session: (commands: [String], shown: [String]) = ([], [])
    var count = 0
    func endSession() throws {
      guard !session.commands.isEmpty else { return }
      folder.write("guide.ddpm", session.commands.joined(separator: "\n") + "\n")
      let found = try run(Tool.path, ["--batch", "guide.ddpm"])
      Self.compare(session.shown, found.filter { !$0.isEmpty }, home: folder.path)
      session = ([], [])
    }
    for block in try Self.blocks() {
      switch block.kind {
      case "ddpm":
        count += 1
        session.commands += block.lines
      case "text": session.shown += block.lines
      case "console":
        try endSession()
        for lines in block.lines.split(separator: "") {
          count += 1
          let command = try #require(lines.first?.hasPrefix("$ ") == true ? lines.first : nil)
          let found = try run("/bin/sh", ["-c", String(command.dropFirst(2))])
          Self.compare(Array(lines.dropFirst()), found.filter { !$0.isEmpty }, home: folder.path)
        }
      case "sh": break
      default: Issue.record("a block of the guide is neither ddpm, text, console nor sh: '\(block.kind)'")
      }
    }
    try endSession()
    #expect(count >= 10)
  }

  /// The pictures and pages that it points to are there.
  @Test func itsLinksLeadSomewhere() throws {
    let text = try Self.page("docs/guide.md").joined(separator: "\n")
    let links = text.matches(of: #/\]\(([^)#]+)/#).map { String($0.1) }.filter { !$0.hasPrefix("http") }
    #expect(links.count >= 6)
    for link in links { #expect(FileManager.default.fileExists(atPath: "\(Self.repository)/docs/\(link)"), "\(link)") }
  }
}
