import Glibc

/// What lies at a path, a link counting as what it leads to.
public enum PathKind: Sendable {
  /// Nothing, or nothing that may be looked at.
  case missing
  case file
  case folder
  /// A pipe, socket or device.
  case other

  public init(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      self = .missing
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }

  /// The file called `name` or `name.gz` in `folder`, the plain one first.
  public static func file(_ name: String, in folder: String) -> String? {
    ["\(folder)/\(name)", "\(folder)/\(name).gz"].first { PathKind($0) == .file }
  }
}
