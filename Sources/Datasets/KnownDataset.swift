import Downloads

/// How a set is read from files in a folder of its name.
struct SetFiles: Sendable {
  /// What the files are called, for people.
  let names: [String]
  /// Whether each file may instead be its gzip-compressed form.
  var mayBeCompressed = false
  /// What `fetch` downloads to have them.
  let fetchables: [Fetchable]
  /// Whether there are files of the set in a folder, and whether all are.
  let isPresent: @Sendable (_ folder: String) -> Bool
  let isComplete: @Sendable (_ folder: String) -> Bool
  let read: @Sendable (_ folder: String, _ set: KnownDataset, DatasetSelection) throws(DatasetError) -> DatasetContent
}

/// A file that `fetch` downloads for a set.
struct Fetchable: Sendable {
  let file: String
  /// Folders on the web that hold it, tried in order; each ends in `/`.
  let mirrors: [String]
  /// Bytes, where they are known.
  var size: Int?
  /// What those who publish it say of it; nil where nobody does, and then none is claimed.
  var checksum: Checksum?
  /// The files of an archive that are unpacked, after which it is removed; nil for a file that is kept as it is.
  var unpacks: [String]?
}

/// A data set that is known by name: what it holds, and how it is had.
public struct KnownDataset: Sendable {
  public let name: String
  /// The folder that its files lie in, in one of data sets: its name, unless several sets lie in one.
  public let folder: String
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
    /// Computed, `count` images from a seed, by options of which it takes some.
    case drawn(
      [DatasetOption], @Sendable (_ count: Int, _ seed: UInt64, DrawingOptions) throws(DatasetError) -> DatasetContent)
  }

  init(
    name: String, folder: String? = nil, summary: String, count: Int, height: Int, width: Int, channelCount: Int,
    classNames: [String], source: Source
  ) {
    (self.name, self.folder, self.summary, self.count) = (name, folder ?? name, summary, count)
    (self.height, self.width, self.channelCount) = (height, width, channelCount)
    (self.classNames, self.source) = (classNames, source)
  }

  public var classCount: Int { classNames.count }

  /// Whether the set is drawn by the program and so needs no files.
  public var isDrawn: Bool {
    if case .drawn = source { true } else { false }
  }

  /// What `load` can be told about how it is drawn.
  var options: [DatasetOption] {
    if case .drawn(let options, _) = source { options } else { [] }
  }

  /// The files that are expected in the set's folder.
  public var fileNames: [String] {
    if case .files(let files) = source { files.names } else { [] }
  }

  /// For every folder of sets that are read from files its first file, plain or compressed, as it lies in a folder of
  /// data sets.
  public static var firstFiles: [String] {
    var folders: [String] = []
    return all.compactMap { set in
      guard let file = set.fileNames.first, !folders.contains(set.folder) else { return nil }
      folders.append(set.folder)
      return "\(set.folder)/\(file)"
    }
  }

  /// Every set known by name, in the order that `datasets` lists them.
  public static let all: [KnownDataset] =
    [.mnist, .fashion] + emnist + [.usps, .cifar10, .cifar100, .coil20, .strokes, .moons]
}
