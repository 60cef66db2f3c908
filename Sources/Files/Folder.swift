import Glibc

/// What is asked of folders: which one a path lies in, what lies in it, and to make one.
public enum Folder {
  /// The folder that `path` lies in, `.` if the path names none.
  public static func of(_ path: String) -> String { split(path).folder }

  /// A path's folder (`.` if it names none) and last part.
  public static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = slash == path.startIndex ? "/" : String(path[..<slash])
    return (folder, String(path[path.index(after: slash)...]))
  }

  /// The names of what lies in a folder, hidden ones left out, in natural order.
  ///
  /// - Throws: `FileError.unreadable` and `FileError.noHome`.
  public static func names(in folder: String) throws(FileError) -> [String] {
    guard let directory = opendir(try HomeFolder.expanding(folder)) else {
      throw .unreadable(file: folder, code: errno)
    }
    defer { closedir(directory) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = readdir(directory) else { break }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    guard errno == 0 else { throw .unreadable(file: folder, code: errno) }
    return names.sorted(by: NaturalOrder.precedes)
  }

  /// Makes a folder and those above it; the error of a failure names `file`, which was to lie in it.
  public static func make(_ folder: String, for file: String, permissions: UInt32 = 0o755) throws(FileError) {
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
    for length in parts.indices.map({ $0 + 1 }) {
      let partial = parts[..<length].joined(separator: "/")
      if partial.isEmpty { continue }
      guard mkdir(partial, permissions) == 0 || errno == EEXIST else {
        throw .unwritable(file: file, .refused(code: errno))
      }
    }
  }
}
