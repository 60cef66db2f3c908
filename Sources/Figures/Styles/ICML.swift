extension FigureStyle {
  /// A column 3.25 inches wide: text 6.75 inches wide and 9 high in two columns 0.25 inches apart, Times at 10 points, captions
  /// at 9: icml2024.sty and "Submission and formatting instructions for ICML", sections 2 and 3.
  public static let icml = venue(
    "icml", width: Length.inches(3.25), textHeight: Length.inches(9), fontSize: 8, fonts: times)
  /// Both columns.
  public static let icmlWide = venue(
    "icml-wide", width: Length.inches(6.75), textHeight: Length.inches(9), fontSize: 9, fonts: times)
}
