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

  /// The place of a file or folder from the root on, links in folders that there are followed; nothing need be there.
  /// Paths to the same place have the same.
  public static func absolute(_ path: String) -> String {
    var missing: [String] = []
    var folder = (try? HomeFolder.expanding(path)) ?? path
    while true {
      if let real = realpath(folder.isEmpty ? "." : folder, nil) {
        defer { free(real) }
        let start = String(cString: real)
        return missing.isEmpty ? start : missing.reversed().reduce(start == "/" ? "" : start) { "\($0)/\($1)" }
      }
      let (above, name) = split(folder)
      guard above != folder else { return path }
      if name != ".", !name.isEmpty { missing.append(name) }
      folder = above
    }
  }

  /// The folders above an absolute path, the nearest first, without the root.
  public static func above(_ path: String) -> [String] {
    var folders: [String] = []
    var folder = of(path)
    while folder != "/", folder != "." {
      folders.append(folder)
      folder = of(folder)
    }
    return folders
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
  ///
  /// - Returns: the folders that were not there before, the innermost last; after a failure none of them is left.
  @discardableResult
  public static func make(_ folder: String, for file: String, permissions: UInt32 = 0o755) throws(FileError) -> [String]
  {
    var made: [String] = []
    let parts = folder.split(separator: "/", omittingEmptySubsequences: false)
    for length in parts.indices.map({ $0 + 1 }) {
      let partial = parts[..<length].joined(separator: "/")
      if partial.isEmpty { continue }
      if mkdir(partial, permissions) == 0 {
        made.append(partial)
      } else if errno != EEXIST {
        let code = errno
        unmake(made)
        throw .unwritable(file: file, .refused(code: code))
      }
    }
    return made
  }

  /// What is not there yet of a file and the folders above it, the outermost first.
  public static func missing(_ path: String) -> [String] {
    var missing: [String] = []
    var place = (try? HomeFolder.expanding(path)) ?? path
    while place != "/", place != ".", access(place, F_OK) != 0, errno == ENOENT {
      missing.append(place)
      place = of(place)
    }
    return missing.reversed()
  }

  /// Removes files, and folders in which nothing lies, the last first.
  public static func remove(_ paths: [String]) {
    for path in paths.reversed() where unlink(path) != 0 { rmdir(path) }
  }

  /// Removes folders that `make` made, as far as nothing lies in them.
  static func unmake(_ folders: [String]) {
    for folder in folders.reversed() { rmdir(folder) }
  }

  /// The folder that relative paths begin from; nil if it is gone.
  public static var current: String? {
    guard let path = getcwd(nil, 0) else { return nil }
    defer { free(path) }
    return String(cString: path)
  }

  /// Removes what lies at a path, of a folder all that it holds; of links themselves, not what they lead to.
  public static func remove(_ path: String) {
    guard unlink(path) != 0, let directory = opendir(path) else { return }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
    }
    closedir(directory)
    for name in names where name != "." && name != ".." { remove("\(path)/\(name)") }
    rmdir(path)
  }

  /// When the file at a path was last written, in seconds since 1970; nil if there is none.
  public static func modified(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mtim.tv_sec : nil
  }
}
