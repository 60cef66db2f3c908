/// Names a foreign file by its first bytes, so that a mistaken path is understood at once.
public enum FileSignature {
  private static let known: [(bytes: [UInt8], name: String)] = [
    ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
    ([0xFF, 0xD8, 0xFF], "a JPEG image"),
    ([0x50, 0x4B, 0x03, 0x04], "a zip archive"),
    ([0x1F, 0x8B], "gzip data"),
    ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], "a NumPy array"),
    ([0x25, 0x50, 0x44, 0x46], "a PDF document"),
    ([0x00, 0x00], "an idx file of another kind"),
  ]

  /// What kind of file begins so, for people; nil if it is not known, or not by these bytes alone.
  public static func name(of bytes: [UInt8]) -> String? {
    known.first { $0.bytes.count > 2 && bytes.starts(with: $0.bytes) }?.name
  }

  /// The bytes in hexadecimal, with the kind of file that begins so if it is known.
  public static func description(of bytes: [UInt8]) -> String {
    if bytes.isEmpty { return "an empty file" }
    let digits = bytes.map { byte in
      let hex = String(byte, radix: 16)
      return hex.count == 1 ? "0" + hex : hex
    }
    let name = known.first { bytes.starts(with: $0.bytes) }.map { " (\($0.name))" } ?? ""
    return "the bytes " + digits.joined(separator: " ") + name
  }
}
