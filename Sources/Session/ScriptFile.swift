import CommandLanguage
import Glibc
import Interruptions

/// Reads scripts from files.
public enum ScriptFile {
  /// The longest script, in bytes.
  public static let sizeLimit = 16 << 20

  /// Reads the script at `path`.
  ///
  /// - Throws: `ScriptFileError` if it cannot be read, is too long or is no text in UTF-8.
  public static func read(_ path: String) throws(ScriptFileError) -> SourceText {
    var descriptor: Int32
    repeat {
      // A pipe may wait for its writer.
      if Interruption.isWanted { throw .interrupted }
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
    } while descriptor < 0 && errno == EINTR
    guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    return try read(descriptor, name: path)
  }

  /// Reads the script at `path` as a script in `folder` means it: beside itself, unless the path is absolute.
  static func read(_ path: String, besides folder: String?) throws(ScriptFileError) -> SourceText {
    try read(joined(folder, path))
  }

  /// What tells the plain file at `path` from all others, however the path is spelled; nil for anything else.
  static func identity(of path: String, besides folder: String?) -> String? {
    var status = stat()
    guard stat(joined(folder, path), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return "\(status.st_dev):\(status.st_ino)"
  }

  private static func joined(_ folder: String?, _ path: String) -> String {
    folder.map { path.hasPrefix("/") ? path : "\($0)/\(path)" } ?? path
  }

  /// Reads a script from standard input to its end.
  public static func readStandardInput() throws(ScriptFileError) -> SourceText {
    try read(STDIN_FILENO, name: "<stdin>")
  }

  private static func read(_ descriptor: Int32, name: String) throws(ScriptFileError) -> SourceText {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if Interruption.isWanted { throw .interrupted }
      // A pipe may be silent: a signal ends the wait, and one that came just before it is seen soon.
      var waited = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&waited, 1, 200) > 0 else { continue }
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .cannotRead(path: name, reason: String(cString: strerror(errno)))
      }
      if count == 0 { break }
      bytes += buffer[..<count]
      guard bytes.count <= sizeLimit else { throw .tooLong(path: name) }
    }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText(path: name) }
    return SourceText(name: name, text: text)
  }
}

extension SourceText {
  /// The folder of the file that it was read from; nil for what was typed, and for a file in the working folder.
  var folder: String? { name.lastIndex(of: "/").map { String(name[..<$0]) } }
}

/// Why a script could not be read.
public enum ScriptFileError: InterruptibleError, CustomStringConvertible {
  case cannotRead(path: String, reason: String)
  case tooLong(path: String)
  case notText(path: String)
  /// The user wished an end.
  case interrupted

  public var isInterruption: Bool { if case .interrupted = self { true } else { false } }

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read \(path): \(reason)"
    case .interrupted: Interrupted().description
    case .tooLong(let path): "\(path) is no script: it is longer than \(ScriptFile.sizeLimit >> 20) MiB"
    case .notText(let path): "\(path) is no script: it is not text in UTF-8"
    }
  }
}
