import CommandLanguage
import Files
import Interruptions
import Options

/// `verify FILE`
struct VerifyCommand: ReadingCommand {
  var file = ""
  var tolerance = 0.0
  var cells: [Int] = []

  static let declaration = CommandDeclaration<VerifyCommand>(
    "verify", summary: "Replay a saved session and compare all that it found",
    discussion: """
      The script runs in a session of its own; what it writes goes to a folder that is removed afterwards, so that nothing \
      is replaced. Each number, word and file that now is another than the script says is listed, as is a file that no \
      longer is what was written, where it lies; the exit status is 1 if there is any. On one version of this program and \
      the same data there is none, on any machine; for other versions tolerance= says how far numbers may be apart, and \
      files are not compared then. Rates and times are left out.
      """,
    parameters: [
      .required("file", \.file, .path(endings: [SessionFormat.script.ending]), help: "a session that save wrote"),
      .option(
        "tolerance", \.tolerance, .number(in: 0...1), help: "the relative difference up to which numbers are the same"),
      .option(
        "only", \.cells, .integer(in: 1...1_000_000), count: 0...Int.max,
        help: "compare the results of these cells alone; those before them run too"),
    ],
    results: ["numbers", "files"],
    examples: [
      CommandExample("verify session.ddpm", "whether all of it comes out again"),
      CommandExample("verify session.ddpm tolerance=0.01", "on another version, within a hundredth"),
      CommandExample("verify session.ddpm only=5", "what its fifth cell found"),
    ],
    seeAlso: ["save", "run", "cells"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let source = try about("file") { try ScriptFile.read(file, besides: environment.scriptFolder) }
    let script = Script(parsing: source)
    let saved = SavedResults(script)
    guard !saved.isEmpty else { throw VerificationError.noResults(file: file).about("file") }
    if let missing = cells.firstIndex(where: { script.cell($0) == nil }) {
      throw CellError.notInScript(cells[missing], file: file, count: script.cells.last?.number ?? 0)
        .about("only", item: missing)
    }
    if !SessionScript.isUnchanged(source) {
      environment.print("\(file.withoutControls()) was edited since it was saved")
    }
    let replayed = try replay(script, session, environment)
    let found = SavedResults(
      Script(parsing: SourceText(name: "replay", text: SessionScript.text(of: replayed))))
    var verification = Verification(of: saved, against: found, cells: cells, tolerance: tolerance)
    if tolerance == 0 { try verification.compareFiles(of: saved, cells: cells) }
    return outcome(verification, environment)
  }

  /// The session that the script comes to.
  private func replay(
    _ script: Script, _ session: SessionState, _ environment: Environment
  ) throws -> SessionState {
    var start = SessionState()
    start.settings.dataFolder = session.settings.dataFolder
    // Up to the last cell that is compared.
    let script =
      cells.max().map { last in script.selecting(Set(script.cells.map(\.number).filter { $0 <= last })) }
      ?? script
    let run = try FileShadow.$current.withValue(try FileShadow()) {
      try environment.run(script, on: start) { event in
        if case .progress = event { true } else { false }
      }
    }
    switch run.status {
    case .succeeded: return run.state
    case .interrupted: throw Interrupted()
    case .failed:
      let reason = run.problems.first.map { "\($0.location.fileAndLine): \($0.problem)" } ?? "it failed"
      throw VerificationError.failed(file: file, reason: reason)
    }
  }

  private func outcome(_ verification: Verification, _ environment: Environment) -> CommandOutcome {
    let differences = verification.differences
    let compared =
      NumberText.counted(verification.numberCount, "result") + " and "
      + NumberText.counted(verification.fileCount, "file")
    if differences.isEmpty {
      environment.print("\(compared) of \(file.withoutControls()): all as it says")
    } else {
      var table = Table([
        .init("line", .integer), .init("command"), .init("result"), .init("saved"), .init("now"),
        .init("relative difference"),
      ])
      for difference in differences {
        let relative = difference.relative.map(Self.twoDigits)
        table.add([
          .integer(difference.line), .text(difference.verb), .text(difference.result),
          .text(Self.short(difference.saved)), .text(Self.short(difference.now)),
          relative.map { .text($0) } ?? .missing,
        ])
      }
      environment.print(table)
    }
    var outcome = CommandOutcome(results: [
      "numbers": .integer(verification.numberCount), "files": .integer(verification.fileCount),
    ])
    if !differences.isEmpty {
      outcome.failure = VerificationError.differs(file: file, count: differences.count, compared: compared)
    }
    return outcome
  }

  /// A positive number with two significant digits.
  private static func twoDigits(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return Number.spelling(value) }
    var scale = 1.0
    while value * scale < 10 { scale *= 10 }
    return Number.spelling((value * scale).rounded() / scale)
  }

  /// The first digits of a checksum.
  private static func short(_ value: String) -> String {
    value.utf8.count == 64 && value.allSatisfy(\.isHexDigit) ? "\(value.prefix(12))…" : value
  }
}

/// Why a saved session could not be confirmed.
enum VerificationError: Error, CustomStringConvertible {
  case noResults(file: String)
  case failed(file: String, reason: String)
  case differs(file: String, count: Int, compared: String)

  var description: String {
    switch self {
    case .noResults(let file):
      "\(file.withoutControls()) has no results to compare: save writes them below each command, so save the session first"
    case .failed(let file, let reason): "the replay of \(file.withoutControls()) failed: \(reason)"
    case .differs(let file, let count, let compared):
      "\(count) of \(compared) of \(file.withoutControls()) \(count == 1 ? "differs" : "differ")"
    }
  }
}
