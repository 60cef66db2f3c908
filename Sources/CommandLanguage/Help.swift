extension CommandTable {
  /// Help for a verb; for the first word of a family, its members. nil if there is no such verb.
  ///
  /// - Parameter width: columns to fill.
  public func help(for verb: String, width: Int = 100) -> String? {
    if let entry = self[verb] { return entry.help(width: width) }
    let members = family(verb)
    guard !members.isEmpty else { return LanguageStatement.help(for: verb) }
    let rows = members.compactMap { self["\(verb) \($0)"] }.map { ($0.verb, $0.summary) }
    return "\(verb) is one of:\n\n" + TwoColumns.text(rows, width: width)
  }

  /// All verbs with their summaries, group by group, then the language's own statements.
  public func overview(width: Int = 100) -> String {
    let column = entries.map { DisplayWidth.of($0.verb) }.max()
    let sections = groups.map { group in
      (group.title.isEmpty ? "" : group.title + "\n")
        + TwoColumns.text(group.entries.map { ($0.verb, $0.summary) }, width: width, termWidth: column)
    }
    let language = TwoColumns.text(LanguageStatement.all.map { ($0.usage, $0.summary) }, width: width)
    return (sections + ["Language\n" + language]).joined(separator: "\n")
  }

  /// The verb that was probably meant.
  public func nearestVerb(to word: String) -> String? {
    entries.first { $0.synonyms.contains(word) }?.verb
      ?? Suggestion.nearest(to: word, among: word.contains(" ") ? entries.map(\.verb) : firstWords)
  }

  /// All commands as a Markdown page.
  public var referencePage: String {
    var page = "# Commands\n"
    for group in groups {
      if !group.title.isEmpty { page += "\n## \(group.title)\n" }
      for entry in group.entries { page += entry.referenceSection }
    }
    page += "\n## Language\n"
    for statement in LanguageStatement.all {
      page += "\n### \(statement.word)\n\n\(statement.summary).\n\n```\n\(statement.usage)\n```\n"
      page += "\n\(statement.discussion)\n"
    }
    return page
  }
}

extension CommandEntry {
  /// The command's part of the reference page, as Markdown.
  fileprivate var referenceSection: String {
    var page = "\n### \(verb)\n\n\(summary).\n\n```\n\(usage(width: 100))\n```\n"
    if !discussion.isEmpty { page += "\n\(discussion)\n" }
    if !parameters.isEmpty {
      page += "\n| parameter | value | default | |\n|---|---|---|---|\n"
      for parameter in parameters {
        let value = [parameter.valueForm, parameter.range].compactMap(\.self).joined(separator: ", ")
        let name = parameter.isPositional ? parameter.name.uppercased() : parameter.name
        let cells = ["`\(name)`", value.replacing("|", with: "\\|"), parameter.defaultText ?? "", parameter.help]
        page += "| \(cells.joined(separator: " | ")) |\n"
      }
    }
    if let resultLine { page += "\nResults: \(resultLine).\n" }
    if !examples.isEmpty {
      let columns = TwoColumns.text(
        examples.flatMap { example in
          [(example.line, "# " + example.says)] + (example.prints.map { [("", "#= " + $0)] } ?? [])
        }, width: 120, indent: 0)
      page += "\n```\n\(columns)```\n"
    }
    if !seeAlso.isEmpty { page += "\nSee also: \(seeAlso.joined(separator: ", ")).\n" }
    return page
  }
}

extension CommandEntry {
  /// What it finds, as scripts use it: "${evaluate.accuracy}, nmi, ari"; nil if it finds nothing that has a name.
  public var resultLine: String? {
    guard !resultPaths.isEmpty else { return nil }
    let short = results.flatMap { $0.isOpen ? $0.parts.flatMap(\.paths) : $0.paths }
    return "${\(dottedVerbs[0]).\(short[0])}" + short.dropFirst().map { ", \($0)" }.joined()
  }
}

extension CommandEntry {
  /// `train [rounds=N] [lambda=X]`, wrapped.
  public func usage(width: Int) -> String {
    let words = parameters.map { parameter -> String in
      switch parameter.role {
      case .required: parameter.name.uppercased()
      case .positional: "[\(parameter.name.uppercased())]"
      case .rest: "[\(parameter.name.uppercased()) …]"
      case .option: "[\(parameter.name)=\(parameter.valueForm)]"
      }
    }
    return TextWrap.lines(words, first: verb, width: width, indent: verb.count + 1).joined(separator: "\n")
  }

  /// Usage, summary, discussion, parameters, examples and relatives.
  public func help(width: Int) -> String {
    var text = usage(width: width) + "\n\n"
    text += TextWrap.paragraph(summary + ".", width: width)
    if !discussion.isEmpty {
      for paragraph in discussion.split(separator: "\n\n") {
        text += "\n" + TextWrap.paragraph(String(paragraph), width: width)
      }
    }
    let rows = parameters.map {
      ($0.isPositional ? $0.name.uppercased() : "\($0.name)=\($0.valueForm)", $0.tableText)
    }
    if !rows.isEmpty { text += "\n" + TwoColumns.text(rows, width: width) }
    if let resultLine { text += "\n" + TextWrap.paragraph("Results: \(resultLine)", width: width) }
    if !examples.isEmpty {
      text +=
        "\nExamples:\n"
        + TwoColumns.text(
          examples.flatMap { example in
            [(example.line, example.says)] + (example.prints.map { [("", "→ " + $0)] } ?? [])
          }, width: width)
    }
    if !seeAlso.isEmpty {
      text += "\n" + TextWrap.paragraph("See also: \(seeAlso.joined(separator: ", "))", width: width)
    }
    return text
  }
}

