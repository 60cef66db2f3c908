import Files
import Images

/// A file of CIFAR's images: their classes, and where each one's red, green and blue plane lie.
struct CifarBatch {
  let path: String
  let bytes: [UInt8]
  /// Where the first image's red plane begins, and how far it is from there to the next image's.
  let firstPixel: Int
  let step: Int
  let classes: [Int]

  var count: Int { classes.count }

  /// A file's bytes, all of them, and what a user should know of it.
  static func content(of path: String) throws(DatasetError) -> (bytes: [UInt8], notes: [DatasetNote]) {
    let reader = try DataFile(path: path)
    let bytes = try reader.read(upTo: min(reader.largestContent, DatasetContent.pixelLimit))
    try reader.expectEnd()
    return (bytes, reader.notes)
  }
}

extension CifarKind {
  /// Bytes of a record of the binary version: its labels, then the planes.
  var recordSize: Int { labelCounts.count + 3 * Self.planeSize }

  /// The first label of a binary batch that is none: its record, its value, and how many there are.
  fileprivate func wrongLabel(in bytes: [UInt8]) -> (record: Int, value: Int, count: Int)? {
    for record in 0..<bytes.count / recordSize {
      for (place, count) in labelCounts.enumerated() where bytes[record * recordSize + place] >= count {
        return (record, Int(bytes[record * recordSize + place]), count)
      }
    }
    return nil
  }
}

// MARK: - The binary version

extension CifarBatch {
  /// A batch of records of one or two label bytes and 32×32 red, then green, then blue bytes.
  init(binary bytes: [UInt8], of kind: CifarKind, path: String) throws(DatasetError) {
    guard !bytes.isEmpty, bytes.count % kind.recordSize == 0 else {
      throw .sizeMismatch(
        file: path, expected: "\(kind.name) records of \(kind.recordSize) bytes each", found: "\(bytes.count) bytes")
    }
    if let wrong = kind.wrongLabel(in: bytes) {
      throw .labelOutOfRange(file: path, position: wrong.record, found: wrong.value, classes: 0..<wrong.count)
    }
    let labelSize = kind.labelCounts.count
    (self.path, self.bytes, firstPixel, step) = (path, bytes, labelSize, kind.recordSize)
    classes = stride(from: labelSize - 1, to: bytes.count, by: kind.recordSize).map { Int(bytes[$0]) }
  }

  /// Reads a batch of either kind, told by its size, and where that fits both by its labels.
  static func readBinary(path: String) throws(DatasetError) -> DatasetContent {
    let (bytes, notes) = try content(of: path)
    let fitting = CifarKind.all.filter { !bytes.isEmpty && bytes.count % $0.recordSize == 0 }
    guard let first = fitting.first else {
      throw .sizeMismatch(
        file: path,
        expected: CifarKind.all.map { "\($0.name) records of \($0.recordSize) bytes each" }.joined(separator: " or "),
        found: "\(bytes.count) bytes")
    }
    let kind = fitting.first { $0.wrongLabel(in: bytes) == nil } ?? first
    return try kind.content(of: [CifarBatch(binary: bytes, of: kind, path: path)], kind.versions[0], notes: notes)
  }
}

// MARK: - The Python version

extension CifarBatch {
  /// A pickled dictionary with the planes in the rows of an array, `data`, and the classes in a list.
  init(pickled bytes: [UInt8], of kind: CifarKind, path: String) throws(DatasetError) {
    try self.init(Pickle(bytes, file: path), of: kind, path: path)
  }

  private init(_ pickle: Pickle, of kind: CifarKind, path: String) throws(DatasetError) {
    let key = kind.versions[1].keys!.labels
    classes = try pickle.integers(key)
    let data = try pickle.array("data")
    guard !classes.isEmpty, data.shape == [classes.count, 3 * CifarKind.planeSize] else {
      throw .sizeMismatch(
        file: path, expected: "an array of \(3 * CifarKind.planeSize) bytes for each of the labels",
        found: "the shape \(data.shape) for \(classes.count) labels")
    }
    let classCount = kind.labelCounts.last!
    if let position = classes.firstIndex(where: { !(0..<classCount).contains($0) }) {
      throw .labelOutOfRange(file: path, position: position, found: classes[position], classes: 0..<classCount)
    }
    self.path = path
    step = 3 * CifarKind.planeSize
    guard data.isFortran else {
      (bytes, firstPixel) = (pickle.bytes, data.place.lowerBound)
      return
    }
    // Column by column.
    let (rows, start, step) = (classes.count, data.place.lowerBound, step)
    bytes = [UInt8](unsafeUninitializedCapacity: rows * step) { buffer, count in
      for row in 0..<rows {
        for column in 0..<step { buffer[row * step + column] = pickle.bytes[start + column * rows + row] }
      }
      count = rows * step
    }
    firstPixel = 0
  }

  /// Reads a batch of either kind, told by what its labels are called.
  static func readPickled(path: String) throws(DatasetError) -> DatasetContent {
    let (bytes, notes) = try content(of: path)
    let pickle = try Pickle(bytes, file: path)
    let kind = CifarKind.all.first { pickle.has($0.versions[1].keys!.labels) } ?? .ten
    return try kind.content(of: [CifarBatch(pickle, of: kind, path: path)], kind.versions[1], notes: notes)
  }
}
