import CommandLanguage
import Glibc
import Session

/// Looks for variables that were set from outside and that no script uses: most likely a slip, after which a notebook
/// would quietly run with its defaults.
struct ParameterUse {
  private let table: CommandTable
  private var variables: KnownVariables
  /// Whether a script is not known before it runs.
  private var mayUseMore = false

  init(table: CommandTable, variables: Variables) {
    self.table = table
    self.variables = KnownVariables(variables)
  }

  mutating func note(_ path: String) {
    var status = stat()
    // A pipe would be empty afterwards.
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let source = try? ScriptFile.read(path) else {
      mayUseMore = true
      return
    }
    note(source)
  }

  mutating func note(_ source: SourceText) {
    let script = Script(parsing: source)
    // What could not be read may use anything, and is an error of its own.
    if script.errors.total > 0 { mayUseMore = true }
    _ = script.check(against: table, variables: &variables)
  }

  /// What is wrong with setting `names`, if anything is.
  func complaint(about names: [String]) -> String? {
    guard !mayUseMore, !variables.mayUseMore else { return nil }
    let used = Set(variables.used)
    guard let name = names.first(where: { !used.contains($0) }) else { return nil }
    let nearest = Suggestion.nearest(to: name, among: variables.used)
    return "-p \(name): no script uses the variable '\(name.withoutControls())'"
      + (nearest.map { " (did you mean '\($0)'?)" } ?? "")
  }
}
