import CZlib
import Files

/// The bytes of an entry of a ZIP archive in order, inflated on the way if they are deflated, their checksum kept.
///
/// Never more than the directory's size of them is inflated, and memory stays within what was asked for.
final class ZipEntryReader: ByteSource {
  let name: String
  private let entry: ZipEntry
  private let file: FileReader
  /// The part of the file that has not been read yet.
  private var unread: Range<Int>
  /// What was read of the file and not been taken yet.
  private var input: ArraySlice<UInt8> = []
  private let inflater: UnsafeMutablePointer<z_stream>?
  private var hasEnded = false
  private var position = 0
  private var checksum: UInt = 0

  private static let bufferSize = 1 << 17

  init(_ entry: ZipEntry, dataStart: Int, of file: FileReader, name: String) {
    (self.entry, self.file, self.name) = (entry, file, name)
    unread = dataStart..<dataStart + entry.compressedSize
    guard entry.method == 8 else {
      inflater = nil
      return
    }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let withoutHeader = -MAX_WBITS
    let result = inflateInit2_(stream, withoutHeader, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib's inflateInit2 returned \(result)")
    inflater = stream
  }

  deinit {
    guard let inflater else { return }
    inflateEnd(inflater)
    inflater.deallocate()
  }

  func read(upTo count: Int) throws(ArrayFileError) -> [UInt8] {
    let wanted = min(count, entry.size - position)
    var bytes: [UInt8] = []
    // The size of what was deflated is a promise: the array grows as the bytes come.
    bytes.reserveCapacity(min(wanted, inflater == nil ? wanted : 4 * entry.compressedSize))
    while bytes.count < wanted {
      let part = try next(upTo: min(wanted - bytes.count, Self.bufferSize))
      if part.isEmpty { break }
      bytes += part
    }
    position += bytes.count
    checksum = bytes.withUnsafeBufferPointer { crc32_z(checksum, $0.baseAddress, $0.count) }
    return bytes
  }

  func read(exactly count: Int, of part: String) throws(ArrayFileError) -> [UInt8] {
    let needed = position + count
    guard needed <= entry.size else {
      throw .file(.truncated(file: name, part: part, expected: needed, found: entry.size))
    }
    let bytes = try read(upTo: count)
    guard bytes.count == count else {
      throw .file(.truncated(file: name, part: part, expected: needed, found: position))
    }
    return bytes
  }

  func expectEnd() throws(ArrayFileError) {
    guard position == entry.size else {
      throw .file(.trailingBytes(file: name, expected: position, found: entry.size))
    }
    // What is deflated must say itself that it ends here.
    if inflater != nil, try !next(upTo: 1).isEmpty {
      throw .file(.trailingBytes(file: name, expected: position, found: nil))
    }
    guard input.isEmpty, unread.isEmpty else {
      throw .damagedArchive(
        file: name, expected: "\(entry.compressedSize) compressed bytes",
        found: "\(input.count + unread.count) bytes fewer")
    }
    guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else { throw .wrongChecksum(file: name) }
  }

  private func refill() throws(ArrayFileError) {
    guard input.isEmpty, !unread.isEmpty else { return }
    do {
      input = try file.bytes(at: unread.lowerBound, count: min(unread.count, Self.bufferSize))[...]
    } catch {
      throw .file(error)
    }
    unread = unread.dropFirst(input.count)
    // The file has become shorter since its size was asked for.
    if input.isEmpty { unread = unread.suffix(0) }
  }

  /// Some of the next bytes, at most `count`; none at the end.
  private func next(upTo count: Int) throws(ArrayFileError) -> [UInt8] {
    try refill()
    guard let inflater else {
      defer { input = input.dropFirst(count) }
      return Array(input.prefix(count))
    }
    while !hasEnded {
      try refill()
      guard !input.isEmpty else { throw .corruptDeflate(file: name, reason: "it ends in the middle of the data") }
      var result = Z_OK
      var reason: String?
      let given = input.count
      let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initialised in
        input.withUnsafeBufferPointer { input in
          inflater.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
          inflater.pointee.avail_in = UInt32(given)
          inflater.pointee.next_out = output.baseAddress
          inflater.pointee.avail_out = UInt32(count)
          result = inflate(inflater, Z_NO_FLUSH)
          reason = inflater.pointee.msg.map { String(cString: $0) }
        }
        initialised = count - Int(inflater.pointee.avail_out)
      }
      input = input.suffix(Int(inflater.pointee.avail_in))
      switch result {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: hasEnded = true
      default: throw .corruptDeflate(file: name, reason: reason ?? "zlib error \(result)")
      }
      if !bytes.isEmpty { return bytes }
    }
    return []
  }
}
