import CommandLanguage
import Glibc

/// The file of `--record`: one JSON object a line, each written as soon as its command has ended.
final class RecordWriter {
  private let descriptor: Int32
  private let path: String

  /// Opens `path` to append to it.
  ///
  /// - Throws: `RecordError` if it cannot be opened.
  init(path: String) throws(RecordError) {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: String(cString: strerror(errno))) }
    self.path = path
  }

  deinit { close(descriptor) }

  /// Appends one line; a single write, so that a killed session leaves whole lines.
  func append(_ object: JSONObject) throws(RecordError) {
    let line = Array((object.description + "\n").utf8)
    var written = 0
    while written < line.count {
      let count = line[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
      }
      written += count
    }
  }
}

/// Why the record of a session could not be kept.
public enum RecordError: Error, CustomStringConvertible {
  case cannotOpen(path: String, reason: String)
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "cannot open the record \(path.withoutControls()): \(reason)"
    case .cannotWrite(let path, let reason): "cannot write to the record \(path.withoutControls()): \(reason)"
    }
  }
}
