import Glibc

/// A file that at most one process holds, until it lets go or ends, however it ends.
public final class FileLock {
  public let path: String
  private let descriptor: Int32

  /// How it is held.
  public enum Kind: Sendable {
    /// By this process alone.
    case alone
    /// By any number that only look.
    case shared
  }

  /// Holds the file at `path`, which is made if it is missing; nil if another process holds it.
  ///
  /// - Throws: `FileError.unwritable`.
  public init?(_ path: String, _ kind: Kind = .alone) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw .unwritable(file: path, .refused(code: errno)) }
    if flock(descriptor, (kind == .alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
      let code = errno
      // Not every network file system has locks.
      guard code == EWOULDBLOCK else { throw .unwritable(file: path, .refused(code: code)) }
      return nil
    }
  }

  deinit { close(descriptor) }

  /// What the holder wrote into it.
  public func text(upTo limit: Int = 1 << 16) -> String {
    var bytes = [UInt8](repeating: 0, count: limit)
    let count = pread(descriptor, &bytes, limit, 0)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }

  /// Puts `text` into it, for those that look.
  public func write(_ text: String) throws(FileError) {
    let bytes = Array(text.utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
      throw .unwritable(file: path, .refused(code: errno))
    }
  }
}
