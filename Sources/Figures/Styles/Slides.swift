extension FigureStyle {
  /// For slides: 16:9, large type.
  public static let slides = FigureStyle("slides") { theme in
    theme.figureSize = Size(width: 960, height: 540)
    theme.titleSize = 24
    theme.labelSize = 18
    theme.tickSize = 16
    theme.curveWidth = 3
    theme.frameWidth = 1.2
    theme.gridWidth = 0.8
    theme.margin = 20
    theme.gap = 12
  }
}
