import CommandLanguage
import Datasets
import Options

/// A command that reads a data set, or a part of one.
protocol SelectingCommand: SessionCommand {
  /// A set's name or path.
  var name: String { get set }
  var selection: DatasetSelection { get set }
}

extension SelectingCommand {
  /// The set, and the options that say how files are read, and which part of them.
  static var selectionParameters: [Parameter<Self>] {
    [
      .required(
        "name", \Self.name,
        .text(
          "a data set's name or a path", valueForm: "NAME", completion: .wordsOrFiles(KnownDataset.all.map(\.name))),
        help: "the set; datasets lists them"),
      .option(
        "count", \Self.selection.count, .integer(in: 1...10_000_000),
        help: "only N images: one of each of N parts of the files' order; for strokes and moons, how many are drawn"),
      .option(
        "order", \Self.selection.order, .choice(),
        help: "which images count= takes: even, the default, an even share of all; first, those that come first"),
      .option(
        "seed", \Self.selection.seed, .seed,
        help:
          "the seed of the draw of count= images, the session's unless it is given; of all of strokes or moons, else 0"),
      .option("split", \Self.selection.split, .choice(), help: "which part of a set that has two"),
      .option("size", \Self.selection.size, .integer(in: 4...1024), help: "resize to N×N pixels"),
      .option(
        "fit", \Self.selection.fit, .choice(),
        help:
          "how images that are no squares become ones of size=: stretch, the default; crop to the middle; pad with black"
      ),
      .option(
        "colour", \Self.selection.colour, .choice(),
        help:
          "grey: coloured images become grey (0.299 red + 0.587 green + 0.114 blue); rgb: grey ones get three channels"),
      .option(
        "turn", \Self.selection.turn, .choice(),
        help: "turn each image: transpose (EMNIST's files hold columns as rows), left or right by a quarter, half"),
      .option(
        DatasetOption.labels.name, \Self.selection.labels, .path,
        help: "labels from an .npy, .csv or idx file, or from an array of the same .npz"),
      .option(
        DatasetOption.array.name, \Self.selection.array, .text("the name of an array", valueForm: "NAME"),
        help: "which array of an .npz holds the images"),
      .option(
        DatasetOption.layout.name, \Self.selection.layout, .axisLayout,
        help: "what an array's axes are: n images, h rows, w columns, c channels"),
      .option(
        DatasetOption.shape.name, \Self.selection.shape, .flatShape,
        help: "the shape of images that are rows of an array: 28x28, 32x32x3"),
      .option(
        DatasetOption.range.name, \Self.selection.range, .valueRange,
        help: "an array's values of black and white: 0:1, -1:1, 0:255"),
      .option(
        DatasetOption.classes.name, \Self.selection.drawing.classes, .integer(in: 2...10),
        help: "strokes: the first N digits, 10 unless said; moons: 2 to 4 moons, else 2"),
      .option(
        DatasetOption.imbalance.name, \Self.selection.drawing.imbalance, .number(in: 1...1000),
        help:
          "strokes and moons: the first class X times as likely as the last, those between falling by a constant factor; "
          + "all the same unless said"),
      .option(
        DatasetOption.tails.name, \Self.selection.drawing.tails, .integer(in: 1...100),
        help:
          "strokes and moons: offsets drawn from Student's t of N degrees of freedom, of the same scale, in the place of "
          + "normals"),
      .option(
        DatasetOption.overlap.name, \Self.selection.drawing.overlap, .number(in: 0...1),
        help:
          "strokes: a digit of another class lies under each, X times as dark: 0 none, 1 as dark as the digit itself"),
      .option(
        DatasetOption.noise.name, \Self.selection.drawing.noise, .number(in: 0...1),
        help: "moons: the scale of the offsets, in radii of the moons; 0.08 unless said"),
    ]
  }

