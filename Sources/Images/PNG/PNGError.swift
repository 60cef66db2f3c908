import Interruptions

/// Why a PNG file could not be read or written.
public enum PNGError: InterruptibleError, Equatable, CustomStringConvertible {
  /// The bytes do not start with PNG's signature; the payload is how they start.
  case notPNG(found: [UInt8])
  /// The file is truncated, or its contents contradict each other; the payload is the decoder's finding.
  case corrupt(detail: String)
  /// The header claims more than the limits allow.
  case tooLarge(width: Int, height: Int, limits: ImageLimits)
  /// The header claims more pixels than this many compressed bytes can hold.
  case implausible(width: Int, height: Int, byteCount: Int)
  /// The image could not be encoded.
  case couldNotEncode(detail: String)
  /// Whoever waited for the file wished an end.
  case interrupted

  public var description: String {
    switch self {
    case .notPNG(let found):
      let start =
        found.isEmpty
        ? "an empty file" : "the bytes " + found.map { Self.hexadecimal($0) }.joined(separator: " ")
      return "expected a PNG file (starting 89 50 4e 47), found \(start)"
    case .corrupt(let detail):
      return "the PNG file is damaged: \(detail); copy or download it again"
    case .tooLarge(let width, let height, let limits):
      return "expected a PNG image of at most \(limits.maximumDimension) pixels a side and"
        + " \(limits.maximumByteCount >> 20) MiB of pixels, found \(width)×\(height); scale it down first"
    case .implausible(let width, let height, let byteCount):
      return "the PNG file is damaged: its header claims \(width)×\(height) pixels,"
        + " more than its \(byteCount) bytes can hold"
    case .couldNotEncode(let detail):
      return "the PNG image could not be encoded: \(detail)"
    case .interrupted:
      return Interrupted().description
    }
  }

  public var isInterruption: Bool { self == .interrupted }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

/// What shows through the transparent pixels of a PNG file: the byte of every channel.
public enum PNGBackground: UInt8, Sendable {
  case black = 0
  case white = 255
}
