/// What figures share in looks: fonts, colours, line widths, size and pixel density.
public struct Theme: Sendable, Equatable {
  /// Of a figure whose size does not follow from its contents, in points; what others must fit into, as far as no
  /// `greatestHeight` gives them more.
  public var figureSize = Size(width: 720, height: 540)
  /// How high a figure may become whose height follows from its contents; nil for the height of others.
  public var greatestHeight: Double?
  /// Whether a figure is exactly as wide, or as high, as `figureSize` says, with space around it if it needs less.
  public var isExactlyWide = false
  public var isExactlyHigh = false
  /// Pixels a point in PNG files.
  public var scale = 2.0
  /// Pixels a point of pictures within PDF and SVG; nil for `scale`, or 200 an inch where that is less.
  public var rasterScale: Double?
  /// Any family fontconfig knows, or a generic one; or several with commas between them, the first installed counts.
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
  /// What stands in the place of figures' own titles.
  public var title = Title.own
  public var showsSubtitle = true
  /// Where legends go; nil where each figure has it.
  public var legend: LegendPlace?
  /// The diameter of points, in points; nil lets it follow from their number.
  public var pointSize: Double?
  /// The opacity of points; nil lets it follow from their number.
  public var opacity: Double?
  /// Whether the background lets through what is below.
  public var isTransparent = false

  public enum Title: Sendable, Equatable {
    case own
    case off
    case text(String)

    /// What stands over a figure whose own title is `own`; empty for nothing.
    public func text(inPlaceOf own: String) -> String {
      switch self {
      case .own: own
      case .off: ""
      case .text(let text): text
      }
    }
  }

  public init() {}

  /// With text that is `factor` times as large, but for what would be too small to read; lines stay as they are.
  func withText(scaledBy factor: Double) -> Theme {
    var theme = self
    theme.titleSize = max(titleSize * factor, min(titleSize, Font.leastSize))
    theme.labelSize = max(labelSize * factor, min(labelSize, Font.leastSize))
    theme.tickSize = max(tickSize * factor, min(tickSize, Font.leastSize))
    return theme
  }

  /// How high a figure may become whose height follows from its contents.
  var heightLimit: Double { max(greatestHeight ?? 0, figureSize.height) }

  var titleFont: Font { Font(family: fontFamily, size: titleSize, isBold: true) }
  var labelFont: Font { Font(family: fontFamily, size: labelSize) }
  var tickFont: Font { Font(family: fontFamily, size: tickSize) }
}

/// Where the names of groups stand.
public enum LegendPlace: String, CaseIterable, Sendable {
  case right
  case below
  /// Beside what they name.
  case direct
  case off
}
