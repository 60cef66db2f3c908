import CommandLanguage
import Files
import JSONValues

/// Why a file could not be read as a notebook of Jupyter's.
public enum NotebookError: Error {
  case unreadable(FileError)
  case tooLong(path: String, limit: Int)
  /// It is no JSON, or does not hold what notebooks hold.
  case notANotebook(path: String, JSONError)
  case tooManyCells(path: String, limit: Int)
  /// A kind of cell that there is not; cells are counted from 1.
  case unknownCell(path: String, cell: Int, found: String)
  case otherFormat(path: String, found: Int?)
  /// One whose cells are for another kernel.
  case otherLanguage(path: String, found: String)
}

extension NotebookError: CustomStringConvertible {
  public var description: String { words.withoutControls() }

  private var words: String {
    switch self {
    case .unreadable(let error): "\(error)"
    case .tooLong(let path, let limit): "\(path) is too long for a notebook: at most \(limit >> 20) MiB are read"
    case .tooManyCells(let path, let limit): "\(path) has too many cells for a notebook: at most \(limit) are read"
    case .notANotebook(let path, let error): "\(path) is no notebook of Jupyter's: \(error)"
    case .unknownCell(let path, let cell, let found):
      "\(path): expected cell \(cell) to be of type code, markdown or raw, found '\(String(found.prefix(60)))'"
    case .otherFormat(let path, let found):
      "\(path): expected a notebook of format 4, found \(found.map { "format \($0)" } ?? "none named")"
        + "; jupyter nbconvert --to notebook makes one of an older"
    case .otherLanguage(let path, let found):
      "\(path): expected a notebook for the kernel of this program, found one in '\(String(found.prefix(60)))'"
    }
  }
}
