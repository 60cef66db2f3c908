import Files

/// A file of a data set while it is read: a `FileReader` whose errors are the data set's.
struct DataFile {
  private let reader: FileReader

  init(path: String, inflating: Bool = true) throws(DatasetError) {
    do { reader = try FileReader(path: path, inflating: inflating) } catch { throw .file(error) }
  }

  var path: String { reader.path }

  /// Bytes on disk.
  var size: Int { reader.size }

  /// The most bytes that are read from the whole file.
  var largestContent: Int { reader.largestContent }

  /// The next `count` bytes, fewer at the file's end.
  func read(upTo count: Int) throws(DatasetError) -> [UInt8] {
    do { return try reader.read(upTo: count) } catch { throw .file(error) }
  }

  /// The next `count` bytes; anything less is an error that names `part`.
  func read(exactly count: Int, of part: String) throws(DatasetError) -> [UInt8] {
    do { return try reader.read(exactly: count, of: part) } catch { throw .file(error) }
  }

  /// What a user should know of the file, once it was read to its end.
  var notes: [DatasetNote] { reader.hasTrailingGarbage ? [.garbageIgnored(file: path)] : [] }

  /// Checks that nothing follows, which for gzip also checks the last member's checksum.
  func expectEnd() throws(DatasetError) {
    do { try reader.expectEnd() } catch { throw .file(error) }
  }
}
