/// Clusters as the leaves of a tree: node 0 is the root, and holds all images.
public struct ClusterTree: Sendable, Equatable {
  public struct Node: Sendable, Equatable {
    /// Nodes that divide it, from left to right; none of a leaf.
    public let children: [Int]
    /// Images that it holds; where they belong to several nodes in part, the sum of these parts.
    public let mass: Double
    /// Of a leaf.
    public let cluster: Int?

    public init(children: [Int], mass: Double, cluster: Int?) {
      (self.children, self.mass, self.cluster) = (children, mass, cluster)
    }
  }

  public let nodes: [Node]

  public init(nodes: [Node]) { self.nodes = nodes }

  /// The clusters at the leaves below a node, from left to right.
  public func clusters(below node: Int) -> [Int] {
    if let cluster = nodes[node].cluster { return [cluster] }
    return nodes[node].children.flatMap { clusters(below: $0) }
  }

  /// Edges from the root to a node, of the nodes in their order.
  public var depths: [Int] {
    var depths = [Int](repeating: 0, count: nodes.count)
    func visit(_ node: Int, _ depth: Int) {
      depths[node] = depth
      for child in nodes[node].children { visit(child, depth + 1) }
    }
    if !nodes.isEmpty { visit(0, 0) }
    return depths
  }
}

/// A method that divides the images again and again, so that its clusters are the leaves of a tree.
public protocol TreeMethod: DrawingMethod {
  /// Nil before the first division.
  var tree: ClusterTree? { get }
}
