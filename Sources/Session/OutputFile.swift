import Files
import Figures
import Glibc

/// Writes files whole or not at all, and replaces only this tool's own.
enum OutputFile {
  /// Writes `bytes` to `path`, whose folders are made if they are missing.
  ///
  /// The bytes go to a temporary file beside it that takes its name once they are on the disk. Throws
  /// `SessionError.fileExists` if the path holds a file without this tool's mark and `overwrite` is false, and
  /// `SessionError.cannotWrite` if the system refuses.
  static func write(_ bytes: [UInt8], to path: String, overwrite: Bool) throws -> Artifact {
    try check(path, overwrite: overwrite)
    try makeFolder(of: path)
    let temporary = "\(path).\(getpid()).tmp"
    // Whatever lies there is from a killed session with this number; a link there must not be followed.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      try writeAll(bytes, to: descriptor, path: path)
      guard fsync(descriptor) == 0 else { throw failure(path) }
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    close(descriptor)
    guard rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
    return Artifact(path: path, sha256: SHA256.hex(of: bytes))
  }

  /// Throws what `write` would throw for `path` as far as it can be told now: before long work rather than after it.
  static func check(_ path: String, overwrite: Bool) throws {
    var status = stat()
    guard stat(path, &status) == 0 else { return try checkFolder(of: path) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw SessionError.cannotWrite(path: path, reason: "it is a folder")
    default: throw SessionError.cannotWrite(path: path, reason: "it is not a plain file")
    }
    if !overwrite, status.st_size > 0, try !isOwn(path, size: Int(status.st_size)) {
      throw SessionError.fileExists(path: path)
    }
    try checkFolder(of: path)
  }

  /// Whether this tool wrote the file. No figure or script of ours is larger than a gigabyte.
  private static func isOwn(_ path: String, size: Int) throws -> Bool {
    guard size <= 1 << 30 else { return false }
    let bytes = try contents(of: path)
    return ToolMark.isCarried(by: bytes) || SessionScript.isOurs(bytes)
  }

  /// Throws if the nearest folder above `path` that exists is none or takes no files.
  private static func checkFolder(of path: String) throws {
    var folder = path
    repeat {
      guard let slash = folder.lastIndex(of: "/") else {
        folder = "."
        break
      }
      folder = slash == folder.startIndex ? "/" : String(folder[..<slash])
    } while folder != "/" && access(folder, F_OK) != 0 && errno == ENOENT
    var status = stat()
    guard stat(folder, &status) == 0 else { throw failure(path) }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw SessionError.cannotWrite(path: path, reason: "\(folder) is not a folder")
    }
    guard access(folder, W_OK | X_OK) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> SessionError {
    .cannotWrite(path: path, reason: String(cString: strerror(errno)))
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(path)
      }
      written += count
    }
  }

  private static func contents(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 { throw failure(path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private static func makeFolder(of path: String) throws {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for length in parts.indices.map({ $0 + 1 }) {
      let folder = parts[..<length].joined(separator: "/")
      if folder.isEmpty { continue }
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure(path) }
    }
  }
}
