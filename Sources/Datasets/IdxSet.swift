import Evaluation
import Files
import Images

/// A data set in the four idx files of MNIST, or in an images file with its labels beside it.
struct IdxSet: Sendable {
  /// How the names of the training and of the test files begin.
  var train = "train"
  var test = "t10k"
  /// What the classes are called; those that occur by their numbers if this is nil.
  var classNames: [String]?
  /// The number of the first of these classes in the files.
  var firstClass = 0

  static let mnist = IdxSet()

  /// The four files under their original names.
  var fileNames: [String] {
    [train, test].flatMap { ["\($0)-images-idx3-ubyte", "\($0)-labels-idx1-ubyte"] }
  }

  func isPresent(in folder: String) -> Bool {
    [train, test].contains { Self.imagesFile(of: $0, in: folder) != nil }
  }

  func isComplete(in folder: String) -> Bool { fileNames.allSatisfy { Self.file($0, in: folder) != nil } }

  /// Which part a folder holds, if it does not hold both.
  func presentSplit(in folder: String) -> Split {
    switch (Self.imagesFile(of: train, in: folder), Self.imagesFile(of: test, in: folder)) {
    case (_?, nil): .train
    case (nil, _?): .test
    default: .all
    }
  }

  /// Reads the parts that `split` needs; labels may be missing, but not for one part alone.
  func read(folder: String, name: String, split: Split) throws(DatasetError) -> DatasetContent {
    let prefixes: [String] =
      switch split {
      case .all: [train, test]
      case .train: [train]
      case .test: [test]
      }
    var parts: [(images: ImageSet, labels: [Int]?)] = []
    var missing: [String] = []
    var notes: [DatasetNote] = []
    for prefix in prefixes {
      guard let imagesPath = Self.imagesFile(of: prefix, in: folder) else {
        missing.append("\(prefix)-images-idx3-ubyte")
        continue
      }
      let images = try IdxFile.readImages(at: imagesPath, notes: &notes)
      if let first = parts.first?.images, ImageShape(of: first) != ImageShape(of: images) {
        throw .sizeMismatch(
          file: imagesPath, expected: "images of \(ImageShape(of: first))", found: "\(ImageShape(of: images))")
      }
      let labels = try Self.labelsFile(beside: imagesPath).map { path throws(DatasetError) in
        try IdxFile.readLabels(
          at: path, imageCount: images.count, imagesPath: imagesPath,
          classes: classNames.map { firstClass..<firstClass + $0.count } ?? 0..<256)
      }
      parts.append((images, labels))
    }
    guard missing.isEmpty else { throw .missingFiles(name: name, folder: folder, files: missing) }

    let unlabelled = zip(prefixes, parts).filter { $0.1.labels == nil }.map { "\($0.0)-labels-idx1-ubyte" }
    guard unlabelled.isEmpty || unlabelled.count == parts.count else {
      throw .missingFiles(name: name, folder: folder, files: unlabelled)
    }
    let first = parts[0].images
    let images =
      parts.count == 1
      ? first
      : ImageSet(
        count: parts.reduce(0) { $0 + $1.images.count }, height: first.height, width: first.width,
        channelCount: first.channelCount, pixels: parts.flatMap { $0.images.pixels })
    let classes = unlabelled.isEmpty ? parts.flatMap { $0.labels! } : nil
    let labels = try classes.map { classes throws(DatasetError) in
      if let classNames {
        return Labels(
          classes: classes.map { $0 - firstClass }, names: classNames,
          classNumbers: classNames.indices.map { $0 + firstClass })
      }
      return try LabelNames.labels(classes, file: folder)
    }
    return DatasetContent(images: images, labels: labels, trainCount: split == .test ? 0 : first.count, notes: notes)
  }

  /// Reads one images file, with the labels of `labelsPath`, else of the file beside it if there is one.
  static func read(imagesPath: String, labelsPath: String? = nil) throws(DatasetError) -> DatasetContent {
    var notes: [DatasetNote] = []
    let images = try IdxFile.readImages(at: imagesPath, notes: &notes)
    let labels = try LabelsFile.read(
      named: labelsPath, beside: labelsFile(beside: imagesPath), imageCount: images.count, imagesPath: imagesPath)
    return DatasetContent(images: images, labels: labels, notes: notes)
  }

  /// The labels file that belongs to an images file by its name: `images` becomes `labels`, `idx3` becomes `idx1`. What
  /// stands before `idx` may be a hyphen in one name and a dot in the other.
  private static func labelsFile(beside imagesPath: String) -> String? {
    let (folder, file) = Folder.split(imagesPath)
    let stem = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
    let name = stem.replacingLast("images", with: "labels")
    guard let name else { return nil }
    let labelsName = name.replacingLast("idx3", with: "idx1") ?? name.replacingLast("idx4", with: "idx1") ?? name
    return Self.file(labelsName, in: folder)
  }

  private static func imagesFile(of prefix: String, in folder: String) -> String? {
    file("\(prefix)-images-idx3-ubyte", in: folder)
  }

  /// The file of a name, plain or compressed; some copies of MNIST write the hyphen before `idx` as a dot.
  private static func file(_ name: String, in folder: String) -> String? {
    let others = [("-idx", ".idx"), (".idx", "-idx")].compactMap { name.replacingLast($0, with: $1) }
    return ([name] + others).lazy.compactMap { PathKind.file($0, in: folder) }.first
  }
}

extension DatasetFormat {
  static let idxFolder = DatasetFormat(
    name: "a folder of idx files", sign: " (\(IdxSet.mnist.fileNames[0]), ...)",
    recognises: { path, kind in kind == .folder && IdxSet.mnist.isPresent(in: path) },
    read: { path, selection throws(DatasetError) in
      // A folder may hold one part alone; only a split that is asked for must be there.
      let parts = selection.split == .all ? IdxSet.mnist.presentSplit(in: path) : selection.split
      return try IdxSet.mnist.read(folder: path, name: path, split: parts)
    })

  static let idxFile = DatasetFormat(
    name: "an idx images file", sign: " (its name ends in -ubyte, .idx or these with .gz)",
    endings: ["-ubyte", ".idx", "-idx", ".gz"],
    options: [.labels],
    isContent: \.isIdx,
    read: { path, selection throws(DatasetError) in
      try IdxSet.read(imagesPath: path, labelsPath: selection.labels)
    })
}

extension String {
  /// The string with the last occurrence of `part` replaced; nil if there is none.
  fileprivate func replacingLast(_ part: String, with replacement: String) -> String? {
    var start = endIndex
    while true {
      if self[start...].hasPrefix(part) {
        return self[..<start] + replacement + self[start...].dropFirst(part.count)
      }
      if start == startIndex { return nil }
      start = index(before: start)
    }
  }
}
