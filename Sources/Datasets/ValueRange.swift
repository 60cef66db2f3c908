import Options

/// Which numbers are black and white; what lies between becomes grey in proportion, what lies outside black or white.
public struct ValueRange: Sendable, Equatable, CustomStringConvertible {
  public let black: Double
  public let white: Double

  /// nil unless both are finite and differ; white may be the smaller.
  public init?(black: Double, white: Double) {
    guard black.isFinite, white.isFinite, black != white else { return nil }
    (self.black, self.white) = (black, white)
  }

  static let bytes = ValueRange(black: 0, white: 255)!
  static let unit = ValueRange(black: 0, white: 1)!
  static let symmetric = ValueRange(black: -1, white: 1)!

  /// `0:1`
  public var description: String { "\(Number.spelling(black)):\(Number.spelling(white))" }

  /// The range that values from `lowest` to `highest` are most likely meant in: the first of 0:1, -1:1 and 0:255 that
  /// holds them (whole numbers: 0:255 first), else from the lowest to the highest. One value throughout is an end of a
  /// range from or to 0.
  init(holding lowest: Double, _ highest: Double, areWhole: Bool) {
    let usual: [ValueRange] = areWhole ? [.bytes, .symmetric] : [.unit, .symmetric, .bytes]
    self =
      usual.first { $0.black <= lowest && highest <= $0.white }
      ?? ValueRange(black: lowest, white: highest)
      ?? ValueRange(black: min(0, lowest), white: max(0, highest))!
  }

  /// The nearest byte of a finite value: 0 for black, 255 for white.
  func byte(of value: Double) -> UInt8 {
    let span = white - black
    // Ends so far apart that their distance is no number any more are taken by halves.
    let fraction = span.isFinite ? (value - black) / span : (value / 2 - black / 2) / (white / 2 - black / 2)
    return fraction > 0 ? UInt8(min(fraction * 255 + 0.5, 255)) : 0
  }

  func contains(_ value: Double) -> Bool { min(black, white) <= value && value <= max(black, white) }
}
