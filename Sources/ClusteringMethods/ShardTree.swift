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

  /// A sum, of which `parts` has some below it, each shard in one of them.
  func sum(_ node: Node, of parts: [Node: [Float]]) -> [Float] {
    if let part = parts[node] { return part }
    precondition(node.level > 0, "shard \(node.index) of \(shardCount) is missing from a sum")
    let children = children(of: node)
    var sum = sum(children[0], of: parts)
    if children.count == 2 {
      self.sum(children[1], of: parts).withUnsafeBufferPointer { other in
        sum.withUnsafeMutableBufferPointer { sum in
          precondition(sum.count == other.count, "shards of \(sum.count) and \(other.count) numbers in one sum")
          for place in sum.indices { sum[place] += other[place] }
        }
      }
    }
    return sum
  }

  /// The sum of all shards, of which each peer has those of its part: every peer adds what it can alone, then a piece of
  /// the rest for all.
  ///
  /// - Parameter own: this peer's shards, each of `length` numbers.
  package func sum(_ own: [[Float]], length: Int, over peers: any Peers) throws -> [Float] {
    let range = peers.part(of: shardCount, rank: peers.rank)
    let shards = Dictionary(uniqueKeysWithValues: zip(range.map { Node(level: 0, index: $0) }, own))
    guard peers.count > 1 else { return sum(root, of: shards) }
    let sums = nodes(of: range).map { sum($0, of: shards) }
    let ranks = 0..<peers.count
    let pieces = ranks.map { peers.part(of: length, rank: $0) }
    let nodes = ranks.map { self.nodes(of: peers.part(of: shardCount, rank: $0)) }
    let received = try peers.exchanged(
      pieces.map { piece in sums.flatMap { $0[piece] } },
      lengths: nodes.map { $0.count * pieces[peers.rank].count })
    var parts: [Node: [Float]] = [:]
    let width = pieces[peers.rank].count
    for (nodes, numbers) in zip(nodes, received) {
      for (place, node) in nodes.enumerated() { parts[node] = Array(numbers[place * width..<(place + 1) * width]) }
    }
    return try peers.gathered(sum(root, of: parts), lengths: pieces.map(\.count)).flatMap { $0 }
  }
}
