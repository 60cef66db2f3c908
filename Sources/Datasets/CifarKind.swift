import Evaluation
import Files
import Images

/// The binary versions of CIFAR-10 and CIFAR-100: records of one or two label bytes and 32×32 red, then green, then blue
/// bytes.
///
/// Of CIFAR-100's two labels, a coarse and a fine one, the fine one is taken. Classes are called as the file of names
/// beside the batches says, if it lies there.
///
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html
struct CifarKind: Sendable {
  let name: String
  /// Label bytes of a record; the last is the class.
  let labelSize: Int
  /// One more than the greatest value of each label byte.
  let labelCounts: [Int]
  let trainFiles: [String]
  let testFile: String
  /// The folder that the original archive unpacks to.
  let archiveFolder: String
  /// The file of the classes' names, a line each.
  let namesFile: String
  /// What the classes are called without that file.
  let classNames: [String]

  static let side = 32
  private static let planeSize = side * side
  var recordSize: Int { labelSize + 3 * Self.planeSize }

  static let ten = CifarKind(
    name: "CIFAR-10", labelSize: 1, labelCounts: [10], trainFiles: (1...5).map { "data_batch_\($0).bin" },
    testFile: "test_batch.bin", archiveFolder: "cifar-10-batches-bin", namesFile: "batches.meta.txt",
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])

  static let hundred = CifarKind(
    name: "CIFAR-100", labelSize: 2, labelCounts: [20, 100], trainFiles: ["train.bin"], testFile: "test.bin",
    archiveFolder: "cifar-100-binary", namesFile: "fine_label_names.txt", classNames: (0..<100).map { "\($0)" })

  static let all = [ten, hundred]
}

// MARK: - One file

extension CifarKind {
  /// Reads a batch of either kind, told by its size, and where that fits both by its labels.
  static func read(path: String) throws(DatasetError) -> DatasetContent {
    let (bytes, notes) = try content(of: path)
    let fitting = all.filter { !bytes.isEmpty && bytes.count % $0.recordSize == 0 }
    guard let first = fitting.first else {
      throw .sizeMismatch(
        file: path, expected: all.map { "\($0.name) records of \($0.recordSize) bytes each" }.joined(separator: " or "),
        found: "\(bytes.count) bytes")
    }
    let kind = fitting.first { $0.wrongLabel(in: bytes) == nil } ?? first
    return try kind.content([(path, bytes)], lastIsTest: false, notes: notes)
  }

  private static func content(of path: String) throws(DatasetError) -> (bytes: [UInt8], notes: [DatasetNote]) {
    let reader = try DataFile(path: path)
    let bytes = try reader.read(upTo: min(reader.largestContent, DatasetContent.pixelLimit))
    try reader.expectEnd()
    return (bytes, reader.notes)
  }

  /// The first label that is none: its record, its value, and how many there are.
  private func wrongLabel(in bytes: [UInt8]) -> (record: Int, value: Int, count: Int)? {
    for record in 0..<bytes.count / recordSize {
      for (place, count) in labelCounts.enumerated() where bytes[record * recordSize + place] >= count {
        return (record, Int(bytes[record * recordSize + place]), count)
      }
    }
    return nil
  }

