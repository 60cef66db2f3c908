import CZlib
import Glibc
import Interruptions

/// The bytes of a regular file in order, inflated on the way if the file begins as gzip does.
///
/// Memory stays within a fixed buffer and what the caller asked for and the file truly held: a header that promises
/// more than a file can hold costs nothing.
public final class FileReader {
  public let path: String
  /// Bytes on disk.
  public let size: Int
  public let isCompressed: Bool
  /// Bytes handed out so far, after inflation.
  public private(set) var position = 0

  private let descriptor: Int32
  private let inflater: UnsafeMutablePointer<z_stream>?
  private let input: UnsafeMutableRawBufferPointer
  private var inputRange = 0..<0
  private var hasEnded = false
  private var memberEnded = false
  /// Whether the last gzip member is followed by bytes that are neither another member nor padding of zeros; they are
  /// let be, as gunzip does. Known once the end was read.
  public private(set) var hasTrailingGarbage = false

  /// Images inflate some fivefold. A file that claims much more is held to be hostile once that would cost memory
  /// to speak of: deflate can pack a gigabyte of zeros into a megabyte.
  private static let plausibleInflation = 128
  private static let harmlessSize = 1 << 26
  private static let bufferSize = 1 << 17

  /// Opens a file; with `inflating` off the bytes come as they lie on disk.
  ///
  /// - Throws: `FileError.unreadable`, `FileError.danglingLink`, `FileError.noHome`, and `FileError.notAFile` for a
  ///   folder, pipe, socket or device, which is not opened.
  public init(path: String, inflating: Bool = true) throws(FileError) {
    let kind = try PathKind(existing: path)
    guard kind == .file else { throw .notAFile(file: path, found: kind) }
    // Without O_NONBLOCK, opening a pipe that has taken the file's place since would wait forever.
    let descriptor = open(try HomeFolder.expanding(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(file: path, code: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let code = errno
      close(descriptor)
      throw .unreadable(file: path, code: code)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .notAFile(file: path, found: PathKind(path))
    }

    var magic: (UInt8, UInt8) = (0, 0)
    let compressed = inflating && pread(descriptor, &magic, 2, 0) == 2 && magic == (0x1F, 0x8B)
    self.path = path
    self.size = Int(status.st_size)
    self.isCompressed = compressed
    self.descriptor = descriptor
    self.input = .allocate(byteCount: Self.bufferSize, alignment: 16)
    guard compressed else {
      self.inflater = nil
      return
    }
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    let gzipOnly: Int32 = 16 + MAX_WBITS
    let result = inflateInit2_(stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(result == Z_OK, "zlib's inflateInit2 returned \(result)")
    self.inflater = stream
  }

  deinit {
    if let inflater {
      inflateEnd(inflater)
      inflater.deallocate()
    }
    input.deallocate()
    close(descriptor)
  }

  /// The most bytes that are read from the whole file.
  public var largestContent: Int { isCompressed ? Self.largestInflation(of: size) : size }

  /// The most bytes that are inflated from `size` bytes of deflated data.
  public static func largestInflation(of size: Int) -> Int {
    let (bytes, overflow) = size.multipliedReportingOverflow(by: plausibleInflation)
    return overflow ? Int.max : max(bytes, harmlessSize)
  }

  /// The next `count` bytes, fewer at the file's end.
  ///
  /// - Throws: `FileError.unreadable`, and `FileError.corruptGzip` where they cannot be inflated.
  public func read(upTo count: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    // A plain file's size is known; a compressed one's is a promise, so its array grows as the bytes come.
    bytes.reserveCapacity(min(count, isCompressed ? 4 * size : max(0, size - position)))
    let chunk = UnsafeMutableRawBufferPointer.allocate(byteCount: min(count, Self.bufferSize), alignment: 16)
    defer { chunk.deallocate() }
    while bytes.count < count {
      if Interruption.isWanted { throw .interrupted }
      let wanted = min(chunk.count, count - bytes.count)
      let got = try next(into: UnsafeMutableRawBufferPointer(rebasing: chunk[..<wanted]))
      if got == 0 { break }
      bytes.append(contentsOf: chunk[..<got])
    }
    position += bytes.count
    return bytes
  }

  /// The next `count` bytes; anything less is an error that names `part`.
  ///
  /// - Throws: what `read(upTo:)` does, and `FileError.truncated`; `FileError.implausible` before anything is read
  ///   where a compressed file cannot hold so much.
  public func read(exactly count: Int, of part: String) throws(FileError) -> [UInt8] {
    let needed = position + count
    guard needed <= largestContent else {
      if isCompressed { throw .implausible(file: path, expected: needed, size: size) }
      throw .truncated(file: path, part: part, expected: needed, found: size)
    }
    let bytes = try read(upTo: count)
    guard bytes.count == count else {
      throw .truncated(file: path, part: part, expected: needed, found: position)
    }
    return bytes
  }

  /// Checks that nothing follows, which for gzip also checks the last member's checksum.
  ///
  /// - Throws: `FileError.trailingBytes`, and what `read(upTo:)` does.
  public func expectEnd() throws(FileError) {
    let end = position
    guard try read(upTo: 1).isEmpty else {
      throw .trailingBytes(file: path, expected: end, found: isCompressed ? nil : size)
    }
  }

  /// The file's last `count` bytes as they lie on disk, of a shorter file all; the position stays.
  func last(_ count: Int) throws(FileError) -> [UInt8] {
    try bytes(at: max(0, size - count), count: count)
  }

  /// The `count` bytes at an offset as they lie on disk, fewer at the file's end; the position stays.
  ///
  /// - Throws: `FileError.unreadable`.
  public func bytes(at offset: Int, count: Int) throws(FileError) -> [UInt8] {
    let wanted = max(0, min(count, size - offset))
    var code: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        let got = pread(descriptor, buffer.baseAddress! + filled, wanted - filled, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        if got < 0 { code = errno }
        if got <= 0 { break }
        filled += got
      }
    }
    guard code == 0 else { throw .unreadable(file: path, code: code) }
    return bytes
  }

  // MARK: - Bytes from disk, through zlib

  private func refill() throws(FileError) {
    if inputRange.isEmpty { _ = try readMore() }
  }

  /// Adds bytes from disk to those that are not taken yet, which must leave room; false at the file's end.
  private func readMore() throws(FileError) -> Bool {
    let kept = inputRange.count
    if kept > 0 { memmove(input.baseAddress!, input.baseAddress! + inputRange.lowerBound, kept) }
    var got = -1
    repeat {
      got = Glibc.read(descriptor, input.baseAddress! + kept, input.count - kept)
    } while got < 0 && errno == EINTR
    guard got >= 0 else { throw .unreadable(file: path, code: errno) }
    inputRange = 0..<kept + got
    return got > 0
  }

  /// Whether another gzip member begins here, after one has ended (RFC 1952, 2.2). What else may follow is let be as
  /// gunzip does: zeros as the padding of tapes, anything else as garbage.
  private func anotherMemberFollows() throws(FileError) -> Bool {
    while inputRange.count < 2, try readMore() {}
    if inputRange.count >= 2, input[inputRange.lowerBound] == 0x1F, input[inputRange.lowerBound + 1] == 0x8B {
      return true
    }
    while !hasTrailingGarbage, !inputRange.isEmpty {
      hasTrailingGarbage = input[inputRange].contains { $0 != 0 }
      inputRange = 0..<0
      try refill()
    }
    return false
  }

  private func next(into output: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
    guard !output.isEmpty else { return 0 }
    try refill()
    guard let inflater else {
      let count = min(output.count, inputRange.count)
      output.copyMemory(from: UnsafeRawBufferPointer(rebasing: input[inputRange.prefix(count)]))
      inputRange = inputRange.dropFirst(count)
      return count
    }

    inflater.pointee.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
    inflater.pointee.avail_out = UInt32(output.count)
    while inflater.pointee.avail_out == UInt32(output.count) {
      if memberEnded {
        guard !hasEnded, try anotherMemberFollows() else {
          hasEnded = true
          return 0
        }
        inflateReset(inflater)
        memberEnded = false
      }
      try refill()
      if inputRange.isEmpty { throw .corruptGzip(file: path, reason: "it ends in the middle of the compressed data") }
      inflater.pointee.next_in = (input.baseAddress! + inputRange.lowerBound).assumingMemoryBound(to: UInt8.self)
      inflater.pointee.avail_in = UInt32(inputRange.count)
      let result = inflate(inflater, Z_NO_FLUSH)
      inputRange = inputRange.suffix(Int(inflater.pointee.avail_in))
      switch result {
      case Z_OK, Z_BUF_ERROR: continue
      case Z_STREAM_END: memberEnded = true
      default:
        let reason = inflater.pointee.msg.map { String(cString: $0) } ?? "zlib error \(result)"
        throw .corruptGzip(file: path, reason: reason)
      }
    }
    return output.count - Int(inflater.pointee.avail_out)
  }
}
