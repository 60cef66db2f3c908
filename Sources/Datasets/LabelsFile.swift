import ArrayFiles
import Evaluation
import Files

/// Labels from a file of their own, one for each image: .npy, idx or .csv.
enum LabelsFile {
  /// The labels in the file that was named, else in the one that lies beside the images; nil if there is neither.
  static func read(
    named path: String?, beside other: String?, imageCount: Int, imagesPath: String
  ) throws(DatasetError) -> Labels? {
    if let path {
      do {
        return try read(at: path, imageCount: imageCount, imagesPath: imagesPath)
      } catch { throw .inOption(DatasetOption.labels.name, error) }
    }
    return try other.map { path throws(DatasetError) in
      try read(at: path, imageCount: imageCount, imagesPath: imagesPath)
    }
  }

  /// Reads a file, told by its content, else by its ending; text of any other ending is a table.
  static func read(at path: String, imageCount: Int, imagesPath: String) throws(DatasetError) -> Labels {
    let head = try FileHead(path: path)
    let isTold = head.isNpy || head.isIdx
    if !isTold, let name = head.foreignName {
      throw .unsupported(file: path, expected: "labels in an .npy, .csv or idx file", found: name)
    }
    if head.isNpy || !isTold && !head.isText && DatasetFormat.npy.isNamed(path) {
      let array: StoredArray
      do { array = try NpyFormat.read(path: path, limit: DatasetContent.pixelLimit) } catch { throw .reading(error) }
      return try labels(array, name: path, imageCount: imageCount, imagesPath: imagesPath)
    }
    if !isTold, head.isText || path.lowercased().hasSuffix(".csv") {
      return try CSVLabels.read(at: path, imageCount: imageCount, imagesPath: imagesPath)
    }
    guard isTold || DatasetFormat.idxFile.isNamed(path) else {
      throw .unsupported(
        file: path, expected: "labels in an .npy, .csv or idx file",
        found: head.bytes.isEmpty ? "an empty file" : "neither by its content, and another ending")
    }
    return try LabelNames.labels(
      IdxFile.readLabels(at: path, imageCount: imageCount, imagesPath: imagesPath), file: path)
  }

  /// The labels in an array of whole numbers, shaped (count,) or (count, 1); errors call it `name`.
  static func labels(
    _ array: StoredArray, name: String, imageCount: Int, imagesPath: String
  ) throws(DatasetError) -> Labels {
    guard array.shape.count == 1 || array.shape.count == 2 && array.shape[1] == 1 else {
      throw .unsupported(
        file: name, expected: "labels of the shape (count,), a whole number for each image",
        found: "\(array.type) of the shape \(ArrayFileError.words(for: array.shape))")
    }
    guard array.count == imageCount else {
      throw .countMismatch(file: imagesPath, images: imageCount, labelsFile: name, labels: array.count)
    }
    let numbers: [Int]
    do { numbers = try array.integers() } catch {
      throw .unsupported(
        file: name, expected: "labels that are whole numbers",
        found: "\(error.value) at \(error.indices)")
    }
    return try LabelNames.labels(numbers, file: name)
  }
}

extension DatasetError {
  /// What was wrong with a file of arrays.
  static func reading(_ error: ArrayFileError) -> DatasetError {
    if case .file(let error) = error { .file(error) } else { .array(error) }
  }
}
