import Clustering

/// The latents of a few images, by which it is told whether a network is still what it was: whatever changes latents changes
/// those of a few.
enum LatentProbe {
  /// Images that are looked at, at most.
  static let size = 64

  /// What is hashed of their latents.
  static func bytes(of latents: Matrix) -> [UInt8] { latents.elements.flatMap(\.bitPattern.littleEndianBytes) }
}

extension FixedWidthInteger {
  /// The bytes of the number, the least significant first.
  var littleEndianBytes: [UInt8] {
    (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}