  /// The set; errors are about the option that they are about.
  func loaded(for session: SessionState) throws -> Dataset {
    var selection = selection
    if KnownDataset.all.contains(where: { $0.name == name && $0.isDrawn }) {
      guard selection.order == nil else {
        throw DatasetError.optionNotTaken(
          option: "order", by: name, takenBy: "sets of files: what is drawn is all taken"
        )
        .about("order")
      }
    }
    // What is drawn is the same for all sessions, unless another draw is asked for.
    let drawnSeed = selection.seed ?? 0
    selection.seed = selection.seed ?? session.seed
    do {
      return try DatasetCatalogue(session).load(name, selection, seed: drawnSeed)
    } catch {
      switch error {
      case .unknownSet(let name, let known):
        throw UnknownDataset(error: error, nearest: Suggestion.nearest(to: name, among: known)).about("name")
      case .badOption(let option, _, _), .optionNotTaken(let option, _, _), .inOption(let option, _):
        throw error.about(option)
      case .notEnoughImages: throw error.about("count")
      case .emptySplit: throw error.about("split")
      default: throw error.about("name")
      }
    }
  }
}

extension SelectingCommand {
  /// What leads to the same images again, in any session: the selection, with all that it left to the session and the files.
  func spelledOut(of dataset: Dataset, in session: SessionState) -> DatasetSelection {
    var spelled = selection
    // What the draw of a share depended on; all images are no draw.
    if dataset.isShare {
      spelled.order = selection.order ?? .even
      if spelled.order == .even { spelled.seed = selection.seed ?? session.seed }
    }
    // For a part of a drawn set the count is of all that are drawn, before the split.
    let isDrawn = KnownDataset.all.contains { $0.name == name && $0.isDrawn }
    if !isDrawn || selection.split == .all { spelled.count = dataset.count }
    for note in dataset.notes {
      if case .rangeTold(let range, _, _) = note { spelled.range = range }
    }
    return spelled
  }
}

/// An unknown set with the nearest name.
struct UnknownDataset: Error, CustomStringConvertible {
  let error: DatasetError
  let nearest: String?

  var description: String { error.description + (nearest.map { " (did you mean '\($0)'?)" } ?? "") }
}

extension ValueKind where Value == AxisLayout {
  fileprivate static var axisLayout: Self {
    ValueKind(
      expected:
        "h and w, in order with n and c if there are such axes, such as \(AxisLayout.common.joined(separator: ", "))",
      valueForm: "AXES", range: "such as \(AxisLayout.common.joined(separator: ", "))",
      completion: .words(AxisLayout.common), parse: { AxisLayout($0) }, print: \.description)
  }
}

extension ValueKind where Value == FlatShape {
  fileprivate static var flatShape: Self {
    ValueKind(
      expected: "rows x columns, or these x 3 channels, such as 28x28 or 32x32x3", valueForm: "HxW[x3]",
      parse: { FlatShape($0) }, print: \.description)
  }
}

extension ValueKind where Value == ValueRange {
  fileprivate static var valueRange: Self {
    ValueKind(
      expected: "two different numbers, black:white, such as 0:1 or -1:1", valueForm: "BLACK:WHITE",
      completion: .words(["0:1", "-1:1", "0:255"]),
      parse: { text in
        let ends = text.split(separator: ":", omittingEmptySubsequences: false).map { Number.real(String($0)) }
        guard ends.count == 2, let black = ends[0], let white = ends[1] else { return nil }
        return ValueRange(black: black, white: white)
      }, print: \.description)
  }
}

extension DatasetNote {
  /// The note in a line, in the words of `load`.
  var words: String {
    switch self {
    case .rangeTold(let range, let lowest, let highest) where (range.black, range.white) == (lowest, highest):
      "taken as range=\(range): the least value is black, the greatest white"
    case .rangeTold(let range, let lowest, let highest):
      "values from \(Number.spelling(lowest)) to \(Number.spelling(highest)): taken as range=\(range), black to white"
    case .valuesOutside(let count, let total, let range):
      "\(count) of \(total) values lie outside range=\(range): they became black or white"
    case .garbageIgnored(let file):
      "\(file.withoutControls()): what follows its gzip data is no gzip data and was ignored"
    case .almostBlack: "no value is above 1 of 255: if 1 means white, load again with range=0:1"
    }
  }
}

extension ValueKind where Value == UInt64 {
  fileprivate static var seed: Self {
    ValueKind(expected: "a whole number from 0", valueForm: "N", parse: { UInt64($0) }, print: { "\($0)" })
  }
}
