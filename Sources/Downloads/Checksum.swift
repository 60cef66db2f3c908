import Files

/// What a file's bytes must come to, as those say who publish it.
public enum Checksum: Sendable, Equatable, CustomStringConvertible {
  case sha256(String)
  /// Enough against damage on the way, not against somebody who means it.
  case md5(String)

  /// "sha256 1f3c…"
  public var description: String {
    switch self {
    case .sha256(let hex): "sha256 \(hex)"
    case .md5(let hex): "md5 \(hex)"
    }
  }

  /// The checksum of the same kind of a file's bytes as they lie on disk; throws `FileError`.
  public func sameKind(ofFile path: String) throws(FileError) -> Checksum {
    switch self {
    case .sha256: .sha256(try MessageDigest.hex(ofFile: path))
    case .md5: .md5(try MessageDigest.hex(ofFile: path, .md5))
    }
  }
}
