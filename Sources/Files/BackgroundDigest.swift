import Dispatch

/// The SHA-256 of bytes given piece by piece, worked out beside what gives them: to hash a large file takes as long as to
/// write it.
final class BackgroundDigest: @unchecked Sendable {
  private typealias Taking = @Sendable (inout MessageDigest) -> Void

  // Only work on `queue` touches it.
  private var digest = MessageDigest()
  private let queue = DispatchQueue(label: "digest")
  /// Batches that may wait.
  private let room = DispatchSemaphore(value: 3)
  /// Bytes of a batch; where there are fewer in all, nothing is gained.
  private static let batchSize = 1 << 20
  /// Pieces that are taken together: to wake another thread for each small one would take longer than to hash it.
  private var batch: (pieces: [Taking], byteCount: Int) = ([], 0)

  func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    for start in stride(from: 0, to: bytes.count, by: Self.batchSize) {
      let piece = Array(bytes[start..<min(start + Self.batchSize, bytes.count)])
      add(piece.count) { $0.update(piece) }
    }
  }

  /// Takes bytes that stay as they are, without a copy of its own.
  func update(_ bytes: some LastingBytes) {
    add(bytes.withBytes(\.count)) { digest in bytes.withBytes { digest.update($0) } }
  }

  private func add(_ byteCount: Int, _ take: @escaping Taking) {
    batch.pieces.append(take)
    batch.byteCount += byteCount
    guard batch.byteCount >= Self.batchSize else { return }
    // Beside other work, once there is room for one more.
    room.wait()
    queue.async { [self, pieces = batch.pieces] in
      for take in pieces { take(&digest) }
      room.signal()
    }
    batch = ([], 0)
  }

  /// Of all bytes so far, in hexadecimal.
  var hex: String {
    defer { batch = ([], 0) }
    return queue.sync {
      for take in batch.pieces { take(&digest) }
      return digest.hex
    }
  }
}
