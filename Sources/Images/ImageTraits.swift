/// What settings may follow from of a set of images; nothing of their labels.
public struct ImageTraits: Sendable, Equatable {
  public let shape: ImageShape
  public let count: Int
  /// How far objects keep from the edge of their images, in half widths and heights, on the side where they come nearest:
  /// the mean over images. 0 for photographs and for objects scaled to fill their images.
  public let margin: Double

  public init(shape: ImageShape, count: Int, margin: Double) {
    (self.shape, self.count, self.margin) = (shape, count, margin)
  }

  /// Looks at a thousand of the images at most.
  public init(of images: ImageSet) {
    let step = max(1, images.count / 1000)
    let margins = stride(from: 0, to: images.count, by: step).compactMap { Self.margin(of: $0, in: images) }
    self.init(
      shape: ImageShape(of: images), count: images.count,
      margin: margins.isEmpty ? 0 : margins.reduce(0, +) / Double(margins.count))
  }

  /// How much a pixel must differ from the background to be one of an object.
  private static let contrast = 48

  /// The margin of one image; nil if there is nothing on it.
  private static func margin(of index: Int, in images: ImageSet) -> Double? {
    let (height, width, channels) = (images.height, images.width, images.channelCount)
    let bytes = Array(images[index])
    func pixel(_ y: Int, _ x: Int, _ channel: Int) -> Int { Int(bytes[(y * width + x) * channels + channel]) }
    // The background is what most of the edge is like.
    let edge =
      (0..<height).flatMap { [($0, 0), ($0, width - 1)] } + (0..<width).flatMap { [(0, $0), (height - 1, $0)] }
    let background = (0..<channels).map { channel in
      edge.map { pixel($0.0, $0.1, channel) }.sorted()[edge.count / 2]
    }
    var (top, bottom, left, right) = (height, -1, width, -1)
    for y in 0..<height {
      for x in 0..<width {
        guard (0..<channels).contains(where: { abs(pixel(y, x, $0) - background[$0]) > contrast }) else { continue }
        (top, bottom) = (min(top, y), max(bottom, y))
        (left, right) = (min(left, x), max(right, x))
      }
    }
    guard bottom >= 0 else { return nil }
    return min(
      Double(min(top, height - 1 - bottom)) / (Double(height) / 2),
      Double(min(left, width - 1 - right)) / (Double(width) / 2))
  }
}
