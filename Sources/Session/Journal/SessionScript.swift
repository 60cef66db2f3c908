import CommandLanguage
import Files
import JSONValues
import Options
import TensorEngine

extension Journal {
  /// The entries of each loop that was taken back as one step, outer ones first where they begin together.
  fileprivate var loopsTakenBack: [Range<Int>] {
    var loops: [Range<Int>] = []
    for case .command(let run) in self {
      for loop in run.loopsTakenBack where !loop.isEmpty && !loops.contains(loop) { loops.append(loop) }
    }
    return loops
  }
}

/// The session as a script that replays it.
enum SessionScript {
  /// The first line of every saved script says what the SHA-256 of the rest is.
  private static let stamp = StampedText(
    beginning: "# ddpm-repl session, sha256 of the lines below: ", end: "\n", limit: ScriptFile.sizeLimit)

  /// What tells a saved script as it was written: one that was edited since is the user's, so its whole text is read.
  static let mark = stamp.mark

  /// Whether `source` is the whole text of a session as it was saved.
  static func isUnchanged(_ source: SourceText) -> Bool {
    mark.isCarried(by: source.bytes)
  }

  /// The journal as a script, after a header that says where its numbers come from.
  static func text(of session: SessionState) -> String { stamp.stamped(body(session)) }

  /// Where the session's numbers come from, as lines of comments.
  static func provenance(of session: SessionState) -> [String] {
    var lines = ["# version \(productVersion), seed \(session.seed), arithmetic \(arithmeticVersion)"]
    if let dataset = session.dataset { lines.append("# data \(onOneLine(dataset.name)) sha256 \(dataset.sha256)") }
    return lines
  }

  private static func body(_ session: SessionState) -> String {
    var lines = provenance(of: session)
    var cell = 0
    let loops = session.journal.loopsTakenBack
    for (index, entry) in session.journal.enumerated() {
      lines += loops.filter { $0.upperBound == index }.map { _ in "}" }
      // What an undo took back as one is one for a replay, too.
      let opened = loops.filter { $0.lowerBound == index }.map { _ in "repeat 1 {" }
      switch entry {
      case .markdown(let title, let text):
        lines += opened + ["", "# %% [markdown]" + (title.isEmpty ? "" : " \(title)")]
        lines += text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "#" : "# \($0)" }
        cell = 0
      case .command(let run):
        if run.call.cell != cell {
          lines += ["", "# %%" + (run.call.cellTitle.isEmpty ? "" : " \(run.call.cellTitle)")]
          cell = run.call.cell
        }
        lines += opened + [run.saved ?? run.text]
        lines += findings(run).map { "#= \(onOneLine($0))" }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A file's or data set's name may hold anything; in a comment it must not begin a command of the replay.
  private static func onOneLine(_ text: String) -> String {
    text.withoutControls().replacing("\u{FFFD}", with: " ")
  }

  /// What a command found: its numbers and words on one line, a line a row of a table, a line a file.
  private static func findings(_ run: CommandRun) -> [String] {
    var lines: [String] = []
    let flat = summary(run.results)
    if !flat.isEmpty { lines.append(flat) }
    for member in run.results.members {
      guard case .array(let rows) = member.value else { continue }
      for case .object(let row) in rows { lines.append(summary(row)) }
    }
    return lines + run.artifacts.map { "wrote \($0.path) sha256 \($0.sha256)" }
  }

  /// Rates and times differ from run to run and say nothing about the result.
  static let unrepeatable: Set = ["imagesPerSecond", "seconds"]

  private static func summary(_ object: JSONObject) -> String {
    object.members.compactMap { member -> String? in
      let name = member.name
      guard !unrepeatable.contains(name) else { return nil }
      switch member.value {
      case .integer(let number): return "\(name) \(number)"
      case .number(let number): return "\(name) \(Number.spelling(number))"
      case .string(let text): return "\(name) \(text)"
      case .bool(let flag): return "\(name) \(flag ? "on" : "off")"
      case .null, .array, .object: return nil
      }
    }
    .joined(separator: "  ")
  }
}
