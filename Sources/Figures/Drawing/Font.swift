/// A typeface at a size in points.
public struct Font: Sendable, Hashable {
  /// Or several with commas between them, of which the first that is installed is meant.
  public var family: String
  public var size: Double
  public var isBold: Bool

  public init(family: String = "sans-serif", size: Double, isBold: Bool = false) {
    self.family = family
    self.size = size
    self.isBold = isBold
  }

  /// In points: what is smaller is hard to read in print, and publishers refuse it.
  public static let leastSize = 5.0

  /// The font, smaller by steps until it fits, but not below the least size.
  func shrunk(until fits: (Font) -> Bool) -> Font {
    var font = self
    while font.size > Self.leastSize, !fits(font) { font.size = max(0.94 * font.size, Self.leastSize) }
    return font
  }

  /// The font, smaller if its lines would be higher than `height` points, but not below the least size.
  func shrunk(toHeight height: Double) -> Font {
    var font = self
    font.size = min(size, max(height / 1.2, Self.leastSize))
    return font
  }
}
