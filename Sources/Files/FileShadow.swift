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
    guard let path = Folder.current else { throw .unwritable(file: ".", .refused(code: errno)) }
    workingFolder = path
  }

  deinit { Folder.remove(folder) }

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
