import Files

/// A format of files that `load PATH` reads, recognised by a path's form and by what lies there.
struct DatasetFormat: Sendable {
  /// What the format's files are, for people.
  let name: String
  /// How a path of this format is known, to stand after the name.
  let sign: String
  /// How the names of the format's files end; a word that ends so is a path without a `/` in it.
  var endings: [String] = []
  /// What `load` can be told about such files, beside what it can be told about all.
  var options: [DatasetOption] = []
  /// Whether what lies at a path, which is no file, is of this format.
  var recognises: @Sendable (_ path: String, PathKind) -> Bool = { _, _ in false }
  /// Whether a file is of this format by how it begins, whatever it is called; one that is not may be so by its name.
  /// nil for a format whose files have no header.
  var isContent: (@Sendable (FileHead) -> Bool)?
  let read: @Sendable (_ path: String, DatasetSelection) throws(DatasetError) -> DatasetContent

  /// What a path of this format looks like, for people.
  var summary: String { name + sign }

  func isNamed(_ path: String) -> Bool {
    let path = path.lowercased()
    return endings.contains { path.hasSuffix($0) }
  }

  /// Every format, the more specific first.
  static let all: [DatasetFormat] = [
    .idxFolder, .cifarFolder, .cifar100Folder, .imageFolder, .cifarFile, .cifarPickle, .idxFile, .npy, .npz,
  ]
}

extension DatasetOption {
  /// What takes it, for people: "an idx images file or a NumPy array of images".
  public var takenBy: String {
    let formats = DatasetFormat.all.filter { $0.options.contains { $0.name == name } }.map(\.name)
    let sets = KnownDataset.all.filter { $0.options.contains { $0.name == name } }.map(\.name)
    return (formats + sets).joined(separator: " or ")
  }
}

extension DatasetSelection {
  /// Refuses an option that what is loaded, `taker`, does not take.
  func refuseOptions(except options: [DatasetOption], by taker: String) throws(DatasetError) {
    let names = options.map(\.name)
    for option in DatasetOption.all where option.isGiven(self) && !names.contains(option.name) {
      throw .optionNotTaken(option: option.name, by: taker, takenBy: option.takenBy)
    }
  }
}
