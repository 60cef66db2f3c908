import Glibc

/// A file to which lines are appended, each whole or not at all: records, histories. A link stays one, and what it leads
/// to grows.
public final class LineFile {
  public let path: String
  private let descriptor: Int32

  /// Opens the file at `path`, which is made if it is missing.
  ///
  /// - Parameter permissions: a new file's mode bits, before the process's mask.
  /// - Throws: `FileError.unwritable`, also for what is no plain file, and `FileError.noHome`.
  public init(path: String, permissions: UInt32 = 0o644) throws(FileError) {
    self.path = path
    let place = try FileWriter.place(of: path)
    // O_NONBLOCK, in case a pipe has taken the file's place since.
    descriptor = open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, permissions)
    guard descriptor >= 0 else { throw .unwritable(file: path, .refused(code: errno)) }
  }

  deinit { close(descriptor) }

  /// Appends `line` and a newline: a single write as a rule, so that a killed process leaves whole lines.
  ///
  /// - Throws: `FileError.unwritable`; what was written of the line is then taken back where the system lets it.
  public func append(_ line: String) throws(FileError) {
    let bytes = Array((line + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        let code = errno
        if code == EINTR { continue }
        if written > 0 {
          let end = lseek(descriptor, 0, SEEK_END)
          if end >= written { _ = ftruncate(descriptor, end - off_t(written)) }
        }
        throw .unwritable(file: path, .refused(code: code))
      }
      written += count
    }
  }
}
