/// How a camera was held: the tag 0x0112 of EXIF 2.3, by which a stored picture is turned upright.
struct EXIFOrientation: Equatable {
  /// 1 upright, 2 to 8 turned or mirrored.
  let value: Int

  /// What makes the picture upright, in order.
  var turns: [Turn] {
    switch value {
    case 2: [.transpose, .right]  // Mirrored, left for right.
    case 3: [.half]
    case 4: [.transpose, .left]  // Mirrored, top for bottom.
    case 5: [.transpose]
    case 6: [.right]
    case 7: [.transpose, .half]
    case 8: [.left]
    default: []
    }
  }

  /// The orientation that a JPEG file states; upright where it states none that can be read. Any bytes are safe.
  init(inJPEG bytes: [UInt8]) {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      if marker == 0xFF {
        position += 1
        continue
      }
      // From the start of the scan on, no segment says anything of this kind.
      if marker == 0xDA { break }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let start = position + 4
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { break }
      if marker == 0xE1, let value = Self.orientation(inSegment: bytes[start..<end]) {
        self.value = value
        return
      }
      position = end
    }
    value = 1
  }

  /// The orientation in an EXIF segment, which is laid out as a TIFF file; nil if it is none, or says nothing of it.
  private static func orientation(inSegment segment: ArraySlice<UInt8>) -> Int? {
    guard segment.starts(with: Array("Exif\0\0".utf8)) else { return nil }
    let tiff = Array(segment.dropFirst(6))
    let isLittle = tiff.starts(with: Array("II".utf8))
    guard isLittle || tiff.starts(with: Array("MM".utf8)) else { return nil }
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset + count <= tiff.count else { return nil }
      let bytes = tiff[offset..<offset + count]
      return isLittle
        ? bytes.reversed().reduce(0) { $0 << 8 | Int($1) } : bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = number(offset, 2) else { return nil }
      if tag == 0x0112 { return number(offset + 2, 2) == 3 ? number(offset + 8, 2) : nil }
    }
    return nil
  }
}
