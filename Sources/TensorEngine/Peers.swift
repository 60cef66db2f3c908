/// Those that share work among them, such as the training of one network, and come to the same bytes.
///
/// All of them make the same calls in the same order. What they tell each other are numbers; sums are made by `ShardTree`,
/// whose order does not depend on how many there are.
public protocol Peers: Sendable {
  /// How many there are, this one included.
  var count: Int { get }
  /// This one's number, from 0.
  var rank: Int { get }

  /// What every peer has, one after the other in the order of their ranks; the one of rank r has `lengths[r]` numbers.
  ///
  /// Throws where one of them is lost or at something else.
  func gathered(_ own: [Float], lengths: [Int]) throws -> [Float]

  /// Gives the first `given[0]` numbers to the peer of rank 0, the next `given[1]` to that of rank 1, and so on; what each
  /// of them has for this one, in the same order, `taken[r]` numbers from rank r. Throws as `gathered` does.
  func exchanged(_ own: [Float], given: [Int], taken: [Int]) throws -> [Float]

  /// Called between pieces of work, for others to know that this one is at it, however much slower it is.
  func attend()
}

extension Peers {
  public func attend() {}
}

/// The ordinary case: this process alone.
public struct OnePeer: Peers {
  public init() {}

  public var count: Int { 1 }
  public var rank: Int { 0 }
  public func gathered(_ own: [Float], lengths: [Int]) -> [Float] { own }
  public func exchanged(_ own: [Float], given: [Int], taken: [Int]) -> [Float] { own }
}

extension Peers {
  /// The part of `count` pieces of work that the peer of a rank does: neighbours, so that their sums are whole branches of
  /// a tree; none where there are more peers than pieces.
  package func part(of count: Int, rank: Int) -> Range<Int> {
    rank * count / self.count..<(rank + 1) * count / self.count
  }

  /// The numbers that `work` makes of each of `count` pieces, one after the other; every peer works out its part and gets
  /// all.
  ///
  /// - Parameter length: how many numbers come of a piece.
  package func shared(
    _ count: Int, length: (Int) -> Int, _ work: (Int) throws -> [Float]
  ) throws -> [Float] {
    var own: [Float] = []
    for piece in part(of: count, rank: rank) {
      own += try work(piece)
      attend()
    }
    guard self.count > 1 else { return own }
    let lengths = (0..<self.count).map { part(of: count, rank: $0).reduce(0) { $0 + length($1) } }
    return try gathered(own, lengths: lengths)
  }

  /// A table of words, a row after the other, whose rows `work` makes; every peer works out some neighbouring rows and gets
  /// all.
  ///
  /// - Parameter most: words that are gathered at a time, at most, of several rows.
  package func shared(
    rows: Int, columns: Int, most: Int = 1 << 28, _ work: (Range<Int>) throws -> [UInt32]
  ) throws -> [UInt32] {
    guard count > 1 else { return rows > 0 ? try work(0..<rows) : [] }
    var all: [UInt32] = []
    all.reserveCapacity(rows * columns)
    let size = max(1, most / max(1, columns))
    for start in stride(from: 0, to: rows, by: size) {
      let some = min(size, rows - start)
      let parts = (0..<count).map { part(of: some, rank: $0) }
      let own = start + parts[rank].lowerBound..<start + parts[rank].upperBound
      // They travel as the bits of numbers that nobody calculates with.
      let found = own.isEmpty ? [] : try work(own).map { Float(bitPattern: $0) }
      all += try gathered(found, lengths: parts.map { $0.count * columns }).lazy.map(\.bitPattern)
    }
    return all
  }
}
