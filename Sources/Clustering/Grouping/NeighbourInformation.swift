import ElementaryFunctions

/// The mutual information of neighbours' parts, kept up while components move between parts.
package struct NeighbourInformation {
  /// Edges between parts, symmetric; both directions are counted.
  package private(set) var edges: Matrix
  private let total: Double

  package init(_ edges: Matrix) {
    self.edges = edges
    total = max(edges.elements.reduce(0, +), Double.leastNormalMagnitude)
  }

  /// Σ P_cd log(P_cd / (P_c P_d)), in nats.
  package var value: Double {
    let marginals = (0..<edges.rows).map { edges.row($0).reduce(0, +) / total }
    var sum = 0.0
    for c in 0..<edges.rows {
      for d in 0..<edges.columns where edges[c, d] > 0 {
        let share = edges[c, d] / total
        sum += share * log(share / (marginals[c] * marginals[d]))
      }
    }
    return sum
  }

  /// The same after a component has gone from part `a` to part `b`.
  ///
  /// - Parameters:
  ///   - links: its edges to each part, those within it among them for part `a`.
  ///   - own: its edges within itself.
  package func moving(_ links: [Double], own: Double, from a: Int, to b: Int) -> NeighbourInformation {
    var moved = self
    for c in 0..<edges.rows where c != a && c != b {
      moved.edges[a, c] -= links[c]
      moved.edges[c, a] -= links[c]
      moved.edges[b, c] += links[c]
      moved.edges[c, b] += links[c]
    }
    moved.edges[a, a] -= 2 * (links[a] - own) + own
    moved.edges[b, b] += 2 * links[b] + own
    moved.edges[a, b] += links[a] - own - links[b]
    moved.edges[b, a] = moved.edges[a, b]
    return moved
  }
}

extension PairSums {
  /// Components' parts after each, in turn, has gone to the part where it raises the neighbours' information most.
  ///
  /// - Parameters:
  ///   - parts: the part of each component, 0..<count.
  ///   - capacity: how many points a part may hold after a component came to it; nil for any.
  ///   - sweeps: rounds over all components, at most.
  package func refined(_ parts: [Int], count: Int, capacity: Double?, sweeps: Int) -> [Int] {
    var parts = parts
    var masses = [Double](repeating: 0, count: count)
    var members = [Int](repeating: 0, count: count)
    for a in parts.indices {
      masses[parts[a]] += self.masses[a]
      members[parts[a]] += 1
    }
    var information = NeighbourInformation(pairs(between: parts, count: count))
    for _ in 0..<sweeps {
      var hasMoved = false
      for component in parts.indices {
        let from = parts[component]
        // A part that would be left empty is no part.
        guard members[from] > 1 else { continue }
        var links = [Double](repeating: 0, count: count)
        for other in parts.indices { links[parts[other]] += pairs[component, other] }
        var best: (part: Int, information: NeighbourInformation)?
        var largest = information.value
        for part in 0..<count where part != from && links[part] > 0 {
          if let capacity, masses[part] + self.masses[component] > capacity { continue }
          let moved = information.moving(links, own: pairs[component, component], from: from, to: part)
          let value = moved.value
          // By more than rounding, so that no two partitions alternate.
          if value > largest + 1e-12 { (best, largest) = ((part, moved), value) }
        }
        guard let best else { continue }
        parts[component] = best.part
        masses[from] -= self.masses[component]
        masses[best.part] += self.masses[component]
        members[from] -= 1
        members[best.part] += 1
        information = best.information
        hasMoved = true
      }
      if !hasMoved { break }
    }
    return parts
  }
}
