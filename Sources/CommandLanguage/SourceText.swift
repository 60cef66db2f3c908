/// A named piece of source: a script file, a `-c` argument or an entry at the prompt.
public final class SourceText: Sendable {
  /// What errors call it: a path, `<stdin>`, `<command line>` or `In [3]`.
  public let name: String
  /// The text as UTF-8, a byte order mark left out.
  public let bytes: [UInt8]
  private let lineStarts: [Int]

  public init(name: String, text: String) {
    self.name = name
    var bytes = Array(text.utf8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// Lines in the text; a text without a newline has one.
  public var lineCount: Int { lineStarts.count }

  /// The text between two byte offsets.
  public func text(in range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  /// The text of a line (numbered from 1) without its line ending.
  public func line(_ number: Int) -> String {
    text(in: lineRange(number))
  }

  func lineRange(_ number: Int) -> Range<Int> {
    precondition(number >= 1 && number <= lineCount, "line \(number) of \(lineCount)")
    let start = lineStarts[number - 1]
    var end = number < lineCount ? lineStarts[number] - 1 : bytes.count
    if end > start && bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return start..<end
  }

  /// Where a byte offset stands; offsets outside the text are moved to its nearest end.
  public func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = String(decoding: bytes[lineStarts[low]..<offset], as: UTF8.self)
    return SourcePosition(line: low + 1, column: before.count + 1)
  }
}

/// A line and a column, both from 1; columns count characters as a reader sees them.
public struct SourcePosition: Hashable, Sendable, Comparable {
  public let line: Int
  public let column: Int

  public static func < (left: SourcePosition, right: SourcePosition) -> Bool {
    (left.line, left.column) < (right.line, right.column)
  }
}

/// A range of bytes in a source.
public struct SourceLocation: Sendable {
  public let source: SourceText
  public let range: Range<Int>

  public init(source: SourceText, range: Range<Int>) {
    self.source = source
    self.range = range
  }

  public var start: SourcePosition { source.position(of: range.lowerBound) }

  /// `file:line`, as records name a command's place.
  public var fileAndLine: String { "\(source.name):\(start.line)" }
}
