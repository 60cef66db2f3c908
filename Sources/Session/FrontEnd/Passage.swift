import CommandLanguage

/// A text whose lines follow from the columns that there are for it.
public struct Passage: Sendable {
  private let widest: Int
  private let lines: @Sendable (Int) -> String

  /// The same lines for every width.
  ///
  /// - Parameter text: lines without the last newline.
  public init(_ text: String) {
    self.init { _ in text }
  }

  /// - Parameters:
  ///   - widest: columns that it fills at most: longer lines are hard to read.
  ///   - lines: the lines for so many columns, at least 40, without the last newline.
  public init(atMost widest: Int = 100, lines: @escaping @Sendable (Int) -> String) {
    (self.widest, self.lines) = (widest, lines)
  }

  /// The lines for a window of `width` columns, without the last newline; one of fewer than 40 cuts them. Nothing in
  /// them steers a terminal, whatever names and values they tell of.
  public func text(width: Int) -> String { lines(min(max(width, 40), widest)).withoutControls(keeping: ["\n", "\t"]) }
}
