import CMessageDigest

/// An SHA-256 digest (FIPS 180-4) of bytes given piece by piece.
///
///     var digest = SHA256()
///     digest.update(pixels)
///     digest.hex  // 64 hexadecimal digits
public struct SHA256: Sendable {
  private var context = SHA2_CTX()

  public init() {
    SHA256Init(&context)
  }

  public mutating func update(_ bytes: some Collection<UInt8>) {
    let hashed: Void? = bytes.withContiguousStorageIfAvailable { SHA256Update(&context, $0.baseAddress, $0.count) }
    if hashed == nil { update(Array(bytes)) }
  }

  /// The digest of everything so far as 64 lower-case hexadecimal digits; more may follow.
  public var hex: String {
    // Finishing pads the context, so a copy is finished.
    var finished = context
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &finished)
    let digits = Array("0123456789abcdef")
    return String(digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// The digest of `bytes` in hexadecimal.
  public static func hex(of bytes: some Collection<UInt8>) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.hex
  }

  /// The digest of a file's bytes as they lie on disk, in hexadecimal; throws `FileError.unreadable`.
  public static func hex(ofFile path: String) throws(FileError) -> String {
    var digest = SHA256()
    let reader = try FileReader(path: path, inflating: false)
    while true {
      let chunk = try reader.read(upTo: 1 << 20)
      if chunk.isEmpty { return digest.hex }
      digest.update(chunk)
    }
  }
}
