import Files

/// Bytes in order, no more of them in memory than were asked for: a file's, or those of an entry of an archive.
protocol ByteSource {
  /// What errors call it.
  var name: String { get }

  /// The next `count` bytes, fewer at the end.
  func read(upTo count: Int) throws(ArrayFileError) -> [UInt8]

  /// The next `count` bytes; anything less is an error that names `part`, and costs no memory where it can be foreseen.
  func read(exactly count: Int, of part: String) throws(ArrayFileError) -> [UInt8]

  /// Checks that nothing follows, and the checksum of what was read if there is one.
  func expectEnd() throws(ArrayFileError)
}

/// The bytes of a file.
struct FileSource: ByteSource {
  private let reader: FileReader

  init(path: String) throws(ArrayFileError) {
    do { reader = try FileReader(path: path) } catch { throw .file(error) }
  }

  var name: String { reader.path }

  func read(upTo count: Int) throws(ArrayFileError) -> [UInt8] {
    do { return try reader.read(upTo: count) } catch { throw .file(error) }
  }

  func read(exactly count: Int, of part: String) throws(ArrayFileError) -> [UInt8] {
    do { return try reader.read(exactly: count, of: part) } catch { throw .file(error) }
  }

  func expectEnd() throws(ArrayFileError) {
    do { try reader.expectEnd() } catch { throw .file(error) }
  }
}
