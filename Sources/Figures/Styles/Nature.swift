extension FigureStyle {
  /// A column of 89 mm, at most 247 mm high, sans-serif text of 5 to 7 points: Nature's "Guide to preparing final artwork".
  public static let nature = venue(
    "nature", width: Length.millimetres(89), textHeight: Length.millimetres(247), fontSize: 7, fonts: helvetica)
  /// Both columns, 183 mm.
  public static let natureWide = venue(
    "nature-wide", width: Length.millimetres(183), textHeight: Length.millimetres(247), fontSize: 7, fonts: helvetica)
}
