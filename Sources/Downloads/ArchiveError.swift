import Files
import Interruptions

/// Why an archive could not be unpacked.
public enum ArchiveError: InterruptibleError, Equatable, CustomStringConvertible {
  /// libarchive's finding.
  case damaged(file: String, reason: String)
  /// A file that is wanted and not there.
  case missing(file: String, names: [String])
  case tooLarge(file: String, limit: Int)
  case file(FileError)
  case interrupted

  public var description: String {
    switch self {
    case .damaged(let file, let reason): "\(file): the archive is damaged: \(reason)"
    case .missing(let file, let names):
      "\(file): expected \(names.prefix(3).joined(separator: ", "))"
        + (names.count > 3 ? " and \(names.count - 3) more" : "") + " in the archive, found none of that name"
    case .tooLarge(let file, let limit): "\(file): the archive unpacks to more than \(limit) bytes; nothing was kept"
    case .file(let error): error.description
    case .interrupted: Interrupted().description
    }
  }

  public var isInterruption: Bool {
    switch self {
    case .interrupted: true
    case .file(let error): error.isInterruption
    default: false
    }
  }
}
