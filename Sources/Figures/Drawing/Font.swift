/// A typeface at a size in points.
public struct Font: Sendable, Equatable {
  public var family: String
  public var size: Double
  public var isBold: Bool

  public init(family: String = "sans-serif", size: Double, isBold: Bool = false) {
    self.family = family
    self.size = size
    self.isBold = isBold
  }

  /// The font, smaller if its lines would be higher than `height` points.
  func shrunk(toHeight height: Double) -> Font {
    var font = self
    font.size = min(size, max(height / 1.2, 3))
    return font
  }
}
