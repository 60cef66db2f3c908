import JSONValues
import Session

/// A program's page in section 1, made of what its command line says of itself.
///
/// `help` is what swift-argument-parser knows of a command, as JSON; what no declaration has — files, variables of the
/// environment, examples — comes beside it.
struct ProgramManual {
  let name: String
  /// What `_dumpHelp` of the program's command gives.
  let help: String
  /// Behind the description.
  var remarks = ""
  var environment: [(name: String, meaning: String)] = []
  var files: [(path: String, meaning: String)] = []
  var examples: [(line: String, says: String)] = []
  var topics: [HelpTopic] = []
  let seeAlso: [String]

  /// Throws `JSONError` where `help` is none.
  func page() throws -> String {
    let command = ProgramHelp(try JSONValue(parsing: Array(help.utf8)).object?["command"]?.object ?? [:])
    var page = ManualPage(name, section: 1, summary: command.abstract.asNounPhrase, date: productDate)
    page.section("Synopsis")
    page.macro(".Nm \(name)")
    synopsis(of: command, on: &page)
    for subcommand in command.subcommands {
      page.macro(".Nm \(name)")
      if subcommand.name != command.defaultSubcommand { page.macro(".Cm \(Roff.argument(subcommand.name))") }
      synopsis(of: subcommand, on: &page)
    }
    page.section("Description")
    page.prose("\(command.abstract)")
    let (description, statuses) = command.discussionAndStatuses
    for paragraph in description + remarks.split(separator: "\n\n").map(String.init) { page.paragraph(paragraph) }
    options(of: command, on: &page)
    for subcommand in command.subcommands {
      page.subsection(subcommand.name)
      page.prose(subcommand.abstract)
      options(of: subcommand, on: &page)
    }
    for topic in topics {
      page.subsection(topic.name.prefix(1).uppercased() + topic.name.dropFirst())
      for block in topic.blocks {
        switch block {
        case .paragraph(let text): page.paragraph(text)
        case .rows(let rows): page.rows(rows)
        }
      }
    }
    if !environment.isEmpty {
      page.section("Environment")
      page.list(environment.map { ("Ev \($0.name)", $0.meaning) })
    }
    if !files.isEmpty {
      page.section("Files")
      page.list(files.map { ("Pa \(Roff.argument($0.path))", $0.meaning) })
    }
    if !statuses.isEmpty {
      page.section("Exit status")
      page.rows(statuses)
    }
    if !examples.isEmpty {
      page.section("Examples")
      for example in examples {
        page.paragraph(example.says + ":")
        page.literal("$ " + example.line)
      }
    }
    page.section("See also")
    for (index, name) in seeAlso.enumerated() {
      page.macro(".Xr \(name)" + (index + 1 < seeAlso.count ? " ," : ""))
    }
    return page.text
  }

  private func synopsis(of command: ProgramHelp, on page: inout ManualPage) {
    for argument in command.arguments { page.macro(argument.synopsis) }
  }

  private func options(of command: ProgramHelp, on page: inout ManualPage) {
    guard !command.arguments.isEmpty else { return }
    page.macro(".Bl -tag -width Ds")
    for argument in command.arguments {
      page.macro(".It \(argument.term)")
      page.prose(argument.abstract)
    }
    page.macro(".El")
  }
}

/// A command as swift-argument-parser describes it.
private struct ProgramHelp {
  let name: String
  let abstract: String
  let discussion: String
  let defaultSubcommand: String?
  private(set) var arguments: [ProgramArgument]
  let subcommands: [ProgramHelp]

  init(_ object: JSONObject) {
    func text(_ name: String) -> String { object[name]?.string ?? "" }
    name = text("commandName")
    abstract = text("abstract")
    discussion = text("discussion")
    defaultSubcommand = object["defaultSubcommand"]?.string
    arguments = (object["arguments"]?.array ?? []).compactMap { $0.object.flatMap(ProgramArgument.init) }
    // What all have is said of the program.
    let general = arguments.map(\.names)
    subcommands = (object["subcommands"]?.array ?? []).compactMap(\.object).map(ProgramHelp.init)
      .filter { $0.name != "help" }.map { $0.without(general) }
  }

  private func without(_ names: [[String]]) -> ProgramHelp {
    var help = self
    help.arguments.removeAll { names.contains($0.names) }
    return help
  }

  /// The discussion's paragraphs, and the exit statuses that one of them lists.
  var discussionAndStatuses: (paragraphs: [String], statuses: [(term: String, meaning: String)]) {
    let paragraphs = discussion.split(separator: "\n\n").map(String.init)
    let mark = "Exit status: "
    guard let listed = paragraphs.first(where: { $0.hasPrefix(mark) }) else { return (paragraphs, []) }
    let items = listed.dropFirst(mark.count).split(separator: #/, (?=[0-9])|\.$/#).map { item in
      let words = item.split(separator: " ", maxSplits: 1)
      return (term: String(words[0]), meaning: words.dropFirst().joined().capitalisingFirst + ".")
    }
    return (paragraphs.filter { !$0.hasPrefix(mark) }, items)
  }
}

/// An option, a flag or a positional argument.
private struct ProgramArgument {
  let names: [String]
  /// nil for a flag.
  let value: String?
  let isPositional: Bool
  let isOptional: Bool
  let isRepeating: Bool
  let abstract: String

  init?(_ object: JSONObject) {
    func flag(_ name: String) -> Bool { object[name] == .bool(true) }
    guard flag("shouldDisplay") else { return nil }
    let kind = object["kind"]?.string
    isPositional = kind == "positional"
    names = (object["names"]?.array ?? []).compactMap(\.object).map { name in
      (name["kind"]?.string == "short" ? "" : "\\-") + (name["name"]?.string ?? "").replacing("-", with: "\\-")
    }
    .sorted { $0.count < $1.count }
    value = kind == "flag" ? nil : object["valueName"]?.string
    isOptional = flag("isOptional") || kind == "flag"
    isRepeating = flag("isRepeating")
    abstract = object["abstract"]?.string ?? ""
  }

  private var valueWord: String { value.map { " Ar \(Roff.argument($0))" } ?? "" }

  /// In the list of options: both names, the value behind each.
  var term: String {
    isPositional ? "Ar \(Roff.argument(value ?? ""))" : names.map { "Fl \($0)\(valueWord)" }.joined(separator: " , ")
  }

  /// In the synopsis: the short name.
  var synopsis: String {
    let word = isPositional ? "Ar \(Roff.argument(value ?? ""))" : "Fl \(names.first ?? "")\(valueWord)"
    return (isOptional ? ".Op " : ".") + word + (isRepeating ? " Ar ..." : "")
  }
}

extension String {
  fileprivate var capitalisingFirst: String { prefix(1).uppercased() + dropFirst() }

  /// "Explore ClusterDDPM." as lists of pages have it: no capital, no full stop.
  fileprivate var asNounPhrase: String {
    let text = hasSuffix(".") ? dropLast() : self[...]
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
