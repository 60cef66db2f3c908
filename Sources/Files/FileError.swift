import Glibc
import Interruptions

/// What can be wrong with a file that a user named: always the file, what was expected and what was found.
public enum FileError: InterruptibleError, Equatable {
  /// The operating system refused to read a file or folder; `code` is errno.
  case unreadable(file: String, code: Int32)
  /// A folder, pipe, socket or device where a file is read.
  case notAFile(file: String, found: PathKind)
  /// A link that leads to nothing.
  case danglingLink(file: String, target: String)
  /// `~user` for a user that there is not; `~` itself, with an empty name, where no home is known.
  case noHome(file: String, user: String)
  /// Fewer bytes than the header promises.
  case truncated(file: String, part: String, expected: Int, found: Int)
  /// A compressed file of `size` bytes, too few for what its header promises; it was not inflated.
  case implausible(file: String, expected: Int, size: Int)
  /// More bytes than the header promises; `found` is nil where a compressed file was not inflated to its end.
  case trailingBytes(file: String, expected: Int, found: Int?)
  case corruptGzip(file: String, reason: String)
  case unwritable(file: String, Obstacle)
  /// Whoever waited for the file wished an end.
  case interrupted

  public var isInterruption: Bool { self == .interrupted }

  /// What stands in the way of writing a file.
  public enum Obstacle: Sendable, Equatable {
    /// The operating system refused; `code` is errno.
    case refused(code: Int32)
    case isFolder
    case isSpecial(PathKind.Special)
    /// A link that leads to nothing: what it should make is not guessed.
    case isDanglingLink(target: String)
    /// What lies where the file's folder should be.
    case parentIsNoFolder(String)
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .interrupted: return Interrupted().description
    case .unreadable(let file, _):
      return "\(file): cannot be read: \(reason)"
    case .notAFile(let file, let found):
      return "\(file): expected a regular file, found \(found.words)"
    case .danglingLink(let file, _), .noHome(let file, _):
      return "\(file): \(reason)"
    case .truncated(let file, let part, let expected, let found):
      return "\(file): truncated in its \(part): expected at least \(expected) bytes, found \(found)"
    case .implausible(let file, let expected, let size):
      return "\(file): expected \(expected) bytes by its header, found a compressed file of only \(size) bytes, "
        + "too few to hold them; decompress it if it is right"
    case .trailingBytes(let file, let expected, let found):
      let rest = found.map { "found \($0)" } ?? "found more"
      return "\(file): too long: expected \(expected) bytes by its header, \(rest)"
    case .corruptGzip(let file, let reason):
      return "\(file): corrupt gzip data: \(reason); copy or download the file again"
    case .unwritable(let file, _):
      return "cannot write \(file): \(reason)"
    }
  }

  /// What is wrong, without the file's name where it does not belong to it.
  public var reason: String {
    switch self {
    case .interrupted: Interrupted().description
    case .unreadable(_, let code): Self.reason(code)
    case .notAFile(_, let found): "it is \(found.words)"
    case .danglingLink(_, let target): "it is a link to \(target), which is not there"
    case .noHome(_, ""): "no home folder is known that ~ could stand for: HOME is not set"
    case .noHome(_, let user):
      "there is no user '\(user)' whose home folder it could be; a file whose name begins with ~ is written ./~\(user)"
    case .unwritable(_, let obstacle): Self.reason(obstacle)
    case .truncated, .implausible, .trailingBytes, .corruptGzip: description
    }
  }

  private static func reason(_ obstacle: Obstacle) -> String {
    switch obstacle {
    case .refused(let code): reason(code)
    case .isFolder: "it is a folder"
    case .isSpecial(let kind): "it is \(kind.rawValue)"
    case .isDanglingLink(let target): "it is a link to \(target), which is not there"
    case .parentIsNoFolder(let parent): "\(parent) is not a folder"
    }
  }

  /// The operating system's words for an errno.
  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
