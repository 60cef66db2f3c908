import ClusterDDPM
import CommandLanguage

/// `describe`
struct DescribeCommand: ReadingCommand {
  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<DescribeCommand>(
    "describe", summary: "List the model's layers with their shapes and parameter counts, and its settings",
    examples: [CommandExample("describe", "the whole model")],
    seeAlso: ["model", "status"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    guard let model = session.model else { throw SessionError.noModel(action: "describe") }
    let rows = model.outline.map { layer in
      [
        layer.name, layer.operation, layer.outputShape.map { "\($0)" }.joined(separator: "×"),
        layer.parameterCount == 0 ? "-" : "\(layer.parameterCount)",
      ]
    }
    let header = ["layer", "operation", "output", "parameters"]
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max()! }
    for row in [header] + rows {
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 3 ? padding + row[column] : row[column] + padding
      }
      environment.print(cells.joined(separator: "  "))
    }
    environment.print("\(model.parameterCount) parameters in all")
    environment.print(ModelCommand(model.configuration).canonicalText(wrappedTo: environment.width))
    return CommandOutcome(results: [
      "parameters": .integer(model.parameterCount),
      "layers": .array(
        model.outline.map { layer in
          [
            "name": .string(layer.name), "operation": .string(layer.operation),
            "output": .array(layer.outputShape.map { .integer($0) }),
            "parameters": .integer(layer.parameterCount),
          ]
        }),
    ])
  }
}
