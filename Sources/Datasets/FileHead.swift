import ArrayFiles
import Files

/// How a file begins, by which its format is told before its name is asked: a name is given by whoever copied the file
/// last.
struct FileHead {
  let path: String
  /// The first bytes, inflated if the file is compressed.
  let bytes: [UInt8]
  let isCompressed: Bool
  /// Bytes of the whole content; nil for a compressed file, whose content's size is known at its end only.
  let contentSize: Int?
  /// The most bytes that the content can have.
  let largestContent: Int

  /// Enough for a header of the formats that are told by one.
  private static let length = 64

  /// - Throws: what opening the file does; content that cannot be inflated has no first bytes.
  init(path: String) throws(DatasetError) {
    let reader: FileReader
    do { reader = try FileReader(path: path) } catch { throw .file(error) }
    self.path = path
    bytes = (try? reader.read(upTo: Self.length)) ?? []
    isCompressed = reader.isCompressed
    contentSize = isCompressed ? nil : reader.size
    largestContent = reader.largestContent
  }

  /// Whether it begins as text does: without control characters.
  var isText: Bool {
    let spaces: [UInt8] = [0x09, 0x0A, 0x0D]
    return !bytes.isEmpty && bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || spaces.contains($0) }
  }

  /// Whether the content is an array of NumPy's.
  var isNpy: Bool { bytes.starts(with: NpyFormat.magic) }

  /// Whether the file is an archive of arrays, or another ZIP archive.
  var isZip: Bool {
    !isCompressed && (bytes.starts(with: "PK\u{3}\u{4}".utf8) || bytes.starts(with: "PK\u{5}\u{6}".utf8))
  }

  /// Whether the content has an idx header that promises as many bytes as there are: two zeros and a type alone may
  /// begin other files as well.
  var isIdx: Bool {
    guard bytes.count >= 8, bytes[0] == 0, bytes[1] == 0, let size = Self.idxValueSizes[bytes[2]] else { return false }
    let headerSize = 4 + 4 * Int(bytes[3])
    guard (1...4).contains(bytes[3]), bytes.count >= headerSize else { return false }
    var promised = size
    for start in stride(from: 4, to: headerSize, by: 4) {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let (product, overflow) = promised.multipliedReportingOverflow(by: length)
      guard !overflow, length > 0, product <= largestContent else { return false }
      promised = product
    }
    return contentSize.map { headerSize + promised == $0 } ?? true
  }

  /// Bytes of a value by an idx file's code of its type.
  private static let idxValueSizes: [UInt8: Int] = [0x08: 1, 0x09: 1, 0x0B: 2, 0x0C: 4, 0x0D: 4, 0x0E: 8]

  /// What kind of foreign file it is, for people; nil if that is not known.
  var foreignName: String? { FileSignature.name(of: bytes) }
}
