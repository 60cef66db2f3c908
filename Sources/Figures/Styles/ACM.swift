extension FigureStyle {
  /// A column of 241.14749 of TeX's points: acmart.cls with `sigconf` has `\textwidth` 506.295pt in two columns 24pt apart,
  /// 626pt high (11 inches less margins of 57pt and 73pt, a head of 13pt and 14pt, and a foot of 12pt); Linux Libertine at 9
  /// points, whose captions are bold sans-serif.
  public static let acm = venue(
    "acm", width: Length.texPoints(241.14749), textHeight: Length.texPoints(626), fontSize: 8, fonts: libertine)
  /// Both columns.
  public static let acmWide = venue(
    "acm-wide", width: Length.texPoints(506.295), textHeight: Length.texPoints(626), fontSize: 8, fonts: libertine)

  private static let libertine = "Linux Libertine O,Linux Libertine,Libertinus Serif,\(times)"
}
