import CMessageDigest

/// Bytes as text (RFC 4648), without line breaks.
public enum Base64 {
  public static func encoded(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }

  /// The text without white space, if nothing else than base64 is in it.
  static func checked(_ text: String) -> String? {
    let signs = text.utf8.filter { !($0 == 0x20 || (0x09...0x0D).contains($0)) }
    let isPlain = signs.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
        true
      default: false
      }
    }
    return isPlain && !signs.isEmpty ? String(decoding: signs, as: UTF8.self) : nil
  }
}
