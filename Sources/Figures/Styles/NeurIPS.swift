extension FigureStyle {
  /// One column 5.5 inches wide and 9 high in Times at 10 points: `\textwidth` and `\textheight` of neurips_2024.sty and the
  /// years before, "Formatting instructions for NeurIPS", section 2.
  public static let neurips = venue(
    "neurips", width: Length.inches(5.5), textHeight: Length.inches(9), fontSize: 9, fonts: times)
}
