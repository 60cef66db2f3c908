/// The bytes of an idx file of unsigned bytes.
public func idx(_ sizes: [Int], _ values: [UInt8]) -> [UInt8] {
  [0, 0, 8, UInt8(sizes.count)] + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } } + values
}

/// `count` bytes that no two positions near each other share.
public func ramp(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 256) } }

/// The bytes as one gzip member that holds them as they are.
public func storedGzip(_ bytes: [UInt8]) -> [UInt8] {
  func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + ZipBuilder.deflated(bytes) + word(PNGBuilder.checksum(bytes))
    + word(UInt32(truncatingIfNeeded: bytes.count))
}
