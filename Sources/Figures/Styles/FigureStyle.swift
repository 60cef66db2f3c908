/// A theme under the name that users give it. A new style is a file beside this one and a word in the list.
public struct FigureStyle: RawRepresentable, CaseIterable, Sendable, Hashable {
  public let rawValue: String
  public let theme: Theme

  /// Every style, in the order in which help names them.
  public static let allCases = [notebook, column, page, slides]

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
