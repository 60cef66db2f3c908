import CommandLanguage
import Datasets
import Images
import Options

/// `load NAME`
struct LoadCommand: ChangingCommand, SelectingCommand {
  var name = ""
  var selection = DatasetSelection()
  /// The checksum that the data must have, in lower case.
  var sha256: String?
  var dataCheck: DataCheck?

  /// What becomes of a load whose data have another checksum than `sha256` says.
  enum DataCheck: String, CaseIterable, Sendable {
    case same
    case any
  }

  static let declaration = CommandDeclaration<LoadCommand>(
    "load", summary: "Load a data set by name, or from a path",
    discussion: """
      A path is told by a / in it or by a data file's ending. It leads to \(DatasetCatalogue.formatList). \
      Arrays may be of any number type, byte order and layout: what cannot be told is asked for, and the range that \
      values were taken by is said, unless they are bytes. Labels may be any whole numbers, in a .csv words too: the classes \
      are those that occur. \
      JPEG files are turned upright by their EXIF orientation. Of a set of more than a gigabyte the decoded pixels are kept in \
      the cache folder, where datasets shows them. \
      strokes and moons are drawn by this program, the same images whatever the session's seed: seed= draws others. strokes: \
      pen lines through the control points of a style of the digit, which are moved by normal offsets, in a hand \
      (proportion, slant, rotation, warp, size, place, pen) that is drawn the same way, cut off at 2.5 deviations; with \
      tails= Student's t in their place, cut off at 8. moons: dots of 28×28 pixels whose places lie on half circles of \
      radius 1 about (1.2 k, 0), arched upwards, for even k and (1.2 k, 0.5), arched downwards, for odd k, uniform in the \
      angle, plus noise= times two normals, or a bivariate Student's t with tails=; the plane is stretched to fill the \
      picture. With imbalance= each image draws its class, else classes are as even as can be. A model that was built for images of this size stays; \
      another is dropped.
      """,
    parameters: selectionParameters + [
      .option(
        "sha256", \.sha256, .sha256,
        help: "the checksum that the images and labels must have; a saved session has it at every load"),
      .option(
        "data", \.dataCheck, .choice(),
        help: "any: data of another sha256 are told and taken; same, the default: they are an error"),
    ],
    results: ["dataset", "count", "width", "height", "channels", "sha256"],
    examples: [
      CommandExample(
        "load strokes count=2000", "2,000 drawn digits, no files needed",
        prints: "strokes: 2000 images of 28×28, 10 classes, train 1667 + test 333"),
      CommandExample("load moons count=600 classes=3 tails=3", "clusters that are no Gaussians, with outliers"),
      CommandExample(
        "load strokes count=600 overlap=0.5 imbalance=10", "digits over others, the first ten times the last"),
      CommandExample("load mnist", "all 70,000 images"),
      CommandExample("load mnist split=test", "the 10,000 test images"),
      CommandExample("load mnist count=7000", "a tenth of them, evenly from all of the files"),
      CommandExample("load pictures/ size=64", "PNG and JPEG files of any sizes; each subfolder is a class"),
      CommandExample("load x.npy labels=y.csv range=0:1", "a NumPy array of floats, 0 black to 1 white"),
      CommandExample("load flat.npz array=train shape=32x32x3 layout=nchw", "rows of 3072 values: three planes each"),
    ],
    seeAlso: ["datasets", "info", "images"])

  func run(on session: inout SessionState, _ environment: Environment) throws -> CommandOutcome {
    let dataset = try loaded(for: session)
    let difference = sha256.flatMap {
      $0 == dataset.sha256
        ? nil : OtherData(expected: $0, found: dataset, hasUnsaidOrder: dataset.isShare && selection.order == nil)
    }
    if let difference, dataCheck != .any { throw difference.about("sha256") }
    let previous = session.dataset
    // Those that a restored model was trained on, which is not to forget them.
    let areMissed = previous == nil && session.absentData == dataset.sha256
    session.dataset = dataset
    session.absentData = nil
    let images = dataset.images
    environment.print("\(dataset.name.withoutControls()): \(dataset.summary)")
    var performed = self
    performed.selection = spelledOut(of: dataset, in: session)
    // What a saved session says of the data is of these, and is written by saving.
    (performed.sha256, performed.dataCheck) = (nil, nil)
    if let difference { environment.print("\(difference.words); they are taken all the same, for data=any was said") }
    for note in dataset.notes { environment.print(note.words) }
    if var model = session.model {
      if model.imageShape == ImageShape(of: images) {
        if !areMissed { model.forgetImages() }
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
    var outcome = CommandOutcome(results: [
      "dataset": .string(dataset.name), "count": .integer(dataset.count), "width": .integer(images.width),
      "height": .integer(images.height), "channels": .integer(images.channelCount),
      "sha256": .string(dataset.sha256),
    ])
    outcome.performed = performed
    performed.sha256 = dataset.sha256
    outcome.saved = performed
    session.dataCommand = performed.canonicalText
    return outcome
  }
}

/// Data that are not those that a saved session was made with.
private struct OtherData: Error, CustomStringConvertible {
  let expected: String
  let found: Dataset
  /// Whether fewer images were taken than there are and nothing said which: once that meant the first.
  let hasUnsaidOrder: Bool

  var words: String {
    "\(found.name.withoutControls()) is not the data that was asked for: expected sha256 \(expected), found "
      + "\(found.sha256) (\(found.summary))"
  }

  var description: String {
    words + "; numbers and figures would be others: load the same files, or add data=any to go on with these"
      + (hasUnsaidOrder ? "; sessions that were saved without order= took the first images: add order=first" : "")
  }
}

extension ValueKind where Value == String {
  fileprivate static var sha256: Self {
    ValueKind(
      expected: "a SHA-256 of 64 hexadecimal digits", valueForm: "HEX",
      parse: { text in
        let digits = text.lowercased()
        return digits.utf8.count == 64 && digits.allSatisfy { $0.isASCII && $0.isHexDigit } ? digits : nil
      }, print: { $0 })
  }
}

extension Dataset {
  /// "70000 images of 28×28, 10 classes, train 60000 + test 10000".
  var summary: String {
    let classes = labels.map { ", \($0.classCount) \($0.classCount == 1 ? "class" : "classes")" } ?? ", no labels"
    let split = testIndices.isEmpty || trainIndices.isEmpty ? "" : ", train \(trainCount) + test \(testIndices.count)"
    return NumberText.counted(count, "image") + " of \(ImageShape(of: images))\(classes)\(split)"
  }

  /// "50 images of strokes, all of them for training", where `summary` names no other part.
  var contents: String {
    let parts =
      switch (trainIndices.isEmpty, testIndices.isEmpty) {
      case (false, true): ", all of them for training"
      case (true, false): ", all of them for testing"
      default: ""
      }
    return NumberText.counted(count, "image") + " of \(name.withoutControls())\(parts)"
  }
}
