import Downloads
import Evaluation
import Files
import Images

/// CIFAR-10 and CIFAR-100: 32×32 colour photographs, in their binary and their Python version.
///
/// Of CIFAR-100's two labels, a coarse and a fine one, the fine one is taken. Classes are called as the file of names
/// beside the batches says, if it lies there.
///
/// Source: https://www.cs.toronto.edu/~kriz/cifar.html
struct CifarKind: Sendable {
  let name: String
  /// One more than the greatest value of each label of an image; the last label is the class.
  let labelCounts: [Int]
  /// The version that is looked for first, then the others.
  let versions: [Version]
  /// What the classes are called where no file says it.
  let classNames: [String]

  /// The files of a version under their original names.
  struct Version: Sendable {
    let trainFiles: [String]
    let testFile: String
    /// The folder that the original archive unpacks to.
    let archiveFolder: String
    /// The file of the classes' names.
    let namesFile: String
    /// In pickled batches, what the labels and in the file of names the names are called; nil for binary batches.
    var keys: (labels: String, names: String)?

    var files: [String] { trainFiles + [testFile] }

    /// The version's file in a folder, plain or compressed, whose content is a pickle where it is to be one: the names
    /// of the Python version's files are short.
    func file(_ name: String, in folder: String) -> String? {
      guard let path = PathKind.file(name, in: folder) else { return nil }
      guard keys != nil else { return path }
      return (try? FileHead(path: path))?.isPickle == true ? path : nil
    }

    /// The folder of the batches: the set's own, or the one that the original archive unpacks to.
    func batchFolder(in folder: String) -> String? {
      [folder, "\(folder)/\(archiveFolder)"].first { candidate in files.contains { file($0, in: candidate) != nil } }
    }
  }

  static let side = 32
  static let planeSize = side * side

  static let ten = CifarKind(
    name: "CIFAR-10", labelCounts: [10],
    versions: [
      Version(
        trainFiles: (1...5).map { "data_batch_\($0).bin" }, testFile: "test_batch.bin",
        archiveFolder: "cifar-10-batches-bin", namesFile: "batches.meta.txt"),
      Version(
        trainFiles: (1...5).map { "data_batch_\($0)" }, testFile: "test_batch", archiveFolder: "cifar-10-batches-py",
        namesFile: "batches.meta", keys: ("labels", "label_names")),
    ], classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"])

  static let hundred = CifarKind(
    name: "CIFAR-100", labelCounts: [20, 100],
    versions: [
      Version(
        trainFiles: ["train.bin"], testFile: "test.bin", archiveFolder: "cifar-100-binary",
        namesFile: "fine_label_names.txt"),
      Version(
        trainFiles: ["train"], testFile: "test", archiveFolder: "cifar-100-python", namesFile: "meta",
        keys: ("fine_labels", "fine_label_names")),
    ], classNames: hundredNames)

  /// In the order of their numbers, which is that of the alphabet.
  private static let hundredNames = """
    apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle \
    caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant \
    flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man \
    maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree \
    plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail \
    snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout \
    tulip turtle wardrobe whale willow_tree wolf woman worm
    """.split(separator: " ").map(String.init)

  static let all = [ten, hundred]
}

// MARK: - Batches as images

extension CifarKind {
  /// The batches' images with their planes interleaved; the last batch's are test images if `lastIsTest`.
  ///
  /// - Parameter version: says what the file of names is called.
  func content(
    of batches: [CifarBatch], _ version: Version, lastIsTest: Bool = false, notes: [DatasetNote]
  ) throws(DatasetError) -> DatasetContent {
    let count = batches.reduce(0) { $0 + $1.count }
    let pixels = [UInt8](unsafeUninitializedCapacity: count * 3 * Self.planeSize) { buffer, initialised in
      for batch in batches {
        for record in 0..<batch.count {
          let start = batch.firstPixel + record * batch.step
          for channel in 0..<3 {
            let plane = start + channel * Self.planeSize
            for pixel in 0..<Self.planeSize { buffer[initialised + pixel * 3 + channel] = batch.bytes[plane + pixel] }
          }
          initialised += 3 * Self.planeSize
        }
      }
    }
    let names = try names(version, in: Folder.split(batches[0].path).folder)
    return DatasetContent(
      images: ImageSet(count: count, height: Self.side, width: Self.side, channelCount: 3, pixels: pixels),
      labels: Labels(classes: batches.flatMap(\.classes), names: names),
      trainCount: lastIsTest ? count - batches.last!.count : count, notes: notes)
  }

