import CZlib
import Files
import Interruptions

/// Writes NumPy's .npz format: a ZIP archive of .npy files, stored as they are.
///
/// The same arrays give the same bytes: entries carry no time. Source: PKWARE, "APPNOTE.TXT", 4.3.
public struct NpzWriter {
  /// The archive's comment, by which a program can know its own files; behind everything else.
  private let comment: String
  private let file: FileWriter
  private var directory: [UInt8] = []
  private var entryCount = 0
  private var position = 0

  /// - Parameter comment: at most 65,535 bytes.
  public init(to file: FileWriter, comment: String) {
    precondition(comment.utf8.count <= 0xFFFF, "an archive's comment of \(comment.utf8.count) bytes is too long")
    (self.file, self.comment) = (file, comment)
  }

  /// Adds an array under its name; throws what writing throws, `Interrupted`, and `NpzError.tooLarge` where the archive
  /// would pass 4 GiB, the format's limit without extensions.
  ///
  /// The checksum stands before the numbers, so an array that is made piece by piece is made twice: it is never in memory
  /// as a whole.
  public mutating func add(_ array: PromisedArray) throws {
    let start = NpyFormat.header(array.kind, array.shape)
    let size = start.count + array.byteCount
    let name = Array("\(array.name).npy".utf8)
    guard position + size + name.count + 30 <= Int(UInt32.max) else {
      throw NpzError.tooLarge(array: array.name, bytes: position + size)
    }
    var checksum: UInt = 0
    func sum(_ bytes: UnsafeRawBufferPointer) {
      checksum = crc32_z(checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }
    start.withUnsafeBytes(sum)
    try array.forEachPiece { piece in
      try Interruption.check()
      piece.withBytes(sum)
    }
    // Version, flags, method 0 (stored), time and day (1 January 1980), checksum, both sizes, lengths.
    let description =
      Self.words16([20, 0, 0, 0, 0x21]) + Self.words32([Int(checksum), size, size])
      + Self.words16([name.count, 0])
    let header = Self.words32([0x0403_4B50]) + description + name
    directory +=
      Self.words32([0x0201_4B50]) + Self.words16([20]) + description + Self.words16([0, 0, 0])
      + Self.words32([0, position]) + name
    try file.write(header)
    try file.write(start)
    try array.forEachPiece { piece in
      try Interruption.check()
      try piece.withBytes { try file.write($0) }
    }
    position += header.count + size
    entryCount += 1
  }

  /// Writes what ends the archive.
  public func finish() throws {
    try file.write(
      directory + Self.words32([0x0605_4B50]) + Self.words16([0, 0, entryCount, entryCount])
        + Self.words32([directory.count, position]) + Self.words16([comment.utf8.count]) + comment.utf8)
  }

  /// Adds an array that is there.
  public mutating func add(_ array: NamedArray) throws { try add(PromisedArray(array)) }

  private static func words16(_ words: [Int]) -> [UInt8] {
    words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8 & 0xFF)] }
  }

  private static func words32(_ words: [Int]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xFF) } }
  }
}

/// Why arrays could not be put into an archive.
public enum NpzError: Error, Equatable, CustomStringConvertible {
  case tooLarge(array: String, bytes: Int)

  public var description: String {
    switch self {
    case .tooLarge(let array, let bytes):
      "expected at most 4 GiB in an .npz archive, found \(bytes) bytes with '\(array)'; save fewer images"
    }
  }
}
