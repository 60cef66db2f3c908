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

  /// A sum, made of what `value` knows: of a sum below it or, where it gives nil, of those below that.
  private func sum<Value>(_ node: Node, _ value: (Node) -> Value?, _ add: (inout Value, Value) -> Void) -> Value {
    if let value = value(node) { return value }
    precondition(node.level > 0, "shard \(node.index) of \(shardCount) is missing from a sum")
    let children = children(of: node)
    var total = sum(children[0], value, add)
    if children.count > 1 { add(&total, sum(children[1], value, add)) }
    return total
  }

  /// What comes of a shard, or of several: the terms of a sum, each with its weight.
  ///
  /// Up to four are added at once: they are more numbers than the cache holds.
  private struct Part {
    private var terms: [[Tensor]]
    /// None where the terms are added up, to one.
    private var weights: [Float]

    init(tensors: [Tensor], weight: Float) { (terms, weights) = ([tensors], [weight]) }

    mutating func add(_ other: consuming Part) {
      if weights.count == other.weights.count, !weights.isEmpty {
        terms += other.terms
        weights += other.weights
        if weights.count == 4 { addUp() }
      } else {
        addUp()
        other.addUp()
        for place in terms[0].indices { terms[0][place].accumulate(other.terms[0][place]) }
      }
    }

    private mutating func addUp() {
      guard !weights.isEmpty else { return }
      var sums = terms.removeFirst()
      for place in sums.indices { sums[place].addNeighbours(terms.map { $0[place] }, weights: weights) }
      (terms, weights) = ([sums], [])
    }

    /// The sum, tensor by tensor.
    var sum: [Tensor] {
      consuming get {
        addUp()
        return terms[0]
      }
    }
  }

  /// The weighted sum of what comes of all shards, tensor by tensor, of which each peer works out its part: it adds what it
  /// can alone, then a piece of the rest for all.
  ///
  /// - Parameter shard: what comes of a shard: always as many tensors of the same shapes, and by how much they count.
  package func sum(
    over peers: any Peers, of shard: (Int) -> (tensors: [Tensor], weight: Float)
  ) throws -> [Tensor] {
    func leaf(_ number: Int) -> Part {
      let (tensors, weight) = shard(number)
      peers.attend()
      return Part(tensors: tensors, weight: weight)
    }
    let own = nodes(of: peers.part(of: shardCount, rank: peers.rank)).map { node in
      sum(node, { $0.level == 0 ? leaf($0.index) : nil }) { $0.add($1) }.sum
    }
    guard peers.count > 1 else { return own[0] }
    // A peer without a shard does one for itself: to know what comes of it.
    let shapes = (own.first ?? shard(0).tensors).map(\.shape)
    let sizes = shapes.map { $0.reduce(1, *) }
    let length = sizes.reduce(0, +)
    let numbers = try sum(own.map { Self.joined($0, length: length) }, length: length, over: peers)
    var place = 0
    return zip(shapes, sizes).map { shape, size in
      defer { place += size }
      return Tensor.filled(shape) { tensor in
        numbers.withUnsafeBufferPointer {
          _ = tensor.initialize(fromContentsOf: UnsafeBufferPointer(rebasing: $0[place..<place + size]))
        }
      }
    }
  }

  /// The numbers of tensors one after the other, `length` in all.
  private static func joined(_ tensors: [Tensor], length: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: length) { all, filled in
      for tensor in tensors {
        filled = tensor.withScalars {
          all[filled...].initialize(fromContentsOf: $0)
        }
      }
    }
  }

  /// The same of vectors of `length` numbers, of which each peer has the sums of its part.
  private func sum(_ own: [[Float]], length: Int, over peers: any Peers) throws -> [Float] {
    let ranks = 0..<peers.count
    let pieces = ranks.map { peers.part(of: length, rank: $0) }
    let width = pieces[peers.rank].count
    let nodes = ranks.map { self.nodes(of: peers.part(of: shardCount, rank: $0)) }
    // A single sum consists of its pieces as it is.
    var numbers = try peers.exchanged(
      own.count == 1 ? own[0] : pieces.flatMap { piece in own.flatMap { $0[piece] } },
      given: pieces.map { $0.count * own.count }, taken: nodes.map { $0.count * width })
    let places = Dictionary(uniqueKeysWithValues: nodes.joined().enumerated().map { ($1, $0 * width) })
    precondition(
      numbers.count == places.count * width, "\(places.count) shards' sums of \(width) numbers are not \(numbers.count)"
    )
    let total = numbers.withUnsafeMutableBufferPointer { numbers in
      sum(root, { places[$0] }) { total, more in
        let start = total
        for place in 0..<width { numbers[start + place] += numbers[more + place] }
      }
    }
    return try peers.gathered(Array(numbers[total..<total + width]), lengths: pieces.map(\.count))
  }
}
