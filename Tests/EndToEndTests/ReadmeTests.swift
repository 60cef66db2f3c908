import FoundationEssentials
import TestSupport
import Testing

/// What README shows is what its readers see.
@Suite struct ReadmeTests {
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  /// The first session's commands and the lines that it shows, "…" where it leaves some out.
  private static func firstSession() throws -> (commands: [String], shown: [String]) {
    let readme = try String(contentsOf: URL(filePath: "\(repository)/README.md"), encoding: .utf8)
    let section = readme.split(separator: "\n", omittingEmptySubsequences: false)
      .drop { $0 != "## A first session" }.dropFirst().prefix { !$0.hasPrefix("## ") }
    let lines = section.drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
    let isCommand: (String) -> Bool = { $0.hasPrefix("In [") }
    let commands = lines.filter(isCommand).map { String($0.drop { $0 != ":" }.dropFirst(2)) }
    return (commands, lines.filter { !isCommand($0) && !$0.hasPrefix("$ ") })
  }

  /// The line without a training's rate, which is the machine's.
  private static func masked(_ line: String) -> String {
    let words = line.split(separator: " ")
    guard words.count >= 4, words.allSatisfy({ Double($0) != nil }) else { return line }
    var rest = line[..<words.last!.startIndex]
    while rest.last == " " { rest.removeLast() }
    return String(rest)
  }

  @Test func theFirstSessionIsWhatIsShown() throws {
    let (commands, shown) = try Self.firstSession()
    #expect(commands.count >= 6 && shown.count >= 10)
    let folder = ScratchFolder()
    folder.write("first.ddpm", commands.joined(separator: "\n") + "\n")
    let result = try Tool(in: folder).start(["--batch", "first.ddpm"]).wait(limit: .seconds(300))
    #expect(result.status == 0)
    var found = result.output.split(separator: "\n").map { Self.masked(String($0)) }[...]
    var skips = false
    for line in shown {
      if line == "…" {
        skips = true
        continue
      }
      let place = found.firstIndex(of: Self.masked(line))
      guard let place, skips || place == found.startIndex else {
        Issue.record("README shows '\(line)' where the program shows '\(found.first ?? "nothing")'")
        return
      }
      found = found[(place + 1)...]
      skips = false
    }
    #expect(skips || found.isEmpty, "README leaves out: \(found)")
  }
}
