/// A part of a text whose lines its readers count by themselves: a cell of the notebook that a script is from.
public struct SourceSection: Sendable, Equatable {
  /// From 1.
  public let number: Int
  /// The line of the text that is the section's first.
  public let firstLine: Int

  public init(number: Int, firstLine: Int) { (self.number, self.firstLine) = (number, firstLine) }
}

extension SourceText {
  /// Where a line of the text stands for its readers: in which section, if there are any, and in which line of that.
  public func place(ofLine line: Int) -> (section: Int?, line: Int) {
    // Lines that only the script has, as those that open cells, count as the first of theirs.
    guard let section = sections.last(where: { $0.firstLine - 1 <= line }) ?? sections.first else { return (nil, line) }
    return (section.number, max(1, line - section.firstLine + 1))
  }

  /// The name and the line as errors begin: `a.ddpm:3` or `a.ipynb:cell 2:3`.
  public func nameAndLine(_ line: Int) -> String {
    let place = place(ofLine: line)
    return name + (place.section.map { ":cell \($0)" } ?? "") + ":\(place.line)"
  }
}
