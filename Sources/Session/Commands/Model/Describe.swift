import ClusteringMethods
import CommandLanguage

/// `describe`
struct DescribeCommand: ReadingCommand {
  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<DescribeCommand>(
    "describe", summary: "List the model's layers with their shapes and parameter counts, and its settings",
    results: ["parameters", .group("layers", ["name", "operation", "output", "parameters"])],
    examples: [CommandExample("describe", "the whole model")],
    seeAlso: ["model", "status"])

  /// "14×14×64": of images the width comes first, as everywhere.
  private static func size(_ shape: [Int]) -> String {
    let sides = shape.count == 3 ? [shape[1], shape[0], shape[2]] : shape
    return sides.map(String.init).joined(separator: "×")
  }

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let model = try session.model(for: "describe")
    var table = Table([.init("layer"), .init("operation"), .init("output"), .init("parameters", .integer)])
    for layer in model.outline {
      table.add([
        .text(layer.name), .text(layer.operation), .text(Self.size(layer.outputShape)),
        layer.parameterCount == 0 ? .missing : .integer(layer.parameterCount),
      ])
    }
    environment.print(table)
    environment.print("\(NumberText.counted(model.parameterCount, "parameter")) in all")
    environment.print(Passage { ModelCommand(model).canonicalText(wrappedTo: $0) })
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
