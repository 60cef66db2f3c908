import CMessageDigest

/// A digest of bytes given piece by piece.
///
///     var digest = MessageDigest()
///     digest.update(pixels)
///     digest.hex  // 64 hexadecimal digits
public struct MessageDigest: ~Copyable {
  /// What is computed.
  public enum Algorithm: Sendable {
    /// FIPS 180-4; 64 hexadecimal digits.
    case sha256
    /// RFC 1321; 32 hexadecimal digits. Enough against damage on the way, not against somebody who means it.
    case md5
  }

  private let context: OpaquePointer

  public init(_ algorithm: Algorithm = .sha256) {
    let kind =
      switch algorithm {
      case .sha256: EVP_sha256()
      case .md5: EVP_md5()
      }
    // Fails only without memory, or where the system's policy forbids the algorithm.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, kind, nil) == 1 else {
      fatalError("libcrypto does not compute \(algorithm)")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  public mutating func update(_ bytes: some Collection<UInt8>) {
    let hashed: Void? = bytes.withContiguousStorageIfAvailable { EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
    if hashed == nil { update(Array(bytes)) }
  }

  /// The digest of everything so far as lower-case hexadecimal digits; more may follow.
  public var hex: String {
    // Finishing pads the context, so a copy is finished.
    let finished = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(finished) }
    var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
    var count: UInt32 = 0
    guard EVP_MD_CTX_copy_ex(finished, context) == 1, EVP_DigestFinal_ex(finished, &digest, &count) == 1 else {
      fatalError("libcrypto does not finish a digest")
    }
    return digest.prefix(Int(count)).hexadecimal
  }

  /// The SHA-256 of `bytes` in hexadecimal.
  public static func sha256(of bytes: some Collection<UInt8>) -> String {
    var digest = MessageDigest()
    digest.update(bytes)
    return digest.hex
  }

  /// The digest of a file's bytes as they lie on disk, in hexadecimal; throws `FileError.unreadable`.
  public static func hex(ofFile path: String, _ algorithm: Algorithm = .sha256) throws(FileError) -> String {
    var digest = MessageDigest(algorithm)
    let reader = try FileReader(path: path, inflating: false)
    while true {
      let chunk = try reader.read(upTo: 1 << 20)
      if chunk.isEmpty { return digest.hex }
      digest.update(chunk)
    }
  }
}

extension Sequence<UInt8> {
  /// The bytes in lower-case hexadecimal digits, two for each.
  public var hexadecimal: String {
    let digits = Array("0123456789abcdef")
    return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
