extension FigureStyle {
  /// A column 3.28125 inches wide: cvpr.sty has `\textwidth` 6.875 inches, `\textheight` 8.875 and `\columnsep` 0.3125; Times at 10
  /// points, captions at 9 (author guidelines for CVPR, "Type-style and fonts").
  public static let cvpr = venue(
    "cvpr", width: Length.inches(3.28125), textHeight: Length.inches(8.875), fontSize: 8, fonts: times)
  /// Both columns.
  public static let cvprWide = venue(
    "cvpr-wide", width: Length.inches(6.875), textHeight: Length.inches(8.875), fontSize: 9, fonts: times)
}
