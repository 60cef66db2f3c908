/// A PNG file put together chunk by chunk, to damage it precisely.
public struct PNGBuilder {
  public var bytes: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  public init() {}

  public mutating func append(_ kind: String, _ contents: [UInt8]) {
    let body = Array(kind.utf8) + contents
    bytes += Self.bigEndian(UInt32(contents.count)) + body + Self.bigEndian(Self.checksum(body))
  }

  public mutating func appendHeader(width: UInt32, height: UInt32, depth: UInt8 = 8, colourType: UInt8 = 0) {
    append("IHDR", Self.bigEndian(width) + Self.bigEndian(height) + [depth, colourType, 0, 0, 0])
  }

  /// Pixels as one stored (uncompressed) deflate block, each row led by its filter byte 0.
  public mutating func appendRows(_ rows: [[UInt8]]) {
    let data: [UInt8] = rows.flatMap { [0] + $0 }
    let length = UInt16(data.count)
    var a: UInt32 = 1
    var b: UInt32 = 0
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    let block: [UInt8] = [1, UInt8(length & 255), UInt8(length >> 8), UInt8(~length & 255), UInt8(~length >> 8)]
    append("IDAT", [0x78, 0x01] + block + data + Self.bigEndian(b << 16 | a))
    append("IEND", [])
  }

  public static func bigEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * UInt32($0))) }
  }

  public static func checksum(_ bytes: [UInt8]) -> UInt32 {
    var crc = UInt32.max
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? 0xEDB8_8320 ^ crc >> 1 : crc >> 1 }
    }
    return ~crc
  }
}
