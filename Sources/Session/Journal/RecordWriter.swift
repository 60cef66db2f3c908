import CommandLanguage
import Files
import JSONValues

/// The file of `--record`: one JSON object a line, each written as soon as its command has ended.
final class RecordWriter {
  private let file: LineFile

  /// Opens `path` to append to it.
  ///
  /// - Throws: `RecordError` if it cannot be opened.
  init(path: String) throws(RecordError) {
    do { file = try LineFile(path: path) } catch { throw RecordError(cause: error) }
  }

  /// Appends one line, whole or not at all.
  func append(_ object: JSONObject) throws(RecordError) {
    do { try file.append(object.description) } catch { throw RecordError(cause: error) }
  }
}

/// The record of a session cannot be kept.
public struct RecordError: Error, CustomStringConvertible {
  let cause: FileError

  public var description: String { "no record is kept: \(cause)".withoutControls() }
}
