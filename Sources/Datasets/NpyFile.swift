import ArrayFiles
import Files

/// NumPy's .npy format: an array of images, with labels in `NAME-labels.npy` beside `NAME.npy` if these are there.
enum NpyFile {
  static func read(path: String, _ selection: DatasetSelection) throws(DatasetError) -> DatasetContent {
    let array: StoredArray
    do { array = try NpyFormat.read(path: path, limit: DatasetContent.pixelLimit) } catch { throw .reading(error) }
    let (images, _, notes) = try ArrayImages.images(of: [.init(name: path, array: array)], selection)
    let stem = DatasetFormat.npy.isNamed(path) ? String(path.dropLast(ending.count)) : path
    let beside = stem + "-labels.npy"
    let labels = try LabelsFile.read(
      named: selection.labels, beside: PathKind(beside) == .file ? beside : nil, imageCount: images.count,
      imagesPath: path)
    return DatasetContent(images: images, labels: labels, notes: notes)
  }

  fileprivate static let ending = ".npy"
}

extension DatasetFormat {
  static let npy = DatasetFormat(
    name: "a NumPy array of images", sign: " (its name ends in .npy)",
    endings: [NpyFile.ending],
    options: [.labels, .layout, .shape, .range],
    isContent: \.isNpy,
    read: NpyFile.read)
}
