/// What the directory of a ZIP archive says of one of its files.
struct ZipEntry: Equatable {
  let name: String
  let flags: Int
  /// 0 stored, 8 deflated.
  let method: Int
  let checksum: UInt32
  let compressedSize: Int
  let size: Int
  /// Where the entry's own header begins.
  let offset: Int
  let nameBytes: [UInt8]
}
