extension FigureStyle {
  /// For the full width of a paper's page: 7 inches at 300 dots an inch, 8 to 9 point type.
  public static let page = FigureStyle("page") { theme in
    theme.figureSize = Size(width: 504, height: 340)
    // What a page of nine inches leaves with a caption.
    theme.greatestHeight = 540
    theme.scale = 300.0 / 72
    theme.titleSize = 10
    theme.labelSize = 9
    theme.tickSize = 8
    theme.curveWidth = 1.25
    theme.frameWidth = 0.6
    theme.gridWidth = 0.4
    theme.margin = 6
    theme.gap = 6
  }
}
