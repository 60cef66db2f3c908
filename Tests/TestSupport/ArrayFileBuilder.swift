/// A .npy file put together from its parts, to say in its header what NumPy would not.
public func npy(header: String, version: (UInt8, UInt8) = (1, 0), _ elements: [UInt8]) -> [UInt8] {
  let length = (0..<(version.0 == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
  return [0x93] + Array("NUMPY".utf8) + [version.0, version.1] + length + header.utf8 + elements
}

/// A .npy file as `numpy.save` writes it; `shape` is what stands between the parentheses.
public func npy(_ type: String, _ shape: String, fortran: Bool = false, _ elements: [UInt8]) -> [UInt8] {
  var header = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': (\(shape)), }"
  while (header.utf8.count + 11) % 64 != 0 { header += " " }
  return npy(header: header + "\n", elements)
}

/// A ZIP archive put together entry by entry, whose directory says what it likes.
public struct ZipBuilder: Sendable {
  public struct Entry: Sendable {
    public var name: String
    public var data: [UInt8]
    public var method = 0
    public var flags = 0
    /// By the directory; the data's own if nil.
    public var size: Int?
    public var compressedSize: Int?
    public var checksum: UInt32?
    public var offset: Int?
    /// The name in the entry's own header; the directory's if nil.
    public var ownName: String?

    public init(_ name: String, _ data: [UInt8]) { (self.name, self.data) = (name, data) }
  }

  public var entries: [Entry]
  /// What the end record says; the truth if nil.
  public var count: Int?
  public var directoryOffset: Int?
  public var disk = 0

  public init(_ entries: [Entry]) { self.entries = entries }

  /// Entries stored as they are.
  public init(_ contents: KeyValuePairs<String, [UInt8]>) { self.init(contents.map { Entry($0.key, $0.value) }) }

  /// The archive with `change` made to its first entry.
  public func changing(_ change: (inout Entry) -> Void) -> ZipBuilder {
    var copy = self
    change(&copy.entries[0])
    return copy
  }

  public var bytes: [UInt8] {
    var (archive, directory): ([UInt8], [UInt8]) = ([], [])
    for entry in entries {
      let checksum = Int(entry.checksum ?? PNGBuilder.checksum(entry.data))
      let sizes = [entry.compressedSize ?? entry.data.count, entry.size ?? entry.data.count]
      let (name, ownName) = (Array(entry.name.utf8), Array((entry.ownName ?? entry.name).utf8))
      let start = words(16, [20, entry.flags, entry.method, 0, 0x21]) + words(32, [checksum] + sizes)
      directory += words(32, [0x0201_4B50]) + words(16, [20]) + start + words(16, [name.count, 0, 0, 0, 0])
      directory += words(32, [0, entry.offset ?? archive.count]) + name
      archive += words(32, [0x0403_4B50]) + start + words(16, [ownName.count, 0]) + ownName + entry.data
    }
    let count = count ?? entries.count
    return archive + directory + words(32, [0x0605_4B50]) + words(16, [disk, disk, count, count])
      + words(32, [directory.count, directoryOffset ?? archive.count]) + words(16, [0])
  }

  private func words(_ bits: Int, _ words: [Int]) -> [UInt8] {
    words.flatMap { word in stride(from: 0, to: bits, by: 8).map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  /// The bytes as one deflate block that holds them as they are.
  public static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let length = UInt16(bytes.count)
    return [1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)] + bytes
  }
}
