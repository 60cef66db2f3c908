import TensorEngine

/// The order in which the shards of a batch are added: a binary tree over them, neighbours first.
///
/// It depends on their number alone, so that the same shards come to the same bytes whoever adds which of them.
package struct ShardTree {
  package let shardCount: Int

  package init(shardCount: Int) { self.shardCount = shardCount }

  /// The sum of the shards from `index`·2^`level` on, 2^`level` of them or as many as are left.
  package struct Node: Hashable {
    package let level: Int
    package let index: Int
  }

  private var root: Node {
    var level = 0
    while 1 << level < shardCount { level += 1 }
    return Node(level: level, index: 0)
  }

  private func shards(of node: Node) -> Range<Int> {
    let start = min(node.index << node.level, shardCount)
    return start..<min(start + (1 << node.level), shardCount)
  }

  private func children(of node: Node) -> [Node] {
    [2 * node.index, 2 * node.index + 1].map { Node(level: node.level - 1, index: $0) }.filter {
      !shards(of: $0).isEmpty
    }
  }

  /// The fewest sums that all shards in `range` go into and no others: what who has those shards can add alone.
  package func nodes(of range: Range<Int>) -> [Node] {
    func cover(_ node: Node) -> [Node] {
      let shards = shards(of: node)
      if !shards.overlaps(range) { return [] }
      if range.lowerBound <= shards.lowerBound, shards.upperBound <= range.upperBound { return [node] }
      return children(of: node).flatMap(cover)
    }
    return range.isEmpty ? [] : cover(root)
  }

  /// A sum, of which `parts` has some below it, each shard in one of them; they are taken out of it.
  private func sum(_ node: Node, of parts: inout [Node: [Float]]) -> [Float] {
    if let part = parts.removeValue(forKey: node) { return part }
    precondition(node.level > 0, "shard \(node.index) of \(shardCount) is missing from a sum")
    let children = children(of: node)
    var sum = sum(children[0], of: &parts)
    if children.count == 2 { Self.add(self.sum(children[1], of: &parts), to: &sum) }
    return sum
  }

  private static func add(_ other: [Float], to sum: inout [Float]) {
    precondition(sum.count == other.count, "shards of \(sum.count) and \(other.count) numbers in one sum")
    sum.withUnsafeMutableBufferPointer { sum in
      nonisolated(unsafe) let sum = sum
      other.withUnsafeBufferPointer { other in
        nonisolated(unsafe) let other = other
        Parallel.ranges(of: sum.count) { for place in $0 { sum[place] += other[place] } }
      }
    }
  }

  /// The sum of all shards, of which each peer has those of its part: every peer adds what it can alone, then a piece of
  /// the rest for all.
  ///
  /// - Parameter own: this peer's shards, each of `length` numbers.
  package func sum(_ own: [[Float]], length: Int, over peers: any Peers) throws -> [Float] {
    let range = peers.part(of: shardCount, rank: peers.rank)
    var parts = Dictionary(uniqueKeysWithValues: zip(range.map { Node(level: 0, index: $0) }, own))
    let sums = nodes(of: range).map { sum($0, of: &parts) }
    guard peers.count > 1 else { return sums[0] }
    let ranks = 0..<peers.count
    let pieces = ranks.map { peers.part(of: length, rank: $0) }
    let width = pieces[peers.rank].count
    let nodes = ranks.map { self.nodes(of: peers.part(of: shardCount, rank: $0)) }
    // A single sum consists of its pieces as it is.
    let received = try peers.exchanged(
      sums.count == 1 ? sums[0] : pieces.flatMap { piece in sums.flatMap { $0[piece] } },
      given: pieces.map { $0.count * sums.count }, taken: nodes.map { $0.count * width })
    for (place, node) in nodes.joined().enumerated() {
      parts[node] = Array(received[place * width..<(place + 1) * width])
    }
    return try peers.gathered(sum(root, of: &parts), lengths: pieces.map(\.count))
  }
}

extension Parallel {
  /// Has `body` work on pieces of `count` numbers.
  static func ranges(of count: Int, _ body: (Range<Int>) -> Void) {
    let size = 1 << 16
    forEach((count + size - 1) / size) { piece in body(piece * size..<min((piece + 1) * size, count)) }
  }
}