extension ParameterDescription {
  /// Help, then what may be given and what is assumed: "EM rounds (from 1 to 100000; default 5)".
  public var tableText: String {
    var notes: [String] = []
    if isPositional {
      let isWorthSaying = valueForm != name.uppercased() && valueForm != "PATH" && valueForm != "TEXT"
      if isWorthSaying { notes.append(valueForm) }
    }
    if let range { notes.append(range) }
    if let defaultText { notes.append("default \(defaultText)") }
    return notes.isEmpty ? help : "\(help) (\(notes.joined(separator: "; ")))"
  }
}

/// The statements that are the language's own, for help.
public struct LanguageStatement: Sendable {
  public let word: String
  public let usage: String
  /// One sentence without a full stop.
  public let summary: String
  public let discussion: String

  public static let all = [
    LanguageStatement(
      word: "let", usage: "let NAME = VALUE", summary: "Set a variable; $NAME stands for it, in \"…\" strings too",
      discussion: "A list is written without spaces: let lambdas = 0.1,0.2. There is no arithmetic: 2*3 is an error, "
        + "\"2*3\" a text. 'show' lists the variables. ${evaluate.accuracy} is what the last evaluate found: "
        + "'help VERB' names a command's results, which of several rounds are the last one's."),
    LanguageStatement(
      word: "default", usage: "default NAME = VALUE", summary: "Set a variable unless it has a value already",
      discussion: "A notebook's parameters: ddpm-repl -p NAME=VALUE sets them from outside."),
    LanguageStatement(
      word: "for", usage: "for NAME in VALUE … { … }", summary: "Run a block once for each value",
      discussion: "A single value that is a list gives its items one by one: for x in $lambdas { … }."),
    LanguageStatement(
      word: "repeat", usage: "repeat N { … }", summary: "Run a block N times, $i counting from 1",
      discussion: "repeat 3 { train rounds=1; evaluate }"),
    LanguageStatement(
      word: "if", usage: "if on|off { … }", summary: "Run a block if the value is on, and skip it if it is off",
      discussion: "if $quick { default seeds = 0 } in a notebook that begins with default quick = off: "
        + "ddpm-repl -p quick=on runs the block."),
    LanguageStatement(
      word: "sweep", usage: "sweep NAME=LIST … { … }",
      summary: "Run a block for every combination of values, each from the same start, and compare the scores",
      discussion:
        "sweep lambda=0.1,1 seed=0,1 { seed $seed; model fast; train lambda=$lambda; evaluate }. What each run "
        + "did, set and found is undone after it. A run that fails is a dash in the table; one whose scores the store of runs already "
        + "holds, for the same start, block, values, data and version, is not run again: a sweep that was cut off goes on "
        + "where it was. What stands in the block before the first statement in which a swept variable occurs is done once and "
        + "shared by all runs, and so on with the variables that come later: with sweep seed=0,1 lambda=0.1,1 and what "
        + "is above each seed is built once. Runs come to the same as if each did all of it."),
  ]

  static var words: [String] { all.map(\.word) }

  static func help(for word: String) -> String? {
    all.first { $0.word == word }.map { "\($0.usage)\n\n\($0.summary).\n\($0.discussion)\n" }
  }
}

public enum TextWrap {
  /// `words` behind `first` and `joint`, on lines of at most `width` columns; later lines start with `indent` spaces.
  static func lines(_ words: [String], first: String, joint: String = " ", width: Int, indent: Int) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = first.isEmpty || joint.isEmpty
    for word in words {
      if !isEmpty, DisplayWidth.of(line) + 1 + DisplayWidth.of(word) > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += isEmpty ? word : " " + word
      }
      isEmpty = false
    }
    return lines + [line]
  }

  public static func paragraph(_ text: String, width: Int) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    return lines(words, first: "", width: width, indent: 0).joined(separator: "\n") + "\n"
  }
}

/// Rows of a term and its explanation.
public enum TwoColumns {
  /// - Parameter termWidth: the first column's width, so that several tables can align; else that of the widest term
  ///   that takes at most half of a line.
  public static func text(_ rows: [(String, String)], width: Int, indent: Int = 2, termWidth: Int? = nil) -> String {
    let margin = String(repeating: " ", count: indent)
    let widest = min(
      termWidth ?? rows.map { DisplayWidth.of($0.0) }.filter { $0 <= width / 2 }.max() ?? 0, max(width - 24 - indent, 4)
    )
    let column = indent + widest + 2
    var text = ""
    for (term, explanation) in rows {
      let words = explanation.split(whereSeparator: \.isWhitespace).map(String.init)
      var lines = TextWrap.lines(words, first: "", width: max(20, width - column), indent: 0)
      if DisplayWidth.of(term) > widest {
        text += margin + term + "\n"
      } else {
        let padding = String(repeating: " ", count: widest - DisplayWidth.of(term) + 2)
        text += (margin + term + padding + lines.removeFirst()).trimmingTrailingSpaces() + "\n"
      }
      for line in lines where !line.isEmpty { text += String(repeating: " ", count: column) + line + "\n" }
    }
    return text
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
