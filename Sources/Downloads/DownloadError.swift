import Files
import Interruptions

/// Why a file could not be downloaded.
public enum DownloadError: InterruptibleError, Equatable, CustomStringConvertible {
  /// None of the addresses gave the file: what happened at each.
  case allFailed(file: String, attempts: [Attempt])
  case file(FileError)
  /// Another process is writing the partial file.
  case busy(file: String)
  case interrupted

  /// An address that was asked, and why it did not do.
  public struct Attempt: Sendable, Equatable {
    public let url: String
    public let failure: Failure
  }

  public enum Failure: Sendable, Equatable, CustomStringConvertible {
    /// What libcurl says: no such host, no connection, too slow, broken off.
    case transfer(String)
    /// The server's answer is no file: its HTTP status.
    case status(Int)
    case tooLarge(limit: Int)
    case wrongSize(expected: Int, found: Int)
    case wrongChecksum(expected: Checksum, found: Checksum)

    public var description: String {
      switch self {
      case .transfer(let reason): reason
      case .status(let status): "the server answers \(status)" + (Self.words[status].map { " (\($0))" } ?? "")
      case .tooLarge(let limit): "it is larger than the \(limit) bytes that were expected at most"
      case .wrongSize(let expected, let found): "expected \(expected) bytes, found \(found)"
      case .wrongChecksum(let expected, let found):
        "expected \(expected), found \(found): it is another file, or damaged"
      }
    }

    private static let words = [
      403: "forbidden", 404: "no such file", 410: "no longer there", 429: "too many requests", 500: "its own error",
      502: "bad gateway", 503: "not available now", 504: "a time-out of its own",
    ]
  }

  public var description: String {
    switch self {
    case .interrupted: Interrupted().description
    case .file(let error): error.description
    case .busy(let file): "\(file): another process is downloading it: wait for it to end"
    case .allFailed(let file, let attempts):
      "\(file) could not be downloaded: " + attempts.map { "\($0.url): \($0.failure)" }.joined(separator: "; ")
    }
  }

  public var isInterruption: Bool {
    switch self {
    case .interrupted: true
    case .file(let error): error.isInterruption
    case .allFailed, .busy: false
    }
  }
}
