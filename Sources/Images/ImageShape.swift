/// Height, width and channels of images; shown with the width first, as people name sizes: "28×28", "32×24×3".
public struct ImageShape: Sendable, Hashable, CustomStringConvertible {
  public let height: Int
  public let width: Int
  public let channels: Int

  public init(height: Int, width: Int, channels: Int) {
    (self.height, self.width, self.channels) = (height, width, channels)
  }

  public init(of images: ImageSet) {
    self.init(height: images.height, width: images.width, channels: images.channelCount)
  }

  /// As a tensor of one image has them.
  public var dimensions: [Int] { [height, width, channels] }
  /// As images are shown everywhere, the width first: "28×28", "32×24×3".
  public var description: String { "\(width)×\(height)" + (channels > 1 ? "×\(channels)" : "") }
}
