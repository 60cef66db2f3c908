import CMessageDigest
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
    case .sha256: return .sha256(try SHA256.hex(ofFile: path))
    case .md5:
      var context = MD5_CTX()
      MD5Init(&context)
      let reader = try FileReader(path: path, inflating: false)
      while true {
        let chunk = try reader.read(upTo: 1 << 20)
        if chunk.isEmpty { break }
        MD5Update(&context, chunk, chunk.count)
      }
      var digest = [UInt8](repeating: 0, count: Int(MD5_DIGEST_LENGTH))
      MD5Final(&digest, &context)
      let digits = Array("0123456789abcdef")
      return .md5(String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))
    }
  }
}
