/// Those that train one network together, each on its share of every batch, and come to the same bytes.
public protocol Peers: Sendable {
  /// How many there are, this one included.
  var count: Int { get }
  /// This one's number, from 0.
  var rank: Int { get }

  /// What every shard of a batch came to, in the shards' order, from what this peer's own did: those numbered `rank`,
  /// `rank + count`, and so on, of `shardCount` in all. Every peer gets the same.
  func gathered(_ own: [[Float]], shardCount: Int) -> [[Float]]
}

/// The ordinary case: this process alone.
public struct OnePeer: Peers {
  public init() {}

  public var count: Int { 1 }
  public var rank: Int { 0 }
  public func gathered(_ own: [[Float]], shardCount: Int) -> [[Float]] { own }
}