  /// The batches, all of them whole records, as images with their planes interleaved; the last one's are test images if
  /// `lastIsTest`.
  private func content(
    _ batches: [(path: String, bytes: [UInt8])], lastIsTest: Bool, notes: [DatasetNote]
  ) throws(DatasetError) -> DatasetContent {
    for (path, bytes) in batches {
      guard !bytes.isEmpty, bytes.count % recordSize == 0 else {
        throw .sizeMismatch(
          file: path, expected: "\(name) records of \(recordSize) bytes each", found: "\(bytes.count) bytes")
      }
      if let wrong = wrongLabel(in: bytes) {
        throw .labelOutOfRange(file: path, position: wrong.record, found: wrong.value, classCount: wrong.count)
      }
    }
    let count = batches.reduce(0) { $0 + $1.bytes.count / recordSize }
    var classes: [Int] = []
    classes.reserveCapacity(count)
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3 * Self.planeSize) { buffer, initialised in
      for (_, bytes) in batches {
        for record in 0..<bytes.count / recordSize {
          let start = record * recordSize + labelSize
          for channel in 0..<3 {
            let plane = start + channel * Self.planeSize
            for pixel in 0..<Self.planeSize { buffer[initialised + pixel * 3 + channel] = bytes[plane + pixel] }
          }
          classes.append(Int(bytes[start - 1]))
          initialised += 3 * Self.planeSize
        }
      }
    }
    let names = try names(in: Folder.split(batches[0].path).folder)
    return DatasetContent(
      images: ImageSet(count: count, height: Self.side, width: Self.side, channelCount: 3, pixels: pixels),
      labels: Labels(classes: classes, names: names),
      trainCount: lastIsTest ? count - batches.last!.bytes.count / recordSize : count, notes: notes)
  }

  /// The names that lie beside the batches, a line each; else the kind's own.
  private func names(in folder: String) throws(DatasetError) -> [String] {
    let path = "\(folder)/\(namesFile)"
    guard PathKind(path) == .file else { return classNames }
    let file = try DataFile(path: path)
    let bytes = try file.read(upTo: 1 << 16)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .unsupported(file: path, expected: "names in UTF-8, a line each", found: "bytes that are none")
    }
    let spaces: [Character] = [" ", "\t", "\r", "\r\n"]
    let names = text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop { spaces.contains($0) }.reversed().drop { spaces.contains($0) }.reversed())
    }.filter { !$0.isEmpty }
    guard names.count == classNames.count, Set(names).count == names.count else {
      throw .unsupported(
        file: path, expected: "\(classNames.count) different names, a line each",
        found: "\(names.count)\(Set(names).count == names.count ? "" : ", not all of them different")")
    }
    return names
  }
}

// MARK: - A folder

extension CifarKind {
  /// The folder's batches lie in it or in the folder that the original archive unpacks to.
  private func batchFolder(in folder: String) -> String? {
    [folder, "\(folder)/\(archiveFolder)"].first { candidate in
      (trainFiles + [testFile]).contains { PathKind.file($0, in: candidate) != nil }
    }
  }

  func isPresent(in folder: String) -> Bool { batchFolder(in: folder) != nil }

  func read(folder: String, name: String, split: Split) throws(DatasetError) -> DatasetContent {
    let folder = batchFolder(in: folder) ?? folder
    let files = (split == .test ? [] : trainFiles) + (split == .train ? [] : [testFile])
    let missing = files.filter { PathKind.file($0, in: folder) == nil }
    guard missing.isEmpty else { throw .missingFiles(name: name, folder: folder, files: missing) }
    var batches: [(path: String, bytes: [UInt8])] = []
    var notes: [DatasetNote] = []
    var total = 0
    for path in files.compactMap({ PathKind.file($0, in: folder) }) {
      let (bytes, itsNotes) = try Self.content(of: path)
      total += bytes.count
      guard total <= DatasetContent.pixelLimit else {
        throw .tooLarge(file: path, bytes: "\(total) in all", limit: DatasetContent.pixelLimit)
      }
      batches.append((path, bytes))
      notes += itsNotes
    }
    return try content(batches, lastIsTest: split != .train, notes: notes)
  }

  fileprivate var folderFormat: DatasetFormat {
    DatasetFormat(
      name: "a folder of \(name) batches", sign: " (\(trainFiles[0]), ...)",
      recognises: { path, kind in kind == .folder && isPresent(in: path) },
      read: { path, selection throws(DatasetError) in try read(folder: path, name: path, split: selection.split) })
  }
}

extension KnownDataset {
  static let cifar10 = KnownDataset(
    name: "cifar10", summary: "CIFAR-10, small colour photographs (Krizhevsky)", count: 60_000, height: CifarKind.side,
    width: CifarKind.side, channelCount: 3, classNames: CifarKind.ten.classNames,
    source: .files(
      SetFiles(
        names: CifarKind.ten.trainFiles + [CifarKind.ten.testFile], mayBeCompressed: true,
        isPresent: CifarKind.ten.isPresent
      ) { folder, set, selection throws(DatasetError) in
        try CifarKind.ten.read(folder: folder, name: set.name, split: selection.split)
      }))
}

extension DatasetFormat {
  static let cifarFolder = CifarKind.ten.folderFormat
  static let cifar100Folder = CifarKind.hundred.folderFormat

  static let cifarFile = DatasetFormat(
    name: "a CIFAR-10 or CIFAR-100 batch", sign: " (its name ends in .bin)",
    endings: [".bin", ".bin.gz"],
    read: { path, _ throws(DatasetError) in try CifarKind.read(path: path) })
}
