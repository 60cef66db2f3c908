/// A named piece of source: a script file, a `-c` argument or an entry at the prompt.
public final class SourceText: Sendable {
  /// What errors call it: a path, `<stdin>`, `<command line>` or `In [3]`.
  public let name: String
  /// The text as UTF-8, a byte order mark left out, each line ended by a newline however it was ended: a carriage return
  /// ends a line, alone or before a newline. Nothing else does; a line separator of Unicode is an unexpected character.
  public let bytes: [UInt8]
  /// Lines that begin in the blocks before each: a number for each line would take more than the text.
  private let linesBeforeBlock: [UInt32]
  private static let blockSize = 4096

  /// Parts whose lines count by themselves, in their order; none in most texts.
  public let sections: [SourceSection]

  /// - Parameter isPiece: whether it is a piece of a text, in which a byte order mark is a character like others.
  public init(name: String, text: String, sections: [SourceSection] = [], isPiece: Bool = false) {
    (self.name, self.sections) = (name, sections)
    var bytes = Array(text.utf8)
    if !isPiece, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    Self.unifyLineEnds(&bytes)
    var lines: UInt32 = 0
    var counts: [UInt32] = []
    counts.reserveCapacity(bytes.count / Self.blockSize + 1)
    for blockStart in stride(from: 0, to: bytes.count, by: Self.blockSize) {
      counts.append(lines)
      for byte in bytes[blockStart..<min(blockStart + Self.blockSize, bytes.count)] where byte == Self.newline {
        lines += 1
      }
    }
    self.bytes = bytes
    linesBeforeBlock = counts
    lineCount = Int(lines) + 1
  }

  /// What was entered at a prompt or in a notebook, under its number.
  public convenience init(entry number: Int, text: String) {
    self.init(name: "\(Self.entryName)\(number)]", text: text)
  }

  /// Whether it was entered, and is no script.
  public var isEntry: Bool { name.hasPrefix(Self.entryName) }

  private static let entryName = "In ["

  private static let newline = UInt8(ascii: "\n")

  private static func unifyLineEnds(_ bytes: inout [UInt8]) {
    let carriageReturn = UInt8(ascii: "\r")
    guard var end = bytes.firstIndex(of: carriageReturn) else { return }
    var previous: UInt8 = 0
    for offset in end..<bytes.count {
      let byte = bytes[offset]
      if byte != newline || previous != carriageReturn {
        bytes[end] = byte == carriageReturn ? newline : byte
        end += 1
      }
      previous = byte
    }
    bytes.removeLast(bytes.count - end)
  }

  /// Lines in the text; a text without a newline has one.
  public let lineCount: Int

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
    // The last block before which fewer lines have ended than stand before this one.
    var low = 0
    var high = linesBeforeBlock.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if Int(linesBeforeBlock[middle]) < number - 1 { low = middle } else { high = middle }
    }
    var start = 0
    if number > 1 {
      var ended = Int(linesBeforeBlock[low])
      start = low * Self.blockSize
      while ended < number - 1 {
        if bytes[start] == Self.newline { ended += 1 }
        start += 1
      }
    }
    return start..<(bytes[start...].firstIndex(of: Self.newline) ?? bytes.count)
  }

  /// The line, from 1, that a byte offset stands in; offsets outside the text are moved to its nearest end.
  public func line(of offset: Int) -> Int {
    let offset = min(max(offset, 0), bytes.count)
    guard offset > 0 else { return 1 }
    let block = (offset - 1) / Self.blockSize
    return Int(linesBeforeBlock[block]) + 1
      + bytes[block * Self.blockSize..<offset].reduce(0) { $1 == Self.newline ? $0 + 1 : $0 }
  }

  /// Where a byte offset stands; offsets outside the text are moved to its nearest end.
  public func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let start = bytes[..<offset].lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
    return SourcePosition(line: line(of: offset), column: 1 + Self.characterCount(bytes[start..<offset]))
  }

  /// The characters as a reader sees them; so far into a line that nobody sees it, the scalars.
  private static func characterCount(_ bytes: ArraySlice<UInt8>) -> Int {
    let scalars = bytes.reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
    // Nothing but ASCII: a character each, as carriage returns never stand there.
    if scalars == bytes.count || bytes.count > 1 << 16 { return scalars }
    return String(decoding: bytes, as: UTF8.self).count
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
  public var fileAndLine: String { source.nameAndLine(source.line(of: range.lowerBound)) }
}
