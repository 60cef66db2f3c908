import Files

/// The array in a .npy file, read some rows of its first axis at a time: for one that is larger than memory.
public final class NpyStream {
  public let type: ElementType
  public let shape: [Int]
  public let isFortranOrder: Bool
  private let source: FileSource
  /// Bytes of one row.
  private let rowSize: Int
  private var rowsLeft: Int

  /// Reads the header.
  ///
  /// - Throws: what `NpyFormat.read` does for it.
  public init(path: String, limit: Int) throws(ArrayFileError) {
    source = try FileSource(path: path)
    let (header, size) = try NpyFormat.readHeader(from: source, limit: limit)
    (type, shape, isFortranOrder) = (header.type, header.shape, header.isFortranOrder)
    rowsLeft = header.shape.first ?? 0
    rowSize = rowsLeft > 0 ? size / rowsLeft : 0
  }

  /// The next rows, `count` of them at most, as an array of its own; nil when all were read, which checks that nothing
  /// follows. Only of an array whose rows lie one after the other.
  public func next(_ count: Int) throws(ArrayFileError) -> StoredArray? {
    precondition(!isFortranOrder && !shape.isEmpty, "the rows of \(source.name) do not lie one after the other")
    guard rowsLeft > 0 else {
      try source.expectEnd()
      return nil
    }
    let rows = min(count, rowsLeft)
    rowsLeft -= rows
    return StoredArray(
      type, shape: [rows] + shape.dropFirst(), bytes: try source.read(exactly: rows * rowSize, of: "elements"))
  }
}
