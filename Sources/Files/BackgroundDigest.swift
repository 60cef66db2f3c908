import Dispatch

/// The SHA-256 of bytes given piece by piece, worked out beside what gives them: to hash a large file takes as long as to
/// write it.
final class BackgroundDigest: @unchecked Sendable {
  // Only work on `queue` touches it.
  private var digest = MessageDigest()
  private let queue = DispatchQueue(label: "digest")
  /// Pieces that may wait.
  private let room = DispatchSemaphore(value: 3)
  /// Bytes of a piece at most; where there are fewer in all, nothing is gained.
  private static let pieceSize = 1 << 20
  private var count = 0

  func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    count += bytes.count
    guard count > Self.pieceSize else { return queue.sync { digest.update(bytes) } }
    for start in stride(from: 0, to: bytes.count, by: Self.pieceSize) {
      let piece = Array(bytes[start..<min(start + Self.pieceSize, bytes.count)])
      later { $0.update(piece) }
    }
  }

  /// Takes bytes that stay as they are, without a copy of its own.
  func update(_ bytes: some LastingBytes) {
    let size = bytes.withBytes(\.count)
    count += size
    guard count > Self.pieceSize else { return queue.sync { bytes.withBytes { digest.update($0) } } }
    later { digest in bytes.withBytes { digest.update($0) } }
  }

  /// Has a piece taken beside other work, once there is room for one more.
  private func later(_ take: @escaping @Sendable (inout MessageDigest) -> Void) {
    room.wait()
    queue.async { [self] in
      take(&digest)
      room.signal()
    }
  }

  /// Of all bytes so far, in hexadecimal.
  var hex: String { queue.sync { digest.hex } }
}
