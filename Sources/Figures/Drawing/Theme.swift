/// What figures share in looks: fonts, colours, line widths, size and pixel density.
public struct Theme: Sendable, Equatable {
  /// Of a figure whose size does not follow from its contents, in points.
  public var figureSize = Size(width: 720, height: 540)
  /// Pixels a point in PNG files.
  public var scale = 2.0
  /// Any family fontconfig knows, or a generic one.
  public var fontFamily = "sans-serif"
  /// Font sizes in points.
  public var titleSize = 15.0
  public var labelSize = 12.0
  public var tickSize = 10.5
  public var background = Colour.white
  public var text = Colour(0x1A1A1A)
  public var mutedText = Colour(0x5A5A5A)
  public var frame = Colour(0x4D4D4D)
  public var grid = Colour(0xE4E4E4)
  /// Stroke widths in points.
  public var curveWidth = 1.75
  public var frameWidth = 0.8
  public var gridWidth = 0.6
  /// The space around a figure and between its parts, in points.
  public var margin = 14.0
  public var gap = 8.0
  public var palette = Palette.standard

  public init() {}

  var titleFont: Font { Font(family: fontFamily, size: titleSize, isBold: true) }
  var labelFont: Font { Font(family: fontFamily, size: labelSize) }
  var tickFont: Font { Font(family: fontFamily, size: tickSize) }
}
