import Files

/// NumPy's .npy format: version 1.0 is written, 1.0 to 3.0 are read.
///
/// Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
public enum NpyFormat {
  /// How every such file begins.
  public static let magic: [UInt8] = [0x93] + "NUMPY".utf8

  /// The bytes of a .npy file that holds `array`; its name is not part of it.
  public static func bytes(of array: NamedArray) -> [UInt8] {
    header(array.elements.kind, array.shape) + array.elements.littleEndianBytes
  }

  /// What stands before the elements of an array.
  static func header(_ kind: ElementType.Kind, _ shape: [Int]) -> [UInt8] {
    let words = ArrayFileError.words(for: shape)
    let header = "{'descr': '\(kind.typeDescription)', 'fortran_order': False, 'shape': \(words), }"
    // Magic, version, the header's length in two bytes; padded so that the elements begin on a multiple of 64.
    let start = magic + [1, 0]
    let length = (start.count + 2 + header.utf8.count + 1 + 63) / 64 * 64 - start.count - 2
    precondition(length <= 0xFFFF, "a shape of \(shape.count) axes does not fit a header of version 1.0")
    let padding = String(repeating: " ", count: length - header.utf8.count - 1) + "\n"
    return start + [UInt8(length & 0xFF), UInt8(length >> 8)] + header.utf8 + padding.utf8
  }

  /// The longest header that is read, as long as the one that NumPy itself reads, and a hundred times what numbers need.
  private static let headerLimit = 10_000

  /// Reads the array in a .npy file, plain or gzip, told apart by content.
  ///
  /// - Parameter limit: the most elements that are read.
  /// - Throws: `ArrayFileError`: the whole file must be one array, of numbers, no shorter and no longer than its header
  ///   says.
  public static func read(path: String, limit: Int = .max) throws(ArrayFileError) -> StoredArray {
    try read(from: FileSource(path: path), limit: limit)
  }

  static func read(from source: some ByteSource, limit: Int) throws(ArrayFileError) -> StoredArray {
    let (header, byteCount) = try readHeader(from: source, limit: limit)
    let bytes = try source.read(exactly: byteCount, of: "elements")
    try source.expectEnd()
    return StoredArray(header.type, shape: header.shape, isFortranOrder: header.isFortranOrder, bytes: bytes)
  }

  /// Reads all that stands before the elements, and how many bytes these are.
  static func readHeader(
    from source: some ByteSource, limit: Int
  ) throws(ArrayFileError) -> (header: NpyHeader, byteCount: Int) {
    let start = try source.read(upTo: magic.count + 2)
    guard start.count == magic.count + 2, start.starts(with: magic) else {
      throw .notAnArray(file: source.name, found: start)
    }
    let (major, minor) = (Int(start[magic.count]), Int(start[magic.count + 1]))
    guard (1...3).contains(major), minor == 0 else {
      throw .unknownVersion(file: source.name, major: major, minor: minor)
    }
    let lengthBytes = try source.read(exactly: major == 1 ? 2 : 4, of: "header")
    let length = lengthBytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= headerLimit else {
      throw .badHeader(file: source.name, expected: "at most \(headerLimit) bytes", found: "\(length)")
    }
    let header = try NpyHeader(
      source.read(exactly: length, of: "header"), mayHoldLongs: major < 3, file: source.name)
    return (header, try byteCount(of: header, limit: limit, file: source.name))
  }

  /// Bytes of the elements that a header promises. Lengths whose product is too large beside a length of 0 are refused
  /// as well: nothing is lost, and products over some of the axes stay numbers.
  private static func byteCount(of header: NpyHeader, limit: Int, file: String) throws(ArrayFileError) -> Int {
    let limit = min(limit, Int.max / 16)
    var product = 1
    for length in header.shape where length > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: length)
      guard !overflow, next <= limit else { throw .tooManyElements(file: file, shape: header.shape, limit: limit) }
      product = next
    }
    return header.shape.contains(0) ? 0 : product * header.type.kind.size
  }
}
