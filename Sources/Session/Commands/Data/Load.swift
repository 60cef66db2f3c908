import CommandLanguage
import Datasets
import Images

/// `load NAME`
struct LoadCommand: ChangingCommand {
  var name = ""
  var count: Int?
  var split = Split.all
  var size: Int?

  static let declaration = CommandDeclaration<LoadCommand>(
    "load", summary: "Load a data set by name, or from a path",
    discussion: """
      A path is told by a / in it or by a data file's ending. It leads to \(DatasetCatalogue.formatList). \
      strokes are always the same images, whatever the seed. A model that was built for images of this size stays; \
      another is dropped.
      """,
    parameters: [
      .required(
        "name", \.name,
        .text(
          "a data set's name or a path", valueForm: "NAME", completion: .wordsOrFiles(KnownDataset.all.map(\.name))),
        help: "the set; datasets lists them"),
      .option(
        "count", \.count, .integer(in: 1...10_000_000), help: "only the first N images; for strokes, how many are drawn"
      ),
      .option("split", \.split, .choice(), help: "which part of a set that has two"),
      .option("size", \.size, .integer(in: 4...1024), help: "resize to N×N pixels"),
    ],
    examples: [
      CommandExample(
        "load strokes count=2000", "2,000 drawn digits, no files needed",
        prints: "strokes: 2000 images of 28×28, 10 classes, train 1667 + test 333"),
      CommandExample("load mnist", "all 70,000 images"),
      CommandExample("load mnist split=test", "the 10,000 test images"),
      CommandExample("load pictures/ size=64", "PNG files, whatever their sizes; each subfolder is a class"),
    ],
    seeAlso: ["datasets", "info", "images"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try loaded(DatasetCatalogue(session))
    let previous = session.dataset
    session.dataset = dataset
    let images = dataset.images
    environment.print("\(dataset.name.withoutControls()): \(dataset.summary)")
    if var model = session.model {
      if model.imageShape == ImageShape(of: images) {
        model.forgetImages()
        session.model = model
        if let previous, previous.sha256 != dataset.sha256, !session.training.isEmpty {
          session.training.earlierDataset =
            session.training.earlierDataset ?? "\(previous.name) (\(previous.count) images)"
          environment.print("the model stays, with what it has learnt")
        }
      } else {
        session.model = nil
        session.training = TrainingLog()
        environment.print("the model for images of \(model.imageShape) was dropped")
      }
    }
    var performed = self
    performed.count = dataset.count
    var outcome = CommandOutcome(results: [
      "dataset": .string(dataset.name), "count": .integer(dataset.count), "width": .integer(images.width),
      "height": .integer(images.height), "channels": .integer(images.channelCount),
      "sha256": .string(dataset.sha256),
    ])
    // For a part of a drawn set the count is of all that are drawn, before the split.
    let isDrawn = KnownDataset.all.contains { $0.name == name && $0.isDrawn }
    if !isDrawn || split == .all { outcome.performed = performed }
    return outcome
  }

  private func loaded(_ catalogue: DatasetCatalogue) throws -> Dataset {
    do {
      return try catalogue.load(name, DatasetSelection(split: split, count: count, size: size))
    } catch {
      switch error {
      case .unknownSet(let name, let known):
        throw UnknownDataset(error: error, nearest: Suggestion.nearest(to: name, among: known)).about("name")
      case .badOption(let option, _, _): throw error.about(option)
      case .notEnoughImages: throw error.about("count")
      case .emptySplit: throw error.about("split")
      default: throw error.about("name")
      }
    }
  }
}

/// An unknown set with the nearest name.
private struct UnknownDataset: Error, CustomStringConvertible {
  let error: DatasetError
  let nearest: String?

  var description: String { error.description + (nearest.map { " (did you mean '\($0)'?)" } ?? "") }
}

extension Dataset {
  /// "70000 images of 28×28, 10 classes, train 60000 + test 10000".
  var summary: String {
    let channels = images.channelCount > 1 ? "×\(images.channelCount)" : ""
    let classes = labels.map { ", \($0.classCount) classes" } ?? ", no labels"
    let split = testIndices.isEmpty || trainIndices.isEmpty ? "" : ", train \(trainCount) + test \(testIndices.count)"
    return "\(count) images of \(images.width)×\(images.height)\(channels)\(classes)\(split)"
  }
}
