import Evaluation
import Files
import Images

/// NumPy's .npy format: images as unsigned bytes, [count, height, width] or [count, height, width, channels].
///
/// Labels are read from `NAME-labels.npy` beside `NAME.npy`, integers of any width, one an image.
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
enum NpyFile {
  static func read(path: String) throws(DatasetError) -> DatasetContent {
    let reader = try DataFile(path: path)
    let header = try Header(reader)
    let sizes = header.shape
    let channelCount = sizes.count == 4 ? sizes[3] : 1
    guard header.type == "|u1", !header.isFortranOrder, (3...4).contains(sizes.count), sizes.allSatisfy({ $0 > 0 }),
      [1, 3].contains(channelCount)
    else {
      throw .unsupported(
        file: path,
        expected: "images of type |u1 in C order, shaped (count, height, width) or these and 1 or 3 channels",
        found: header.description)
    }
    let pixels = try reader.read(exactly: DatasetContent.pixelCount(sizes, file: path), of: "pixels")
    try reader.expectEnd()
    let images = ImageSet(
      count: sizes[0], height: sizes[1], width: sizes[2], channelCount: channelCount, pixels: pixels)
    let labelsPath = (path.hasSuffix(".npy") ? String(path.dropLast(4)) : path) + "-labels.npy"
    guard PathKind(labelsPath) == .file else { return DatasetContent(images: images, labels: nil) }
    let classes = try readLabels(at: labelsPath, imageCount: images.count, imagesPath: path)
    return DatasetContent(images: images, labels: DatasetContent.numberedLabels(classes))
  }

  private static func readLabels(
    at path: String, imageCount: Int, imagesPath: String
  ) throws(DatasetError) -> [Int] {
    let reader = try DataFile(path: path)
    let header = try Header(reader)
    guard let width = integerWidths[header.type], header.shape.count == 1 else {
      throw .unsupported(
        file: path, expected: "labels of a little-endian integer type, shaped (count,)", found: header.description)
    }
    guard header.shape[0] == imageCount else {
      throw .countMismatch(file: imagesPath, images: imageCount, labelsFile: path, labels: header.shape[0])
    }
    let bytes = try reader.read(exactly: imageCount * width, of: "labels")
    try reader.expectEnd()
    var classes: [Int] = []
    for position in 0..<imageCount {
      let digits = bytes[position * width..<(position + 1) * width]
      let isNegative = header.type.contains("i") && digits.last! >= 0x80
      let value = digits.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
      guard (0..<256).contains(value) else {
        throw .labelOutOfRange(file: path, position: position, found: value, classCount: 256)
      }
      classes.append(value)
    }
    return classes
  }

  private static let integerWidths = [
    "|u1": 1, "|i1": 1, "<u2": 2, "<i2": 2, "<u4": 4, "<i4": 4, "<u8": 8, "<i8": 8,
  ]

  /// The dictionary in front of an array's values.
  private struct Header: CustomStringConvertible {
    var type = ""
    var isFortranOrder = false
    var shape: [Int] = []

    var description: String {
      "type \(type), shape (\(shape.map(String.init).joined(separator: ", ")))"
        + (isFortranOrder ? " in Fortran order" : "")
    }

    init(_ reader: DataFile) throws(DatasetError) {
      let magic = try reader.read(upTo: 8)
      guard magic.count == 8, magic.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]), (1...3).contains(magic[6])
      else {
        throw .wrongMagic(file: reader.path, expected: "a NumPy array (first bytes 93 4e 55 4d 50 59)", found: magic)
      }
      let lengthBytes = try reader.read(exactly: magic[6] == 1 ? 2 : 4, of: "header")
      let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= 1 << 16 else {
        throw .unsupported(file: reader.path, expected: "a header of at most 65536 bytes", found: "\(length)")
      }
      let text = String(decoding: try reader.read(exactly: length, of: "header"), as: UTF8.self)
      guard let type = Self.value(of: "descr", in: text, from: "'", to: "'"),
        let order = Self.value(of: "fortran_order", in: text, from: ":", to: ","),
        let shape = Self.value(of: "shape", in: text, from: "(", to: ")")
      else {
        throw .unsupported(
          file: reader.path, expected: "a header with descr, fortran_order and shape", found: String(text.prefix(80)))
      }
      self.type = type
      self.isFortranOrder = order.contains("True")
      for word in shape.split(separator: ",") {
        let digits = word.filter { $0 != " " }
        if digits.isEmpty { continue }
        guard let size = Int(digits), size >= 0 else {
          throw .unsupported(file: reader.path, expected: "a shape of whole numbers", found: "(\(shape))")
        }
        self.shape.append(size)
      }
    }

    /// The text between two marks after a key: all that the format's fixed form of a dictionary needs.
    private static func value(of key: String, in text: String, from start: Character, to end: Character) -> String? {
      let quoted = Array("'\(key)'")
      let characters = Array(text)
      guard
        let position = characters.indices.first(where: { characters[$0...].starts(with: quoted) }),
        let open = characters[(position + quoted.count)...].firstIndex(of: start),
        let close = characters[(open + 1)...].firstIndex(of: end)
      else { return nil }
      return String(characters[(open + 1)..<close])
    }
  }
}

extension DatasetFormat {
  static let npy = DatasetFormat(
    summary: "a NumPy array of images (its name ends in .npy)",
    endings: [".npy"],
    recognises: { path, kind in kind == .file && path.hasSuffix(".npy") },
    read: { path, _ throws(DatasetError) in try NpyFile.read(path: path) })
}
