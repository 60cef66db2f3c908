import CommandLanguage
import Documents
import FoundationEssentials
import JSONValues
import Session
import TestSupport
import Testing

/// The files that are made of the declarations: reference page, manual, editors' grammars.
@Suite struct GeneratedFilesTests {
  private static let repository = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private static let files = Result {
    func help(of program: String) throws -> String {
      let path = String(Tool.path.dropLast("ddpm-repl".count)) + program
      let result = try run(path, ["--experimental-dump-help"])
      try #require(result.status == 0)
      return result.output
    }
    return try GeneratedFile.all(repl: help(of: "ddpm-repl"), kernel: help(of: "ddpm-kernel"))
  }

  private static func run(_ program: String, _ arguments: [String]) throws -> Tool.Result {
    try Tool().start(arguments, program: program).wait()
  }

  private static func file(_ path: String) throws -> GeneratedFile {
    try #require(try files.get().first { $0.path == path })
  }

  /// `make reference` writes them anew.
  @Test func theReferencePageIsCurrent() throws {
    for file in try Self.files.get() {
      let path = "\(Self.repository)/\(file.path)"
      if ProcessInfo.processInfo.environment["DDPM_WRITE_REFERENCE"] != nil {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(file.text.utf8).write(to: URL(filePath: path))
      }
      let found = try? String(contentsOf: URL(filePath: path), encoding: .utf8)
      #expect(found == file.text, "the commands have changed, \(file.path) has not: make reference")
    }
  }

  /// Whether a program is there; says so if it is not.
  private static func has(_ program: String) throws -> Bool {
    let isThere = try run("/bin/sh", ["-c", "command -v \(program)"]).status == 0
    if !isThere { print("skipped: \(program) is not installed") }
    return isThere
  }

  @Test(arguments: ["ddpm-repl.1", "ddpm-kernel.1", "ddpm.5"])
  func manualPagesHaveNothingWrong(name: String) throws {
    let path = "\(Self.repository)/docs/man/\(name)"
    if try Self.has("mandoc") {
      let lint = try Self.run("mandoc", ["-T", "lint", "-W", "warning", path])
      #expect(lint.output == "" && lint.status == 0)
    }
    guard try Self.has("man") else { return }
    let page = try Self.run(
      "/usr/bin/env", ["MANWIDTH=80", "LC_ALL=C.UTF-8", "man", "--warnings", "-E", "UTF-8", "-l", path])
    #expect(page.errors == "" && page.status == 0)
    // Headings may be doubled to be bold; nothing else is wider than the window.
    let wide = page.output.split(separator: "\n").filter { DisplayWidth.of($0) > 80 && !$0.contains("\u{8}") }
    #expect(wide == [])
  }

  /// What declarations have is on the page, and each topic of the help on one of them.
  @Test func theManualNamesAll() throws {
    let page = try Self.file("docs/man/ddpm.5").text.replacing("\\-", with: "-").replacing("\\&", with: "")
    for entry in CommandTable(sessionCommands).entries {
      let section = try #require(page.firstRange(of: ".Ss \"\(entry.verb)\"\n"), "\(entry.verb)")
      let rest = page[section.upperBound...]
      let text = rest[..<(rest.firstRange(of: "\n.S")?.lowerBound ?? rest.endIndex)]
      for parameter in entry.parameters where !parameter.isPositional {
        let term = ".It Cm \"\(parameter.name)=\" "
        let isExplained = text.contains(term) || text.contains("\(parameter.name)=") && page.contains(term)
        #expect(isExplained, "\(entry.verb) \(parameter.name)")
      }
    }
    let pages = try page + Self.file("docs/man/ddpm-repl.1").text
    for topic in HelpTopic.all {
      let words = topic.blocks.flatMap { block -> [String] in
        switch block {
        case .paragraph(let text): [text]
        case .rows(let rows): rows.map(\.meaning)
        }
      }
      .flatMap { $0.split(separator: " ") }.filter { $0.count > 5 && $0.allSatisfy(\.isLetter) }
      #expect(words.count > 5 && words.allSatisfy { pages.contains($0) }, "\(topic.name)")
    }
  }

  @Test func editorsKnowAllVerbsAndOptions() throws {
    let grammar = try JSONValue(parsing: Array(Self.file("editors/vscode/ddpm.tmLanguage.json").text.utf8)).object
    let rules = try #require(grammar?["repository"]?.object)
    let vim = try Self.file("editors/vim/syntax/ddpm.vim").text
    let snippets = try JSONValue(parsing: Array(Self.file("editors/vscode/snippets.json").text.utf8)).object
    for entry in CommandTable(sessionCommands).entries {
      let words = entry.verb.split(separator: " ")
      let begin = words.map { "(\($0))" }.joined(separator: "[ \\t]+")
      let rule = rules.members.compactMap(\.value.object).first {
        $0["begin"]?.string?.contains("[ \\t]*\(begin)(?!") ?? false
      }
      let options = rule?["patterns"]?.array?.compactMap { $0.object?["match"]?.string }.joined() ?? ""
      #expect(rule != nil, "the TextMate grammar lacks \(entry.verb)")
      #expect(vim.contains("\(words.joined(separator: "\\s+"))%(["), "Vim's syntax lacks \(entry.verb)")
      #expect(snippets?[entry.verb]?.object != nil, "the snippets lack \(entry.verb)")
      for option in entry.parameters where !option.isPositional {
        let escaped = option.name.replacing(".", with: "\\.").replacing("-", with: "\\-")
        #expect(options.contains(escaped), "the TextMate grammar lacks \(entry.verb) \(option.name)")
        #expect(
          vim.contains(option.name.replacing(".", with: "\\.")), "Vim's syntax lacks \(entry.verb) \(option.name)")
      }
    }
  }

  /// The extension's declaration names files that are there, and the product's version.
  @Test func theExtensionIsWhole() throws {
    let folder = "\(Self.repository)/editors/vscode"
    func json(_ name: String) throws -> JSONObject {
      let text = try String(contentsOf: URL(filePath: "\(folder)/\(name)"), encoding: .utf8)
      return try #require(try JSONValue(parsing: Array(text.utf8)).object)
    }
    let package = try json("package.json")
    #expect(package["version"]?.string == productVersion)
    let contributions = try #require(package["contributes"]?.object)
    var paths = [package["main"]?.string ?? ""]
    for (kind, member) in [("languages", "configuration"), ("grammars", "path"), ("snippets", "path")] {
      paths += contributions[kind]?.array?.compactMap { $0.object?[member]?.string } ?? []
    }
    #expect(paths.count == 4)
    for path in paths { #expect(FileManager.default.fileExists(atPath: "\(folder)/\(path)"), "\(path)") }
    #expect(try json("language-configuration.json")["comments"]?.object?["lineComment"]?.string == "#")
  }
}
