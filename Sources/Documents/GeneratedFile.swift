import CommandLanguage
import JSONValues
import Session

/// A file of the repository that is made of declarations: a manual's page, an editor's grammar.
///
/// They are kept, so that installing only copies them, and a test says when one is not current.
public struct GeneratedFile: Sendable {
  /// In the repository.
  public let path: String
  public let text: String

  /// All of them; throws `JSONError` where a program's help is no JSON.
  ///
  /// - Parameters:
  ///   - repl: what the command line of ddpm-repl says of itself, as `_dumpHelp` gives it.
  ///   - kernel: the same of ddpm-kernel.
  public static func all(repl: String, kernel: String) throws -> [GeneratedFile] {
    let table = CommandTable(sessionCommands)
    return [
      GeneratedFile(path: "docs/reference.md", text: table.referencePage),
      GeneratedFile(path: "docs/man/ddpm-repl.1", text: try ProgramManual.repl(help: repl).page()),
      GeneratedFile(path: "docs/man/ddpm-kernel.1", text: try ProgramManual.kernel(help: kernel).page()),
      GeneratedFile(path: "docs/man/ddpm.5", text: LanguageManual(table: table).page),
      GeneratedFile(path: "editors/vim/syntax/ddpm.vim", text: VimSyntax(table: table).text),
      GeneratedFile(
        path: "editors/vscode/ddpm.tmLanguage.json", text: TextMateGrammar(table: table).json.indented + "\n"),
      GeneratedFile(path: "editors/vscode/snippets.json", text: EditorSnippets(table: table).json.indented + "\n"),
    ]
  }
}
