import Glibc

/// A folder that takes what is written meanwhile, so that everything stays as it is where it would have gone.
///
/// What it holds is read in place of what lies there. It goes with its last user.
///
///     let shadow = try FileShadow()
///     try FileShadow.$current.withValue(shadow) { … }
public final class FileShadow: Sendable {
  /// The one that stands for the file system now; nil for none. This thread's.
  @TaskLocal public static var current: FileShadow?

  private let folder: String
  private let workingFolder: String

  /// Makes an empty one among the system's temporary files; throws `FileError.unwritable`.
  public init() throws(FileError) {
    let parent = getenv("TMPDIR").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    var template = Array("\(parent)/ddpm-repl.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw .unwritable(file: parent, .refused(code: errno)) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let path = getcwd(nil, 0) else { throw .unwritable(file: ".", .refused(code: errno)) }
    defer { free(path) }
    workingFolder = String(cString: path)
  }

  deinit { Self.remove(folder) }

  /// Removes a file, or a folder with all that it holds; of links themselves, not what they lead to.
  private static func remove(_ path: String) {
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

  /// Where the file at a path lies in it.
  func place(of path: String) -> String {
    if path.hasPrefix("\(folder)/") { return path }
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(workingFolder)/\(path)").split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "\(folder)/\(parts.joined(separator: "/"))"
  }

  /// The same if there is something; else nil.
  func existing(_ path: String) -> String? {
    let place = place(of: path)
    return access(place, F_OK) == 0 ? place : nil
  }
}