  /// The names that lie beside the batches; else the kind's own.
  private func names(_ version: Version, in folder: String) throws(DatasetError) -> [String] {
    guard let path = version.file(version.namesFile, in: folder) else { return classNames }
    let bytes = try DataFile(path: path).read(upTo: 1 << 16)
    let found: [String]
    if let keys = version.keys {
      found = try Pickle(bytes, file: path).strings(keys.names)
    } else {
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw .unsupported(file: path, expected: "names in UTF-8, a line each", found: "bytes that are none")
      }
      let spaces: [Character] = [" ", "\t", "\r", "\r\n"]
      found = text.split(whereSeparator: \.isNewline).map { line in
        String(line.drop { spaces.contains($0) }.reversed().drop { spaces.contains($0) }.reversed())
      }.filter { !$0.isEmpty }
    }
    guard found.count == classNames.count, Set(found).count == found.count else {
      throw .unsupported(
        file: path, expected: "\(classNames.count) different names",
        found: "\(found.count)\(Set(found).count == found.count ? "" : ", not all of them different")")
    }
    return found
  }
}

// MARK: - A folder

extension CifarKind {
  /// The first version of which there are batches, and where.
  private func present(in folder: String) -> (version: Version, folder: String)? {
    for version in versions {
      if let place = version.batchFolder(in: folder) { return (version, place) }
    }
    return nil
  }

  func isPresent(in folder: String) -> Bool { present(in: folder) != nil }

  func isComplete(in folder: String) -> Bool {
    present(in: folder).map { place in
      place.version.files.allSatisfy { place.version.file($0, in: place.folder) != nil }
    }
      ?? false
  }

  func read(folder: String, name: String, split: Split) throws(DatasetError) -> DatasetContent {
    let (version, folder) = present(in: folder) ?? (versions[0], folder)
    let files = (split == .test ? [] : version.trainFiles) + (split == .train ? [] : [version.testFile])
    let missing = files.filter { version.file($0, in: folder) == nil }
    guard missing.isEmpty else { throw .missingFiles(name: name, folder: folder, files: missing) }
    var batches: [CifarBatch] = []
    var notes: [DatasetNote] = []
    var total = 0
    for path in files.compactMap({ version.file($0, in: folder) }) {
      let (bytes, itsNotes) = try CifarBatch.content(of: path)
      total += bytes.count
      guard total <= DatasetContent.pixelLimit else {
        throw .tooLarge(file: path, bytes: "\(total) in all", limit: DatasetContent.pixelLimit)
      }
      batches.append(
        try version.keys == nil
          ? CifarBatch(binary: bytes, of: self, path: path) : CifarBatch(pickled: bytes, of: self, path: path))
      notes += itsNotes
    }
    return try content(of: batches, version, lastIsTest: split != .train, notes: notes)
  }

  fileprivate var folderFormat: DatasetFormat {
    DatasetFormat(
      name: "a folder of \(name) batches",
      sign: " (\(versions.map { "\($0.trainFiles[0]), ..." }.joined(separator: " or ")))",
      recognises: { path, kind in kind == .folder && isPresent(in: path) },
      read: { path, selection throws(DatasetError) in try read(folder: path, name: path, split: selection.split) })
  }

  fileprivate func known(_ name: String, summary: String, archive: Fetchable) -> KnownDataset {
    KnownDataset(
      name: name, summary: summary, count: 60_000, height: Self.side, width: Self.side, channelCount: 3,
      classNames: classNames,
      source: .files(
        SetFiles(
          names: versions[0].files, mayBeCompressed: true, fetchables: [archive], isPresent: isPresent,
          isComplete: isComplete
        ) {
          folder, set, selection throws(DatasetError) in
          try read(folder: folder, name: set.name, split: selection.split)
        }))
  }

  /// What the original archive of the binary version holds that is of use.
  fileprivate func archive(_ file: String, size: Int? = nil, _ checksum: Checksum) -> Fetchable {
    Fetchable(
      file: file, mirrors: ["https://www.cs.toronto.edu/~kriz/"], size: size, checksum: checksum,
      unpacks: versions[0].files + [versions[0].namesFile])
  }
}

extension KnownDataset {
  static let cifar10 = CifarKind.ten.known(
    "cifar10", summary: "CIFAR-10, small colour photographs (Krizhevsky)",
    archive: CifarKind.ten.archive(
      "cifar-10-binary.tar.gz", size: 170_052_171,
      .sha256("c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")))

  static let cifar100 = CifarKind.hundred.known(
    "cifar100", summary: "CIFAR-100, small colour photographs of a hundred kinds (Krizhevsky)",
    archive: CifarKind.hundred.archive(
      "cifar-100-binary.tar.gz", .md5("03b5dce01913d631647c71ecec9e9cb8")))
}

extension DatasetFormat {
  static let cifarFolder = CifarKind.ten.folderFormat
  static let cifar100Folder = CifarKind.hundred.folderFormat

  static let cifarFile = DatasetFormat(
    name: "a CIFAR-10 or CIFAR-100 batch", sign: " (its name ends in .bin)",
    endings: [".bin", ".bin.gz"],
    read: { path, _ throws(DatasetError) in try CifarBatch.readBinary(path: path) })

  static let cifarPickle = DatasetFormat(
    name: "a CIFAR-10 or CIFAR-100 batch of the Python version", sign: " (pickled, without an ending)",
    isContent: \.isPickle,
    read: { path, _ throws(DatasetError) in try CifarBatch.readPickled(path: path) })
}
