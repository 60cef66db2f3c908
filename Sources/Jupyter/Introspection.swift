import CommandLanguage
import Files
import JSONValues
import Options
import Session

/// What clients ask about a text without running it. Places in texts are numbers of code points, as Jupyter counts them.
struct Introspection {
  let runner: ScriptRunner

  /// `complete_request`
  func completion(of code: String, cursor: Int) -> JSONObject {
    let before = Self.prefix(of: code, count: cursor)
    let completion = runner.table.completion(
      of: before, variables: runner.state.variables.names + runner.state.results.names)
    let start = String(decoding: before.utf8.prefix(completion.start), as: UTF8.self)
    var words = completion.words
    if let endings = completion.fileEndings {
      let typed = String(before.dropFirst(start.count))
      let isQuoted = start.hasSuffix("\"") || start.hasSuffix("'")
      words += FolderListing.names(startingWith: typed, endings: endings)
        .map { isQuoted || Spelling.isWord($0) ? $0 : Spelling.quoted($0) }
    }
    return [
      "status": "ok", "matches": .array(words.map { .string($0) }), "metadata": [:],
      "cursor_start": .integer(start.unicodeScalars.count), "cursor_end": .integer(before.unicodeScalars.count),
    ]
  }

  /// `inspect_request`: the help of the command that the cursor is in.
  func help(for code: String, cursor: Int) -> JSONObject {
    var data: JSONObject = [:]
    if let verb = verb(in: code, at: cursor), let help = runner.table.help(for: verb) {
      data = ["text/plain": .string(help)]
    }
    return ["status": "ok", "found": .bool(!data.isEmpty), "data": .object(data), "metadata": [:]]
  }

  /// `is_complete_request`
  static func completeness(of code: String) -> JSONObject {
    let script = Script(code, name: "")
    if script.isIncomplete { return ["status": "incomplete", "indent": "  "] }
    return ["status": script.errors.isEmpty ? "complete" : "invalid"]
  }

  private func verb(in code: String, at cursor: Int) -> String? {
    let ends: Set<Character> = ["\n", ";", "{", "}"]
    let before = Self.prefix(of: code, count: cursor)
    let start = before.lastIndex { ends.contains($0) }.map { before.index(after: $0) } ?? before.startIndex
    let statement = before[start...] + code.dropFirst(before.count).prefix { !ends.contains($0) }
    var words = statement.split(separator: " ").map(String.init)
    if words.first == "help" { words.removeFirst() }
    return (1...2).reversed().lazy.map { words.prefix($0).joined(separator: " ") }
      .first { runner.table.help(for: $0) != nil }
  }

  private static func prefix(of text: String, count: Int) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, count))))
  }
}

/// What was entered in this kernel, for `history_request`.
package struct EntryHistory {
  private var entries: [(line: Int, text: String)] = []

  package init() {}

  package mutating func add(_ text: String, line: Int) { entries.append((line, text)) }

  /// The answer to a request for the last entries, a range of them, or those that fit a pattern.
  package func answer(to content: JSONObject) -> JSONObject {
    var chosen: [(line: Int, text: String)]
    switch content["hist_access_type"]?.string {
    case "range":
      let session = content["session"]?.integer ?? 0
      let start = content["start"]?.integer ?? 0
      let stop = content["stop"]?.integer ?? .max
      // Earlier sessions are not kept: this one is 0, or by its number 1.
      chosen = session == 0 || session == 1 ? entries.filter { $0.line >= start && $0.line < stop } : []
    case "search":
      let pattern = Array(content["pattern"]?.string ?? "*")
      chosen = entries.filter { Self.fits(Array($0.text), pattern) }
      if content["unique"] == true {
        var seen: Set<String> = []
        chosen = chosen.reversed().filter { seen.insert($0.text).inserted }.reversed()
      }
    default: chosen = entries
    }
    if let limit = content["n"]?.integer, content["hist_access_type"]?.string != "range" {
      chosen = chosen.suffix(max(0, limit))
    }
    let withOutput = content["output"] == true
    return [
      "status": "ok",
      "history": .array(
        chosen.map { entry in
          let input = JSONValue.string(entry.text)
          return [1, .integer(entry.line), withOutput ? [input, nil] : input]
        }),
    ]
  }

  /// Whether a text is what a pattern of `*` (any signs) and `?` (one) stands for.
  package static func fits(_ text: [Character], _ pattern: [Character]) -> Bool {
    // The last star, and how much of the text it stands for so far: a mismatch lets it take one sign more.
    var (place, next) = (0, 0)
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (next, place)
        next += 1
      } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[place] {
        (place, next) = (place + 1, next + 1)
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (place, next) = (last.text + 1, last.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}
