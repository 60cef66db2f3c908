/// How a set is read from files in a folder of its name.
struct SetFiles: Sendable {
  /// What the files are called, for people.
  let names: [String]
  /// Whether each file may instead be its gzip-compressed form.
  var mayBeCompressed = false
  let isPresent: @Sendable (_ folder: String) -> Bool
  let read: @Sendable (_ folder: String, _ set: KnownDataset, DatasetSelection) throws(DatasetError) -> DatasetContent
}

/// A data set that is known by name: what it holds, and how it is had.
public struct KnownDataset: Sendable {
  public let name: String
  /// One line for people.
  public let summary: String
  public let count: Int
  public let height: Int
  public let width: Int
  public let channelCount: Int
  public let classNames: [String]
  let source: Source

  enum Source: Sendable {
    case files(SetFiles)
    /// Computed, `count` images from a seed.
    case drawn(@Sendable (_ count: Int, _ seed: UInt64) throws(DatasetError) -> DatasetContent)
  }

  public var classCount: Int { classNames.count }

  /// Whether the set is drawn by the program and so needs no files.
  public var isDrawn: Bool {
    if case .drawn = source { true } else { false }
  }

  /// The files that are expected in the set's folder.
  public var fileNames: [String] {
    if case .files(let files) = source { files.names } else { [] }
  }

  /// The first of the set's files as it lies in a folder of data sets, for people; nil for a drawn set.
  public var firstFile: String? {
    guard case .files(let files) = source, let file = files.names.first else { return nil }
    return "\(name)/\(file)" + (files.mayBeCompressed ? " (or .gz)" : "")
  }

  /// Every set known by name, in the order that `datasets` lists them.
  public static let all: [KnownDataset] = [.mnist, .fashion, .cifar10, .coil20, .strokes]
}

extension KnownDataset {
  static let mnist = idx(
    "mnist", summary: "handwritten digits (LeCun, Cortes, Burges)", classNames: (0...9).map(String.init))

  static let fashion = idx(
    "fashion", summary: "Fashion-MNIST, articles of clothing (Xiao, Rasul, Vollgraf)",
    classNames: [
      "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    ])

  private static func idx(_ name: String, summary: String, classNames: [String]) -> KnownDataset {
    KnownDataset(
      name: name, summary: summary, count: 70_000, height: 28, width: 28, channelCount: 1, classNames: classNames,
      source: .files(
        SetFiles(names: IdxSet.fileNames, mayBeCompressed: true, isPresent: IdxSet.isPresent) {
          folder, set, selection throws(DatasetError) in
          try IdxSet.read(folder: folder, name: set.name, split: selection.split, classNames: set.classNames)
        }))
  }
}
