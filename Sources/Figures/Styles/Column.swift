extension FigureStyle {
  /// For one column of a two-column paper: 3.5 inches wide at 600 dots an inch, 7 to 8 point type.
  public static let column = FigureStyle("column") { theme in
    theme.figureSize = Size(width: 252, height: 198)
    // What a page of nine inches leaves with a caption.
    theme.greatestHeight = 540
    theme.scale = 600.0 / 72
    theme.titleSize = 8.5
    theme.labelSize = 7.5
    theme.tickSize = 7
    theme.curveWidth = 1
    theme.frameWidth = 0.5
    theme.gridWidth = 0.35
    theme.margin = 4
    theme.gap = 4
  }
}
