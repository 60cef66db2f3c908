import CommandLanguage
import Figures
import Files

/// Where commands write: files whole or not at all, and over nothing but this tool's own.
enum OutputFile {
  /// Writes `bytes` to `path`, whose folders are made if they are missing.
  ///
  /// Throws `SessionError.fileExists` if the path holds a file without this tool's mark and `overwrite` is false, and
  /// `FileError.unwritable` if the system refuses.
  static func write(_ bytes: [UInt8], to path: String, overwrite: Bool) throws -> Artifact {
    try write(to: path, overwrite: overwrite) { try $0.write(bytes) }
  }

  /// As above, with the bytes that `body` writes; what it throws leaves the path as it was.
  static func write(to path: String, overwrite: Bool, _ body: (FileWriter) throws -> Void) throws -> Artifact {
    try check(WrittenFile(path, .whole(overAny: overwrite)))
    let writer = try FileWriter(path: path)
    try body(writer)
    return Artifact(path: path, sha256: try writer.finish())
  }

  /// Throws what writing the file would throw as far as it can be told now: before long work rather than after it.
  static func check(_ file: WrittenFile) throws {
    switch file.manner {
    case .extended: try RecordWriter.check(file.path)
    case .whole(let overAny):
      if !overAny, FileShadow.current == nil, PathKind(file.path) == .file, try !isOwn(file.path) {
        throw SessionError.fileExists(path: file.path)
      }
      try FileWriter.check(file.path)
    }
  }

  /// Whether a file that is written at a path is known as ours afterwards.
  static func leavesMark(at path: String) -> Bool { SessionFormat.of(path).map { $0.mark != nil } ?? true }

  /// The marks of all that this tool writes: a name says nothing about what a file holds.
  private static let marks = FigureFormat.allCases.map(\.mark) + SessionFormat.all.compactMap(\.mark) + [Sidecar.mark]

  /// Whether this tool wrote the file, or it is empty and so holds nothing to lose.
  private static func isOwn(_ path: String) throws(FileError) -> Bool {
    do {
      if try FileReader(path: path, inflating: false).size == 0 { return true }
      for mark in marks where try mark.isCarried(byFile: path) { return true }
      return false
    } catch {
      // To the user it is the file that could not be written.
      if case .unreadable(_, let code) = error { throw .unwritable(file: path, .refused(code: code)) }
      throw error
    }
  }
}

extension Parameter {
  /// The parameter as one that names a file which is written whole, over any where the option `overwrite` says so.
  ///
  /// - Parameter path: nil where none is written.
  func writing(
    _ path: @escaping @Sendable (C) -> String?, overwrite: KeyPath<C, Bool> & Sendable
  ) -> Self {
    writing(with: ["overwrite"]) { command in
      path(command).map { path in
        WrittenFile(
          path, .whole(overAny: command[keyPath: overwrite]),
          isScript: [SessionFormat.script, .notebook].contains { $0.ending == SessionFormat.of(path)?.ending })
      }
    }
  }
}
