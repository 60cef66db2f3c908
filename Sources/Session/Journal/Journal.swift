import CommandLanguage

/// A step of the session.
public enum JournalEntry: Sendable {
  /// A cell of text.
  case markdown(title: String, text: String)
  case command(CommandRun)
}

extension JournalEntry {
  /// What a session began with, as if the command had been given.
  ///
  /// - Parameter origin: what said so: "--seed".
  static func first(_ text: String, from origin: String) -> JournalEntry {
    .command(CommandRun(CommandCall(SourceText(name: origin, text: text)), asked: text))
  }
}

/// The steps of the session in their order.
///
/// Earlier states of the session keep journals of their own, which share all but the last few entries with this one: an
/// array would be copied whole at every step.
public struct Journal: Sendable, RandomAccessCollection, RangeReplaceableCollection, ExpressibleByArrayLiteral {
  private static let blockSize = 64

  private var blocks: [[JournalEntry]] = []
  /// Fewer entries than a block has.
  private var tail: [JournalEntry] = []

  public init() {}

  public init(arrayLiteral entries: JournalEntry...) { self.init(entries) }

  public var startIndex: Int { 0 }
  public var endIndex: Int { blocks.count * Self.blockSize + tail.count }

  public subscript(position: Int) -> JournalEntry {
    let block = position / Self.blockSize
    return block < blocks.count ? blocks[block][position % Self.blockSize] : tail[position % Self.blockSize]
  }

  public mutating func append(_ entry: JournalEntry) {
    tail.append(entry)
    guard tail.count == Self.blockSize else { return }
    blocks.append(tail)
    tail = []
  }

  public mutating func replaceSubrange(_ range: Range<Int>, with entries: some Collection<JournalEntry>) {
    let old = self
    self = Journal()
    let kept = range.lowerBound / Self.blockSize
    blocks = Array(old.blocks.prefix(kept))
    for position in kept * Self.blockSize..<range.lowerBound { append(old[position]) }
    for entry in entries { append(entry) }
    for position in range.upperBound..<old.endIndex { append(old[position]) }
  }
}
