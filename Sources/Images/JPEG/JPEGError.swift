/// Why a JPEG file could not be read.
public enum JPEGError: Error, Equatable, CustomStringConvertible {
  /// The bytes do not start as JPEG's do.
  case notJPEG
  /// The file is truncated, or its contents contradict each other; the payload is the decoder's finding.
  case corrupt(detail: String)
  /// The header claims more than the limits allow.
  case tooLarge(width: Int, height: Int, limits: ImageLimits)
  /// The header claims more pixels than this many compressed bytes can hold.
  case implausible(width: Int, height: Int, byteCount: Int)
  /// Four colours for print.
  case inPrintColours

  public var description: String {
    switch self {
    case .notJPEG: "expected a JPEG file (starting ff d8 ff)"
    case .corrupt(let detail): "the JPEG file is damaged: \(detail); copy or download it again"
    case .tooLarge(let width, let height, let limits):
      "expected a JPEG image of at most \(limits.maximumDimension) pixels a side and"
        + " \(limits.maximumByteCount >> 20) MiB of pixels, found \(width)×\(height); scale it down first"
    case .implausible(let width, let height, let byteCount):
      "the JPEG file is damaged: its header claims \(width)×\(height) pixels,"
        + " more than its \(byteCount) bytes can hold"
    case .inPrintColours:
      "expected a grey JPEG image or one in red, green and blue, found the four colours of print (CMYK)"
    }
  }
}
