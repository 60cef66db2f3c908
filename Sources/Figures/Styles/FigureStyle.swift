/// A theme under the name that users give it. A new style is a file beside this one and a word in the list.
public struct FigureStyle: RawRepresentable, CaseIterable, Sendable, Hashable {
  public let rawValue: String
  public let theme: Theme

  /// Every style, in the order in which help names them.
  public static let allCases =
    [notebook, column, page, slides, neurips]
    + [icml, icmlWide, cvpr, cvprWide, ieee, ieeeWide, nature, natureWide, acm, acmWide]

  init(_ name: String, _ change: (inout Theme) -> Void = { _ in }) {
    var theme = Theme()
    change(&theme)
    (rawValue, self.theme) = (name, theme)
  }

  /// The style of that name.
  public init?(rawValue: String) {
    guard let style = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
    self = style
  }

  public static func == (a: FigureStyle, b: FigureStyle) -> Bool { a.rawValue == b.rawValue }

  public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}

extension FigureStyle {
  /// A style for a venue's pages: without title and subtitle, which captions hold, in its typeface, at 600 dots an inch.
  ///
  /// - Parameters:
  ///   - width: of the text or of a column, in points.
  ///   - textHeight: of the page, in points: how high a figure may be.
  ///   - fontSize: of labels, in points; a caption's or a little less.
  ///   - fonts: the first of these that is installed.
  static func venue(
    _ name: String, width: Double, textHeight: Double, fontSize: Double, fonts: String
  ) -> FigureStyle {
    FigureStyle(name) { theme in
      theme.figureSize = Size(width: width, height: (width < 300 ? 0.75 : 0.6) * width)
      // Room for the caption.
      theme.greatestHeight = 0.85 * textHeight
      theme.scale = 600.0 / 72
      theme.title = .off
      theme.showsSubtitle = false
      theme.fontFamily = fonts
      theme.titleSize = fontSize
      theme.labelSize = fontSize
      theme.tickSize = max(fontSize - 1, 5)
      theme.curveWidth = 1
      theme.frameWidth = 0.5
      theme.gridWidth = 0.35
      theme.margin = 2
      theme.gap = 4
    }
  }

  /// Times, under the names of the metrically equal fonts that systems have.
  static let times = "Times New Roman,Times,TeX Gyre Termes,Nimbus Roman,Liberation Serif,FreeSerif,serif"
  /// Helvetica or Arial, likewise.
  static let helvetica = "Arial,Helvetica,TeX Gyre Heros,Nimbus Sans,Liberation Sans,FreeSans,sans-serif"
}

/// Lengths in points of 1/72 inch, as PDF has them.
enum Length {
  static func inches(_ value: Double) -> Double { 72 * value }
  static func millimetres(_ value: Double) -> Double { 72 * value / 25.4 }
  /// TeX's own points, of which an inch has 72.27.
  static func texPoints(_ value: Double) -> Double { 72 * value / 72.27 }
}
