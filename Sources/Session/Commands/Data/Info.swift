import CommandLanguage
import Datasets
import JSONValues

/// `info`
struct InfoCommand: ReadingCommand {
  var isJournalled: Bool { true }
  static let declaration = CommandDeclaration<InfoCommand>(
    "info", summary: "Describe the loaded data set",
    results: ["dataset", "count", "width", "height", "channels", "meanPixel", "classSizes", "sha256"],
    examples: [CommandExample("info", "size, classes, checksum")],
    seeAlso: ["load", "images"])

  func run(on session: SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try session.dataset(for: "info")
    var facts = Table(facts: [
      ("data set", "\(dataset.name) (\(dataset.origin))"), ("images", dataset.summary),
      ("mean", "\(NumberText.fixed(dataset.images.meanPixel, 4)) of white"),
    ])
    var classes: [JSONValue] = []
    if let labels = dataset.labels {
      var sizes = [Int](repeating: 0, count: labels.classCount)
      for label in labels.classes { sizes[label] += 1 }
      facts.add([.text("classes"), .text(zip(labels.names, sizes).map { "\($0): \($1)" }.joined(separator: "  "))])
      classes = sizes.map { .integer($0) }
    }
    facts.add([.text("sha256"), .text(dataset.sha256)])
    environment.print(facts)
    return CommandOutcome(results: [
      "dataset": .string(dataset.name), "count": .integer(dataset.count),
      "width": .integer(dataset.images.width), "height": .integer(dataset.images.height),
      "channels": .integer(dataset.images.channelCount), "meanPixel": .number(dataset.images.meanPixel),
      "classSizes": .array(classes), "sha256": .string(dataset.sha256),
    ])
  }
}
