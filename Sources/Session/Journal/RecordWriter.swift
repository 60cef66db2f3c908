import CommandLanguage
import Files

/// The file of `--record`: one JSON object a line, each written as soon as its command has ended.
final class RecordWriter {
  private let file: FileAppender

  /// Opens `path` to append to it.
  ///
  /// - Throws: `RecordError` if it cannot be opened.
  init(path: String) throws(RecordError) {
    do { file = try FileAppender(path: path) } catch { throw .cannotOpen(path: path, reason: error.reason) }
  }

  /// Appends one line; a single write, so that a killed session leaves whole lines.
  func append(_ object: JSONObject) throws(RecordError) {
    do { try file.append(Array((object.description + "\n").utf8)) } catch {
      throw .cannotWrite(path: file.path, reason: error.reason)
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
