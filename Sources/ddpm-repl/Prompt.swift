import CommandLanguage
import Glibc
import Session

/// The read-evaluate-print loop at a terminal.
struct Prompt {
  private let runner: ScriptRunner
  private let terminal: Terminal
  private let isPlain: Bool
  private var cell: Int

  /// - Parameter isPlain: whether nothing is to be coloured.
  init(runner: ScriptRunner, firstCell: Int, isPlain: Bool) {
    self.runner = runner
    self.isPlain = isPlain || EnvironmentVariable.isDumbTerminal || EnvironmentVariable.forbidsColour
    cell = firstCell
    terminal = Terminal { [table = runner.table] in
      table.completion(of: $0, variables: runner.state.variables.names + runner.state.results.names)
    }
  }

  /// Whether entries could not be kept for the next session.
  var hasLostHistory: Bool { terminal.hasLostHistory }

  /// Runs entries until the user leaves.
  mutating func run() -> RunStatus {
    StandardStream.output.write(
      "ddpm-repl \(productVersion): explore ClusterDDPM. 'help start' shows how to begin, Ctrl-D leaves.\n"
        + (recoveryOffer().map { "\($0)\n" } ?? "") + "\n")
    while true {
      let input = terminal.readEntry(prompt: coloured("In [\(cell)]: "), continuationPrompt: "   ...: ") {
        Script($0, name: "").isIncomplete
      }
      switch input {
      case .entry(let text):
        guard !text.allSatisfy(\.isWhitespace) else { continue }
        runner.run(Script(parsing: SourceText(entry: cell, text: text), firstCell: cell))
        cell += 1
        if Interrupts.mustLeave { return .interrupted }
        if runner.isQuitting {
          if mayLeave() { return .succeeded }
          runner.stay()
        }
      case .interrupted: continue
      case .end:
        if mayLeave() { return Interrupts.mustLeave ? .interrupted : .succeeded }
      case .mustLeave: return .interrupted
      }
    }
  }

  /// In colour where colours are wanted, marked for readline as taking no room.
  private func coloured(_ prompt: String) -> String {
    guard !isPlain else { return prompt }
    return "\u{01}\u{1B}[32m\u{02}\(prompt)\u{01}\u{1B}[0m\u{02}"
  }

  /// Asks about unsaved work, once: a second Ctrl-D leaves.
  private func mayLeave() -> Bool {
    let changes = runner.state.unsavedChanges
    guard changes > 0 else { return true }
    let what = changes == 1 ? "1 change" : "\(changes) changes"
    switch terminal.ask("unsaved: \(what); 'save FILE' keeps them. Leave all the same? [y/N, Ctrl-D leaves] ") {
    case .entry(let answer): return ["y", "yes"].contains(answer.lowercased())
    case .end, .mustLeave: return true
    case .interrupted: return false
    }
  }
}
