import ArrayFiles
import Evaluation

/// NumPy's .npz format: an archive of arrays, of which one holds images and another their labels; or two of each, for
/// training and for testing.
enum NpzFile {
  /// What a pair of arrays is called, in the order of preference; capitals are as good.
  private static let pairs = [("x", "y"), ("images", "labels"), ("data", "target"), ("arr_0", "arr_1")]
  /// What they are called where a set is in two parts.
  private static let splitPairs = [
    (train: ("x_train", "y_train"), test: ("x_test", "y_test")),
    (train: ("train_images", "train_labels"), test: ("test_images", "test_labels")),
  ]

  static func read(path: String, _ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    let archive: NpzArchive
    do { archive = try NpzArchive(path: path) } catch { throw .reading(error) }
    let parts = try parts(of: archive, selection)
    var sources: [ArrayImages.Source] = []
    for part in parts {
      sources.append(.init(name: archive.label(of: part.images), array: try read(part.images, of: archive)))
    }
    let (images, counts, notes) = try ArrayImages.images(of: sources, selection)
    let labels = try labels(of: archive, parts, counts, selection)
    return DatasetContent(images: images, labels: labels, trainCount: parts.count == 2 ? counts[0] : nil, notes: notes)
  }

  private static func read(_ name: String, of archive: NpzArchive) throws(DatasetError) -> StoredArray {
    do { return try archive.array(name, limit: DatasetContent.pixelLimit) } catch { throw .reading(error) }
  }

  /// Names of an array of images and of its labels.
  private typealias Part = (images: String, labels: String?)

  private static func parts(of archive: NpzArchive, _ selection: DatasetSelection) throws(DatasetError) -> [Part] {
    func name(_ word: String) -> String? { archive.names.first { $0.lowercased() == word } }
    func part(_ pair: (String, String)) -> Part? { name(pair.0).map { ($0, name(pair.1)) } }
    let all = splitPairs.flatMap { [$0.train, $0.test] } + pairs
    if let array = selection.array {
      guard archive.names.contains(array) else {
        throw .inOption(
          DatasetOption.array.name, .array(.noSuchArray(file: archive.path, name: array, names: archive.names)))
      }
      return [(array, all.first { $0.0 == array.lowercased() }.flatMap { name($0.1) })]
    }
    for split in splitPairs {
      if let train = part(split.train), let test = part(split.test) { return [train, test] }
    }
    if let part = all.lazy.compactMap(part).first { return [part] }
    if archive.names.count == 1 { return [(archive.names[0], nil)] }
    throw .noImages(
      file: archive.path, expected: pairs.map(\.0) + splitPairs.map(\.train.0), names: archive.names)
  }

  /// The labels in the array or file that was named, else in the arrays that belong to the images'; for two parts in
  /// both or in neither.
  private static func labels(
    of archive: NpzArchive, _ parts: [Part], _ counts: [Int], _ selection: DatasetSelection
  ) throws(DatasetError) -> Labels? {
    let count = counts.reduce(0, +)
    if let named = selection.labels {
      guard archive.names.contains(named) else {
        return try LabelsFile.read(named: named, beside: nil, imageCount: count, imagesPath: archive.path)
      }
      do {
        return try LabelsFile.labels(
          read(named, of: archive), name: archive.label(of: named), imageCount: count, imagesPath: archive.path)
      } catch { throw .inOption(DatasetOption.labels.name, error) }
    }
    let names = parts.compactMap(\.labels)
    guard names.count == parts.count else {
      guard let name = names.first else { return nil }
      throw .unsupported(
        file: archive.path, expected: "labels for both parts of the images or for neither", found: "\(name) alone")
    }
    var words: [String] = []
    for (part, (name, count)) in zip(parts, zip(names, counts)) {
      let labels = try LabelsFile.labels(
        read(name, of: archive), name: archive.label(of: name), imageCount: count,
        imagesPath: archive.label(of: part.images))
      words += labels.classes.map { labels.names[$0] }
    }
    return try LabelNames.labels(words, file: archive.path)
  }
}

extension DatasetFormat {
  static let npz = DatasetFormat(
    name: "a NumPy archive of arrays",
    sign: " (its name ends in .npz) with images in x and labels in y, or in x_train, y_train, x_test and y_test",
    endings: [".npz"],
    options: DatasetOption.all,
    isContent: \.isZip,
    read: NpzFile.read)
}
