/// What a picture file may claim before it is refused.
public struct ImageLimits: Sendable, Equatable {
  /// Pixels a side.
  public var maximumDimension: Int
  /// Bytes of decoded pixels.
  public var maximumByteCount: Int

  public init(maximumDimension: Int = 32_767, maximumByteCount: Int = 256 << 20) {
    self.maximumDimension = maximumDimension
    self.maximumByteCount = maximumByteCount
  }

  public static let standard = ImageLimits()
}
