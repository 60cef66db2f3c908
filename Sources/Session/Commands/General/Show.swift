import CommandLanguage
import JSONValues

/// `show [NAME …]`
struct ShowCommand: ReadingCommand {
  var names: [String] = []

  static let declaration = CommandDeclaration<ShowCommand>(
    "show", summary: "Show variables",
    parameters: [
      .rest(
        "names", \.names, .variableName, help: "the variables, all if none is named")
    ],
    results: [.any],
    examples: [CommandExample("show", "all variables")],
    seeAlso: ["let", "set", "status"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let shown = names.isEmpty ? session.variables.names : names
    if shown.isEmpty { environment.print("no variables; let NAME = VALUE sets one") }
    var results: JSONObject = [:]
    for (place, name) in shown.enumerated() {
      guard let value = session.variables[name] else {
        throw ShowError.unknownVariable(
          name, nearest: Suggestion.nearest(to: name, among: session.variables.names)
        ).about("names", item: place)
      }
      environment.print("\(name) = \(value)")
      results[name] = value.items.count == 1 ? .string(value.items[0]) : .array(value.items.map { .string($0) })
    }
    return CommandOutcome(results: results)
  }
}

enum ShowError: Error, CustomStringConvertible {
  case unknownVariable(String, nearest: String?)

  var description: String {
    switch self {
    case .unknownVariable(let name, let nearest):
      "there is no variable '\(name)'"
        + (nearest.map { " (did you mean '\($0)'?)" } ?? "; show alone lists them all")
    }
  }
}
