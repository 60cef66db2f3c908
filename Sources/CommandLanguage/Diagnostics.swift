/// What is wrong with a text: the first few things in the order of the text, the others counted. Of a text that is no
/// script each line is wrong, so what is kept must not grow with it.
public struct Diagnostics: Sendable, RandomAccessCollection {
  /// As many are kept.
  public static let limit = 20

  /// How many more there are.
  public private(set) var omittedCount = 0
  /// Whether more text could put all of it right; false if nothing is wrong.
  public private(set) var isIncomplete = false
  /// Each with its place in the text among the others.
  private var kept: [(place: Int, diagnostic: Diagnostic)] = []

  private let limit: Int

  public init() { self.init(limit: Self.limit) }

  init(limit: Int) { self.limit = limit }

  /// How many there are, kept or not.
  public var total: Int { kept.count + omittedCount }

  public var startIndex: Int { 0 }
  public var endIndex: Int { kept.count }
  public subscript(position: Int) -> Diagnostic { kept[position].diagnostic }

  /// Adds what is wrong at `place`, a byte of the text; it is made up only if it is kept.
  mutating func add(at place: Int, _ diagnostic: @autoclosure () -> Diagnostic, isIncomplete: Bool = false) {
    self.isIncomplete = isIncomplete && (self.isIncomplete || total == 0)
    guard keeps(place) else {
      omittedCount += 1
      return
    }
    if kept.count == limit {
      omittedCount += 1
      kept.removeLast()
    }
    let index = kept.lastIndex { $0.place <= place }.map { $0 + 1 } ?? 0
    kept.insert((place, diagnostic()), at: index)
  }

  /// Whether something wrong at `place` would be among those that are kept.
  func keeps(_ place: Int) -> Bool { kept.count < limit || kept.last.map { place < $0.place } ?? false }

  /// Counts others, which come after those that are kept.
  mutating func omit(_ count: Int) { omittedCount += count }

  /// Whether something at this place is among those that are kept.
  func hold(_ range: Range<Int>, of source: SourceText) -> Bool {
    kept.contains { $0.diagnostic.location.source === source && $0.diagnostic.location.range == range }
  }
}
