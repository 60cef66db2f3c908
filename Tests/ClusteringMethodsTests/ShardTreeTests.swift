import ClusteringMethods
import TensorEngine
import TestSupport
import Testing

@Suite("Shard tree") struct ShardTreeTests {
  /// Sums that shards do not add up to in another order.
  private func vectors(_ count: Int) -> [[Float]] {
    (0..<count).map { formulaValues(9, "shard \($0)").map { Float($0) * 1e3 } }
  }

  /// Neighbours added pair by pair, level after level: the order that the tree stands for, spelled out.
  private func plain(_ vectors: [[Float]]) -> [Float] {
    var level = vectors
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { place in
        place + 1 < level.count ? zip(level[place], level[place + 1]).map { $0 + $1 } : level[place]
      }
    }
    return level[0]
  }

  @Test func theSumIsThatOfPairs() throws {
    for count in 1...20 {
      let vectors = vectors(count)
      let sum = try ShardTree(shardCount: count).sum(over: OnePeer()) { ([Tensor(vectors[$0])], 1) }
      #expect(sum.map(\.scalars) == [plain(vectors)])
    }
  }

  /// Each product is rounded, whoever makes it and whatever it is added to.
  @Test func weightsAreTakenIn() throws {
    for count in [1, 2, 3, 7, 8] {
      let vectors = vectors(count)
      let weights = (0..<count).map { Float($0 + 1) / 7 }
      let expected = plain(zip(vectors, weights).map { vector, weight in vector.map { $0 * weight } })
      for peerCount in [1, 2, 5] {
        let found = try ThreadPeers.run(peerCount) { peers in
          try ShardTree(shardCount: count).sum(over: peers) { ([Tensor(vectors[$0])], weights[$0]) }
        }
        #expect(found.allSatisfy { $0.flatMap(\.scalars) == expected })
      }
    }
  }

  @Test func nodesCoverARangeAndNothingElse() {
    for count in 1...20 {
      let tree = ShardTree(shardCount: count)
      for start in 0...count {
        for end in start...count {
          let nodes = tree.nodes(of: start..<end)
          let covered = nodes.flatMap { node in
            node.index << node.level..<min((node.index + 1) << node.level, count)
          }
          #expect(covered == Array(start..<end))
        }
      }
      #expect(tree.nodes(of: 0..<count).count == 1)
    }
  }

  @Test func peersAddToTheSameBytes() throws {
    for count in [1, 2, 3, 8, 13] {
      let vectors = vectors(count)
      for peerCount in [2, 3, 8, 16] {
        let found = try ThreadPeers.run(peerCount) { peers in
          try ShardTree(shardCount: count).sum(over: peers) { shard in
            ([Tensor(Array(vectors[shard][..<4])), Tensor(Array(vectors[shard][4...]), shape: [1, 5])], 1)
          }
        }
        #expect(found.allSatisfy { $0.map(\.shape) == [[4], [1, 5]] && $0.flatMap(\.scalars) == plain(vectors) })
      }
    }
  }
}
