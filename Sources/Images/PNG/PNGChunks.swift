/// The chunks that a PNG file is made of: a length, four letters that say of what kind, contents, a checksum.
struct PNGChunks: Sequence, IteratorProtocol {
  struct Chunk {
    let kind: ArraySlice<UInt8>
    /// The bytes the chunk claims to hold.
    let length: Int
    /// Nil if the file ends before them or their checksum.
    let contents: ArraySlice<UInt8>?

    func isOfKind(_ kind: String) -> Bool { self.kind.elementsEqual(kind.utf8) }
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private let bytes: [UInt8]
  private(set) var position = signature.count

  /// - Parameter bytes: a file that starts with the signature.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The bytes from the next chunk to the file's end.
  var remaining: Int { bytes.count - position }

  /// The next chunk; nil when too little is left for one. Ends with a chunk that the file does not hold in whole.
  mutating func next() -> Chunk? {
    guard remaining >= 12 else { return nil }
    let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    let kind = bytes[position + 4..<position + 8]
    let start = position + 8
    guard length <= remaining - 12 else {
      position = bytes.count
      return Chunk(kind: kind, length: length, contents: nil)
    }
    position = start + length + 4
    return Chunk(kind: kind, length: length, contents: bytes[start..<start + length])
  }
}
