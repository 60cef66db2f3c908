import Files

/// A format of files that `load PATH` reads, recognised by a path's form and by what lies there.
struct DatasetFormat: Sendable {
  /// What a path of this format looks like, for people.
  let summary: String
  /// How the names of the format's files end; a word that ends so is a path without a `/` in it.
  var endings: [String] = []
  let recognises: @Sendable (_ path: String, PathKind) -> Bool
  let read: @Sendable (_ path: String, DatasetSelection) throws(DatasetError) -> DatasetContent

  /// Every format, the more specific first.
  static let all: [DatasetFormat] = [.idxFolder, .cifarFolder, .pngFolder, .idxFile, .cifarFile, .npy]
}

extension DatasetFormat {
  static let idxFolder = DatasetFormat(
    summary: "a folder of idx files (\(IdxSet.fileNames[0]), ...)",
    recognises: { path, kind in kind == .folder && IdxSet.isPresent(in: path) },
    read: { path, selection throws(DatasetError) in
      // A folder may hold one part alone; only a split that is asked for must be there.
      let parts = selection.split == .all ? IdxSet.presentSplit(in: path) : selection.split
      return try IdxSet.read(folder: path, name: path, split: parts, classNames: nil)
    })

  static let idxFile = DatasetFormat(
    summary: "an idx images file (its name ends in -ubyte, .idx or these with .gz)",
    endings: idxEndings,
    recognises: { path, kind in kind == .file && idxEndings.contains { path.hasSuffix($0) } },
    read: { path, _ throws(DatasetError) in try IdxSet.read(imagesPath: path) })

  private static let idxEndings = ["-ubyte", ".idx", "-idx", ".gz"]
}
