import CommandLanguage
import Files
import Glibc
import Interruptions
import Notebooks

/// Reads scripts from files.
public enum ScriptFile {
  /// The longest script, in bytes.
  public static let sizeLimit = 16 << 20

  /// Reads the script at `path`: a file, or a pipe that a shell made for this process, as in `<(command)`. Of a notebook of
  /// Jupyter's it is the cells.
  ///
  /// - Throws: `ScriptFileError` if it cannot be read, is too long, is no text in UTF-8 or no notebook.
  public static func read(_ path: String) throws(ScriptFileError) -> SourceText {
    guard path.lowercased().hasSuffix(".ipynb") else { return try text(bytes(path), name: path) }
    do {
      let source = try Notebook(path: path).source(name: path)
      guard source.bytes.count <= sizeLimit else { throw ScriptFileError.tooLong(path: path) }
      return source
    } catch let error as NotebookError {
      guard case .unreadable(let cause) = error else { throw .noNotebook(error) }
      throw cause.isInterruption ? .interrupted : .cannotRead(path: path, reason: cause.reason)
    } catch {
      throw .tooLong(path: path)
    }
  }

  /// Reads the script at `path` with its lines that are no text in UTF-8 left empty.
  ///
  /// - Returns: the script, and the numbers of these lines.
  /// - Throws: `ScriptFileError` if it cannot be read or is too long.
  public static func readSkippingBadLines(
    _ path: String
  ) throws(ScriptFileError) -> (source: SourceText, badLines: [Int]) {
    var lines = try bytes(path).split(separator: newline, omittingEmptySubsequences: false)
    let bad = lines.indices.filter { !isText(lines[$0]) }
    for line in bad { lines[line] = [] }
    return (try text(Array(lines.joined(separator: [newline])), name: path), bad.map { $0 + 1 })
  }

  private static let newline = UInt8(ascii: "\n")

  private static func isText(_ bytes: some Collection<UInt8>) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  private static func bytes(_ path: String) throws(ScriptFileError) -> [UInt8] {
    if isPipeOfShell(path) {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw .cannotRead(path: path, reason: String(cString: strerror(errno))) }
      defer { close(descriptor) }
      return try bytes(of: descriptor, name: path)
    }
    let bytes: [UInt8]
    do { bytes = try FileReader(path: path, inflating: false).read(upTo: sizeLimit + 1) } catch {
      if error.isInterruption { throw .interrupted }
      throw .cannotRead(path: path, reason: error.reason)
    }
    guard bytes.count <= sizeLimit else { throw .tooLong(path: path) }
    return bytes
  }

  /// Whether a path leads to a pipe without a name, which has its writer already: a named one may wait forever for one.
  private static func isPipeOfShell(_ path: String) -> Bool {
    guard PathKind(path) == .special(.pipe) else { return false }
    let named = realpath(path, nil)
    free(named)
    return named == nil
  }

  /// Reads the script at `path` as a script in `folder` means it: beside itself, unless the path is absolute.
  static func read(_ path: String, besides folder: String?) throws(ScriptFileError) -> SourceText {
    try read(joined(folder, path))
  }

  /// What tells the plain file at `path` from all others, however the path is spelled; nil for anything else.
  static func identity(of path: String, besides folder: String?) -> String? {
    guard let place = try? HomeFolder.expanding(joined(folder, path)) else { return nil }
    var status = stat()
    guard stat(place, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return "\(status.st_dev):\(status.st_ino)"
  }

  private static func joined(_ folder: String?, _ path: String) -> String {
    folder.map { path.hasPrefix("/") || path.hasPrefix("~") ? path : "\($0)/\(path)" } ?? path
  }

  /// Reads a script from standard input to its end.
  public static func readStandardInput() throws(ScriptFileError) -> SourceText {
    let name = "<stdin>"
    return try text(bytes(of: STDIN_FILENO, name: name), name: name)
  }

  private static func bytes(of descriptor: Int32, name: String) throws(ScriptFileError) -> [UInt8] {
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
    return bytes
  }

  private static func text(_ bytes: [UInt8], name: String) throws(ScriptFileError) -> SourceText {
    if let text = String(validating: bytes, as: UTF8.self) { return SourceText(name: name, text: text) }
    let lines = bytes.split(separator: newline, omittingEmptySubsequences: false)
    throw .notText(path: name, line: lines.firstIndex { !isText($0) }! + 1)
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
  /// `line` is the first that is no text, counted from 1.
  case notText(path: String, line: Int)
  case noNotebook(NotebookError)
  /// The user wished an end.
  case interrupted

  public var isInterruption: Bool { if case .interrupted = self { true } else { false } }

  public var description: String {
    switch self {
    case .cannotRead(let path, let reason): "cannot read \(path.withoutControls()): \(reason)"
    case .noNotebook(let error): "\(error)".withoutControls()
    case .interrupted: Interrupted().description
    case .tooLong(let path):
      "\(path.withoutControls()) is no script: it is longer than \(ScriptFile.sizeLimit >> 20) MiB"
    case .notText(let path, let line): "\(path.withoutControls()) is no script: line \(line) is not text in UTF-8"
    }
  }
}
