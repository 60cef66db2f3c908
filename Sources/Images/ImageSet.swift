/// Images without labels: what training, encoding and sampling may see.
///
/// Pixels are bytes, 0 black to 255 white, in the order [image, row, column, channel].
public struct ImageSet: Sendable, Equatable {
  public let count: Int
  public let height: Int
  public let width: Int
  public let channelCount: Int
  public let pixels: [UInt8]

  public init(count: Int, height: Int, width: Int, channelCount: Int, pixels: [UInt8]) {
    precondition(
      pixels.count == count * height * width * channelCount,
      "\(pixels.count) bytes cannot hold \(count) images of \(width)×\(height)×\(channelCount)")
    self.count = count
    self.height = height
    self.width = width
    self.channelCount = channelCount
    self.pixels = pixels
  }

  /// Bytes of one image.
  public var imageSize: Int { height * width * channelCount }

  /// The bytes of image `index`.
  public subscript(index: Int) -> ArraySlice<UInt8> {
    pixels[index * imageSize..<(index + 1) * imageSize]
  }

  /// The images at `indices`, in that order.
  public func selecting(_ indices: some Collection<Int>) -> ImageSet {
    var chosen: [UInt8] = []
    chosen.reserveCapacity(indices.count * imageSize)
    for index in indices { chosen.append(contentsOf: self[index]) }
    return ImageSet(
      count: indices.count, height: height, width: width, channelCount: channelCount, pixels: chosen)
  }
}
