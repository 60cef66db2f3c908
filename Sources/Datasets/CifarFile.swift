import Evaluation
import Files
import Images

/// CIFAR-10's binary version: records of a label byte and 32×32 red, then green, then blue bytes.
///
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html
enum CifarFile {
  static let side = 32
  private static let planeSize = side * side
  private static let recordSize = 1 + 3 * planeSize
  static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
  static let trainFiles = (1...5).map { "data_batch_\($0).bin" }
  static let testFile = "test_batch.bin"

  /// Reads batch files, all of them whole records, as images with their planes interleaved; the last file's images
  /// are test images if `lastIsTest`.
  static func read(paths: [String], lastIsTest: Bool = false) throws(DatasetError) -> DatasetContent {
    var records: [UInt8] = []
    var lastStart = 0
    for path in paths {
      lastStart = records.count
      let batch = try readRecords(at: path)
      guard records.count + batch.count <= DatasetContent.pixelLimit else {
        throw .tooLarge(file: path, bytes: "\(records.count + batch.count) in all", limit: DatasetContent.pixelLimit)
      }
      records.append(contentsOf: batch)
    }
    let count = records.count / recordSize
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3 * planeSize) { buffer, initialised in
      for record in 0..<count {
        for channel in 0..<3 {
          let plane = record * recordSize + 1 + channel * planeSize
          for pixel in 0..<planeSize { buffer[(record * planeSize + pixel) * 3 + channel] = records[plane + pixel] }
        }
      }
      initialised = count * 3 * planeSize
    }
    return DatasetContent(
      images: ImageSet(count: count, height: side, width: side, channelCount: 3, pixels: pixels),
      labels: Labels(classes: (0..<count).map { Int(records[$0 * recordSize]) }, names: classNames),
      trainCount: lastIsTest ? lastStart / recordSize : count)
  }

  private static func readRecords(at path: String) throws(DatasetError) -> [UInt8] {
    let reader = try DataFile(path: path)
    let bytes = try reader.read(upTo: min(reader.largestContent, DatasetContent.pixelLimit))
    try reader.expectEnd()
    guard !bytes.isEmpty, bytes.count % recordSize == 0 else {
      throw .sizeMismatch(
        file: path, expected: "CIFAR-10 records of \(recordSize) bytes each", found: "\(bytes.count) bytes")
    }
    for record in 0..<bytes.count / recordSize where bytes[record * recordSize] >= classNames.count {
      throw .labelOutOfRange(
        file: path, position: record, found: Int(bytes[record * recordSize]), classCount: classNames.count)
    }
    return bytes
  }

  /// The folder's batches lie in it or in the folder that the original archive unpacks to.
  private static func batchFolder(in folder: String) -> String? {
    [folder, folder + "/cifar-10-batches-bin"].first { candidate in
      (trainFiles + [testFile]).contains { PathKind.file($0, in: candidate) != nil }
    }
  }

  static func isPresent(in folder: String) -> Bool { batchFolder(in: folder) != nil }

  static func read(folder: String, name: String, split: Split) throws(DatasetError) -> DatasetContent {
    let batches = batchFolder(in: folder) ?? folder
    let names = (split == .test ? [] : trainFiles) + (split == .train ? [] : [testFile])
    let missing = names.filter { PathKind.file($0, in: batches) == nil }
    guard missing.isEmpty else { throw .missingFiles(name: name, folder: batches, files: missing) }
    return try read(paths: names.compactMap { PathKind.file($0, in: batches) }, lastIsTest: split != .train)
  }
}

extension KnownDataset {
  static let cifar10 = KnownDataset(
    name: "cifar10", summary: "CIFAR-10, small colour photographs (Krizhevsky)", count: 60_000, height: 32, width: 32,
    channelCount: 3, classNames: CifarFile.classNames,
    source: .files(
      SetFiles(
        names: CifarFile.trainFiles + [CifarFile.testFile], mayBeCompressed: true, isPresent: CifarFile.isPresent
      ) { folder, set, selection throws(DatasetError) in
        try CifarFile.read(folder: folder, name: set.name, split: selection.split)
      }))
}

extension DatasetFormat {
  static let cifarFolder = DatasetFormat(
    name: "a folder of CIFAR-10 batches", sign: " (\(CifarFile.trainFiles[0]), ...)",
    recognises: { path, kind in kind == .folder && CifarFile.isPresent(in: path) },
    read: { path, selection throws(DatasetError) in
      try CifarFile.read(folder: path, name: path, split: selection.split)
    })

  static let cifarFile = DatasetFormat(
    name: "a CIFAR-10 batch", sign: " (its name ends in .bin)",
    endings: [".bin"],
    read: { path, _ throws(DatasetError) in try CifarFile.read(paths: [path]) })
}
