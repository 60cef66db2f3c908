import CommandLanguage
import Files
import JSONValues

/// The file of `--record`: one JSON object a line, each written as soon as its command has ended.
final class RecordWriter {
  /// How the line of every record begins.
  private static let mark = FileMark(beginning: #"{"cell": "#.utf8)

  private let file: LineFile

  /// Opens `path` to append to it.
  ///
  /// - Throws: `RecordError` if it cannot be opened.
  init(path: String) throws(RecordError) {
    do { file = try LineFile(path: path) } catch { throw RecordError(cause: error) }
  }

  /// The same for a script, which is perhaps a stranger's: it may make a file, or extend one of records.
  ///
  /// - Throws: `SessionError.noRecords` if the file holds anything else, and `RecordError`.
  convenience init(extending path: String) throws {
    try Self.check(path)
    try self.init(path: path)
  }

  /// Throws what that would throw, as far as it can be told now.
  static func check(_ path: String) throws {
    do {
      if PathKind(path) == .file, try FileReader(path: path, inflating: false).size > 0,
        try !Self.mark.isCarried(byFile: path)
      {
        throw SessionError.noRecords(path: path)
      }
      try FileWriter.check(path)
    } catch let error as FileError {
      throw RecordError(cause: error)
    }
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
