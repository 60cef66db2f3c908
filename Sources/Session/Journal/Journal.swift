import CommandLanguage

/// A step of the session.
public enum JournalEntry: Sendable {
  /// A cell of text.
  case markdown(title: String, text: String)
  case command(CommandRun)
}

extension JournalEntry {
  /// The seed that a session began with, as if the command had been given.
  static func firstSeed(_ seed: UInt64) -> JournalEntry {
    let text = "seed \(seed)"
    return .command(CommandRun(CommandCall(SourceText(name: "--seed", text: text)), asked: text))
  }
}
