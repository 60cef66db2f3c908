import Images

/// The idx format of the MNIST files: a magic number, big-endian dimensions, then the values row by row.
///
/// Source: http://yann.lecun.com/exdb/mnist/ (the format's only definition). Plain or gzip, told apart by content.
enum IdxFile {
  /// Reads images of unsigned bytes, [count, height, width] or [count, height, width, channels]; what a user should know
  /// is added to `notes`.
  static func readImages(at path: String, notes: inout [DatasetNote]) throws(DatasetError) -> ImageSet {
    let reader = try DataFile(path: path)
    let sizes = try readHeader(
      reader, dimensions: 3...4, expected: "idx images (first bytes 00 00 08 03, then count, rows, columns)")
    let channelCount = sizes.count == 4 ? sizes[3] : 1
    guard sizes.allSatisfy({ $0 > 0 }), [1, 3].contains(channelCount) else {
      throw .unsupported(
        file: path, expected: "at least one image with at least one pixel and 1 or 3 channels",
        found: sizes.map(String.init).joined(separator: "×"))
    }
    let byteCount = try DatasetContent.pixelCount(sizes, file: path)
    let pixels = try reader.read(exactly: byteCount, of: "pixels")
    try reader.expectEnd()
    notes += reader.notes
    return ImageSet(
      count: sizes[0], height: sizes[1], width: sizes[2], channelCount: channelCount, pixels: pixels)
  }

  /// Reads labels of unsigned bytes, one for each of `imageCount` images of `imagesPath`, each one of `classes`.
  static func readLabels(
    at path: String, imageCount: Int, imagesPath: String, classes: Range<Int> = 0..<256
  ) throws(DatasetError) -> [Int] {
    let reader = try DataFile(path: path)
    let sizes = try readHeader(
      reader, dimensions: 1...1, expected: "idx labels (first bytes 00 00 08 01, then a count)")
    guard sizes[0] == imageCount else {
      throw .countMismatch(file: imagesPath, images: imageCount, labelsFile: path, labels: sizes[0])
    }
    let labels = try reader.read(exactly: imageCount, of: "labels").map(Int.init)
    try reader.expectEnd()
    if let position = labels.firstIndex(where: { !classes.contains($0) }) {
      throw .labelOutOfRange(file: path, position: position, found: labels[position], classes: classes)
    }
    return labels
  }

  private static func readHeader(
    _ reader: DataFile, dimensions: ClosedRange<Int>, expected: String
  ) throws(DatasetError) -> [Int] {
    let magic = try reader.read(upTo: 4)
    guard magic.count == 4, magic[0] == 0, magic[1] == 0, dimensions.contains(Int(magic[3])) else {
      throw .wrongMagic(file: reader.path, expected: expected, found: magic)
    }
    guard magic[2] == 0x08 else {
      let type = valueTypes[magic[2]] ?? "type code \(magic[2])"
      throw .unsupported(file: reader.path, expected: "idx values of unsigned bytes (type code 8)", found: type)
    }
    let header = try reader.read(exactly: 4 * Int(magic[3]), of: "header")
    return stride(from: 0, to: header.count, by: 4).map { start in
      header[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static let valueTypes: [UInt8: String] = [
    0x09: "signed bytes (type code 9)", 0x0B: "16-bit integers (type code 11)",
    0x0C: "32-bit integers (type code 12)", 0x0D: "32-bit floats (type code 13)",
    0x0E: "64-bit floats (type code 14)",
  ]
}
