import FoundationEssentials
import Testing

/// What README shows is what its readers see.
@Suite struct ReadmeTests {
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private static func lines(of path: String) throws -> [Substring] {
    try String(contentsOf: URL(filePath: "\(repository)/\(path)"), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The first session is the guide's, in its order; that one is run by GuideTests.
  @Test func theFirstSessionIsTheGuides() throws {
    let section = try Self.lines(of: "README.md").drop { $0 != "## A first session" }.dropFirst().prefix {
      !$0.hasPrefix("## ")
    }
    let session = section.drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
    var guide = try Self.lines(of: "docs/guide.md")[...]
    var count = 0
    for line in session where line != "…" && !line.hasPrefix("$ ") {
      let wanted = line.hasPrefix("In [") ? line.drop { $0 != ":" }.dropFirst(2) : line
      guard let place = guide.firstIndex(of: wanted) else {
        Issue.record("README shows '\(wanted)', which the guide does not at its place")
        return
      }
      guide = guide[place...]
      count += 1
    }
    #expect(count >= 12)
  }
}
