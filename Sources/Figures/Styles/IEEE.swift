extension FigureStyle {
  /// A column of 252 of TeX's points: IEEEtran.cls on letter paper has `\textwidth` 516pt in two columns 12pt apart, 672pt
  /// high in conferences; Times at 10 points, captions and figures at 8 (IEEEtran's how-to).
  public static let ieee = venue(
    "ieee", width: Length.texPoints(252), textHeight: Length.texPoints(672), fontSize: 8, fonts: times)
  /// Both columns.
  public static let ieeeWide = venue(
    "ieee-wide", width: Length.texPoints(516), textHeight: Length.texPoints(672), fontSize: 8, fonts: times)
}
