/// What lies at a path, a link counting as what it leads to.
public enum PathKind: Sendable, Equatable {
  /// Nothing, or nothing that may be looked at.
  case missing
  case file
  case folder
  /// What is never read or written: opening it may wait forever, or act on something.
  case special(Special)

  public enum Special: String, Sendable {
    case pipe = "a pipe"
    case socket = "a socket"
    case device = "a device"
  }

  /// What it is, for people.
  public var words: String {
    switch self {
    case .missing: "nothing"
    case .file: "a file"
    case .folder: "a folder"
    case .special(let kind): kind.rawValue
    }
  }
}
