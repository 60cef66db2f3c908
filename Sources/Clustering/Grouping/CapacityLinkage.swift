/// How alike two groups of components are, by the edges between them.
public enum EdgeLinkage: String, CaseIterable, Sendable {
  /// Edges over n_a·n_b, the average linkage: joins small groups sooner.
  case density
  /// Edges over √(n_a·n_b).
  case proportion

  func likeness(_ sums: PairSums, _ a: Int, _ b: Int) -> Double {
    let product = max(sums.masses[a], 1) * max(sums.masses[b], 1)
    return switch self {
    case .density: sums.pairs[a, b] / product
    case .proportion: sums.pairs[a, b] / product.squareRoot()
    }
  }
}

extension PairSums {
  /// Joins components, always the most alike pair, until `count` groups are left: the group of each, 0..<count.
  ///
  /// - Parameter capacity: how many points a group may hold by joining; where no pair fits the two smallest join. nil for
  ///   any. Said of clusters, it says that they are of like size.
  package func joined(to count: Int, by linkage: EdgeLinkage, capacity: Double?) -> [Int] {
    var sums = self
    var agglomeration = Agglomeration(componentCount: masses.count)
    while agglomeration.alive.count > count {
      let alive = agglomeration.alive
      var best: (a: Int, b: Int)?
      var largest = -Double.infinity
      for (position, a) in alive.enumerated() {
        for b in alive[(position + 1)...] {
          if let capacity, sums.masses[a] + sums.masses[b] > capacity { continue }
          let value = linkage.likeness(sums, a, b)
          if value > largest { (best, largest) = ((a, b), value) }
        }
      }
      let smallest = alive.sorted { (sums.masses[$0], $0) < (sums.masses[$1], $1) }
      let (a, b) = best ?? (min(smallest[0], smallest[1]), max(smallest[0], smallest[1]))
      agglomeration.join(a, b)
      sums.add(b, to: a)
    }
    return agglomeration.numbered
  }
}
