import CommandLanguage
import JSONValues
import Session

/// What is wrong with scripts, for editors: an array of objects with a file, a range of characters that counts lines and
/// columns from 1 and ends before its last, a severity, a message and the name that was probably meant. In a notebook of
/// Jupyter's lines are those of a cell, which is counted from 1, too.
struct CheckReport {
  private(set) var problems: [JSONValue] = []

  mutating func add(_ diagnostics: Diagnostics) {
    for diagnostic in diagnostics {
      let location = diagnostic.location
      let (start, end) = (location.start, location.source.position(of: location.range.upperBound))
      add(
        diagnostic.problem.description, at: start, end, in: location.source, suggestion: diagnostic.problem.suggestion)
    }
    guard diagnostics.omittedCount > 0, let last = diagnostics.last?.location else { return }
    let count = diagnostics.omittedCount
    add(
      "\(count) more error\(count == 1 ? "" : "s")", at: last.start, last.start, in: last.source,
      severity: "information")
  }

  /// A file that could not be read at all.
  mutating func add(_ error: any Error, file: String) {
    let place = SourceText(name: file, text: "")
    add("\(error)", at: place.position(of: 0), place.position(of: 0), in: place)
  }

  private mutating func add(
    _ message: String, at start: SourcePosition, _ end: SourcePosition, in source: SourceText,
    severity: String = "error", suggestion: String? = nil
  ) {
    let (first, last) = (source.place(ofLine: start.line), source.place(ofLine: end.line))
    var problem: JSONObject = ["file": .string(source.name)]
    if let cell = first.section { problem["cell"] = .integer(cell) }
    problem["line"] = .integer(first.line)
    problem["column"] = .integer(start.column)
    problem["endLine"] = .integer(last.line)
    problem["endColumn"] = .integer(end.column)
    problem["severity"] = .string(severity)
    problem["message"] = .string(message.withoutControls(keeping: ["\n"]))
    problem["suggestion"] = suggestion.map { .string($0) } ?? .null
    problems.append(.object(problem))
  }

  /// The whole report.
  var text: String { JSONValue.array(problems).indented + "\n" }
}
