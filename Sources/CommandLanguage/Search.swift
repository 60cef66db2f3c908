/// A command whose help mentions a word, and where.
public struct HelpMention: Sendable {
  public let verb: String
  /// The summary, the option's line or the sentence that mentions it.
  public let excerpt: String
}

extension CommandTable {
  /// The commands whose help mentions `term`: those named so first, then those whose summary, options or text do.
  public func mentions(of term: String) -> [HelpMention] {
    let statements = LanguageStatement.all.filter { "\($0.word) \($0.summary) \($0.discussion)".mentions(term) }
    let found = entries.enumerated().compactMap { index, entry in
      entry.mention(of: term).map { (rank: $0.rank, index: index, verb: entry.verb, excerpt: $0.excerpt) }
    }
    return found.sorted { ($0.rank, $0.index) < ($1.rank, $1.index) }
      .map { HelpMention(verb: $0.verb, excerpt: $0.excerpt) }
      + statements.map { HelpMention(verb: $0.word, excerpt: $0.summary) }
  }
}

extension CommandEntry {
  /// The most telling mention; smaller ranks tell more.
  fileprivate func mention(of term: String) -> (rank: Int, excerpt: String)? {
    if verb.mentions(term) { return (0, summary) }
    if summary.mentions(term) { return (1, summary) }
    if let parameter = parameters.first(where: { $0.name.mentions(term) || $0.help.mentions(term) }) {
      let name = parameter.isPositional ? parameter.name.uppercased() : "\(parameter.name)="
      return (2, "\(name)  \(parameter.help)")
    }
    if let sentence = discussion.sentences.first(where: { $0.mentions(term) }) { return (3, sentence) }
    return nil
  }
}

extension String {
  /// Whether a word of the text begins as `term` does or the other way round, or the text holds a term of several words.
  public func mentions(_ term: String) -> Bool {
    let term = term.lowercased()
    let text = lowercased()
    if term.contains(where: { !$0.isLetter && !$0.isNumber }) { return text.contains(term) }
    // "clustering" finds "cluster", but nothing finds "a".
    return text.split { !$0.isLetter && !$0.isNumber }.contains {
      $0.hasPrefix(term) || ($0.count >= 5 && term.hasPrefix($0))
    }
  }

  /// Cut after each full stop that a space or the end follows.
  var sentences: [String] {
    split(whereSeparator: \.isNewline).joined(separator: " ").split(separator: ". ").map {
      $0.hasSuffix(".") ? String($0.dropLast()) : String($0)
    }
  }
}
