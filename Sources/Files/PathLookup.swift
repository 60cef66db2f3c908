import Glibc

extension PathKind {
  public init(_ path: String) {
    do { self = try PathKind(existing: path) } catch { self = .missing }
  }

  /// What lies at a path where something must: never `missing`.
  ///
  /// - Throws: `FileError.unreadable` with the system's reason, `FileError.danglingLink`, `FileError.noHome`.
  public init(existing path: String) throws(FileError) {
    let place = try HomeFolder.expanding(path)
    var status = stat()
    guard stat(place, &status) == 0 else {
      let code = errno
      if code == ENOENT, let target = Self.target(ofLink: place) { throw .danglingLink(file: path, target: target) }
      throw .unreadable(file: path, code: code)
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .special(.pipe)
    case S_IFSOCK: self = .special(.socket)
    default: self = .special(.device)
    }
  }

  /// The file called `name` or `name.gz` in `folder`, the plain one first.
  public static func file(_ name: String, in folder: String) -> String? {
    ["\(folder)/\(name)", "\(folder)/\(name).gz"].first { PathKind($0) == .file }
  }

  /// What the link at a place leads to; nil if there is no link.
  static func target(ofLink place: String) -> String? {
    let limit = Int(PATH_MAX)
    let target = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { max(0, readlink(place, $0.baseAddress!, limit)) }
    }
    return target.isEmpty ? nil : String(decoding: target, as: UTF8.self)
  }
}
