import Glibc

/// A file that grows at its end, piece by piece: each is whole in it, or not there, once its call has returned.
///
/// A link stays one, and what it leads to grows.
public final class FileAppender {
  public let path: String
  private let descriptor: Int32

  /// Opens a file, which is made if it is missing; its folder must exist.
  ///
  /// - Parameter permissions: of a file that is made, its mode bits before the process's mask.
  /// - Throws: `FileError.unwritable`, also for what is no plain file, and `FileError.noHome`.
  public init(path: String, permissions: UInt32 = 0o644) throws(FileError) {
    self.path = path
    let place = try FileWriter.place(of: path)
    // O_NONBLOCK, in case a pipe has taken the file's place since.
    descriptor = open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, permissions)
    guard descriptor >= 0 else { throw .unwritable(file: path, .refused(code: errno)) }
  }

  deinit { close(descriptor) }

  /// Adds bytes at the end, in a single write so that a killed process leaves whole pieces.
  ///
  /// - Throws: `FileError.unwritable`.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .unwritable(file: path, .refused(code: errno)) }
      written += count
    }
  }
}
