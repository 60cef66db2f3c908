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

  /// For the screen and notebooks: 10 × 7.5 inches at 144 dots an inch.
  public static let notebook = Theme()

  /// For one column of a two-column paper: 3.5 inches wide at 600 dots an inch, 7 to 8 point type.
  public static let column: Theme = {
    var theme = Theme()
    theme.figureSize = Size(width: 252, height: 198)
    theme.scale = 600.0 / 72
    theme.titleSize = 8.5
    theme.labelSize = 7.5
    theme.tickSize = 7
    theme.curveWidth = 1
    theme.frameWidth = 0.5
    theme.gridWidth = 0.35
    theme.margin = 4
    theme.gap = 4
    return theme
  }()

  /// For the full width of a paper's page: 7 inches at 300 dots an inch, 8 to 9 point type.
  public static let page: Theme = {
    var theme = Theme()
    theme.figureSize = Size(width: 504, height: 340)
    theme.scale = 300.0 / 72
    theme.titleSize = 10
    theme.labelSize = 9
    theme.tickSize = 8
    theme.curveWidth = 1.25
    theme.frameWidth = 0.6
    theme.gridWidth = 0.4
    theme.margin = 6
    theme.gap = 6
    return theme
  }()

  /// For slides: 16:9, large type.
  public static let slides: Theme = {
    var theme = Theme()
    theme.figureSize = Size(width: 960, height: 540)
    theme.titleSize = 24
    theme.labelSize = 18
    theme.tickSize = 16
    theme.curveWidth = 3
    theme.frameWidth = 1.2
    theme.gridWidth = 0.8
    theme.margin = 20
    theme.gap = 12
    return theme
  }()

  var titleFont: Font { Font(family: fontFamily, size: titleSize, isBold: true) }
  var labelFont: Font { Font(family: fontFamily, size: labelSize) }
  var tickFont: Font { Font(family: fontFamily, size: tickSize) }
}

/// The themes by the names users give them.
public enum FigureStyle: String, CaseIterable, Sendable {
  case notebook
  case column
  case page
  case slides

  public var theme: Theme {
    switch self {
    case .notebook: .notebook
    case .column: .column
    case .page: .page
    case .slides: .slides
    }
  }
}

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
}
