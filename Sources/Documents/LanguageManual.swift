import CommandLanguage
import Session

/// ddpm(5): the language, its commands and the files.
struct LanguageManual {
  let table: CommandTable
  /// Options that many commands take alike, which are explained once.
  private let shared: [ParameterDescription]

  init(table: CommandTable) {
    self.table = table
    var counts: [String: Int] = [:]
    let options = table.entries.flatMap { $0.parameters.filter { !$0.isPositional } }
    for option in options { counts[option.asExplained, default: 0] += 1 }
    var listed: Set<String> = []
    shared = options.filter { counts[$0.asExplained]! >= Self.many && listed.insert($0.asExplained).inserted }
  }

  /// Commands that share an option before it moves to a section of its own.
  private static let many = 5

  /// The page's text.
  var page: String {
    var page = ManualPage(
      "ddpm", section: 5, summary: "commands, notebooks and files of ddpm-repl", date: productDate)
    page.section("Description")
    page.prose(
      """
      Files that end in .ddpm hold commands for ddpm-repl(1), which explores clustering with diffusion models. The same \
      commands are typed at its prompt and in cells of Jupyter, which ddpm-kernel(1) serves. A script is checked whole \
      before its first command runs; the same script and seed give the same bytes on every machine.

      This page has all commands with all that they take. At the prompt, help shows the same for each.
      """)
    page.section("Language")
    topic(HelpTopic.language, on: &page)
    for statement in LanguageStatement.all {
      page.subsection(statement.word)
      page.literal(statement.usage)
      page.paragraph("\(statement.summary). \(statement.discussion)")
    }
    page.section("Notebooks")
    topic(HelpTopic.notebooks, on: &page)
    page.section("Commands")
    page.rows(table.entries.map { ($0.verb, $0.summary + ".") })
    for group in table.groups {
      page.section(group.title)
      for topic in HelpTopic.all where topic.name.hasPrefix(group.title.lowercased()) { self.topic(topic, on: &page) }
      if group.title == "Model" { topic(HelpTopic.training, on: &page) }
      for entry in group.entries { command(entry, on: &page) }
    }
    page.section("Shared options")
    page.prose("These mean the same in all commands that name them.")
    self.options(shared, on: &page)
    page.section("Files")
    page.rows(
      SessionFormat.all.map { (".\($0.ending)", "Written by save: \($0.summary).") } + [
        (".png, .pdf, .svg", "Figures; each says in the file which command and seed made it."),
        (".style", "A style of figures of one's own: a line NAME=VALUE for each option of figures."),
        (".jsonl", "A record: a JSON line for each command, with what it found."),
      ])
    page.section("Examples")
    topic(HelpTopic.start, on: &page)
    page.section("See also")
    page.macro(".Xr ddpm-kernel 1 ,")
    page.macro(".Xr ddpm-repl 1")
    return page.text
  }

  private func topic(_ topic: HelpTopic, on page: inout ManualPage) {
    for block in topic.blocks {
      switch block {
      case .paragraph(let text): page.paragraph(text)
      case .rows(let rows):
        page.literal(
          TwoColumns.text(rows.map { ($0.term, $0.meaning) }, width: ManualPage.literalWidth, indent: 0).trimmed)
      }
    }
  }

  private func options(_ parameters: [ParameterDescription], on page: inout ManualPage) {
    guard !parameters.isEmpty else { return }
    page.list(
      parameters.map { parameter in
        let term =
          parameter.isPositional
          ? "Ar \(Roff.argument(parameter.name.uppercased()))"
          : "Cm \(Roff.argument(parameter.name + "=")) Ns Ar \(Roff.argument(parameter.valueForm))"
        return (term, parameter.tableText + ".")
      })
  }

  private func command(_ entry: CommandEntry, on page: inout ManualPage) {
    page.subsection(entry.verb)
    page.literal(entry.usage(width: ManualPage.literalWidth).breakingLongWords(at: ManualPage.literalWidth + 2))
    page.paragraph(entry.summary + ".")
    for paragraph in entry.discussion.split(separator: "\n\n") { page.paragraph(String(paragraph)) }
    let explainedOnce = Set(shared.map(\.asExplained))
    self.options(entry.parameters.filter { !explainedOnce.contains($0.asExplained) }, on: &page)
    let others = entry.parameters.filter { explainedOnce.contains($0.asExplained) }.map { $0.name + "=" }
    if !others.isEmpty { page.paragraph("Also, as under SHARED OPTIONS: \(others.joined(separator: ", ")).") }
    if let results = entry.resultLine { page.paragraph("Results: \(results).") }
    if !entry.examples.isEmpty {
      page.paragraph("For example:")
      let rows = entry.examples.flatMap { example in
        [(example.line, "# " + example.says)] + (example.prints.map { [("", "#= " + $0)] } ?? [])
      }
      page.literal(TwoColumns.text(rows, width: ManualPage.literalWidth, indent: 0).trimmed)
    }
    if !entry.seeAlso.isEmpty { page.paragraph("See also: \(entry.seeAlso.joined(separator: ", ")).") }
  }
}

extension ParameterDescription {
  /// All that is said of it.
  fileprivate var asExplained: String { "\(name)=\(valueForm) \(tableText)" }
}

extension String {
  /// Lines that are wider than `width` go on, indented, behind the last bar that fits.
  fileprivate func breakingLongWords(at width: Int) -> String {
    split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
      guard line.count > width, let bar = line.prefix(width).lastIndex(of: "|") else { return [String(line)] }
      let margin = line.prefix { $0 == " " }
      return [String(line[...bar]), margin + "  " + line[line.index(after: bar)...]]
    }
    .joined(separator: "\n")
  }

  /// Without line ends behind the text.
  var trimmed: String {
    var text = self
    while text.hasSuffix("\n") { text.removeLast() }
    return text
  }
}
