import Interruptions

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
  package func joined(to count: Int, by linkage: EdgeLinkage, capacity: Double?) throws(Interrupted) -> [Int] {
    var sums = self
    var agglomeration = Agglomeration(componentCount: masses.count)
    try agglomeration.reduce(to: count) { a, b in
      if let capacity, sums.masses[a] + sums.masses[b] > capacity { return nil }
      return linkage.likeness(sums, a, b)
    } fallback: { groups in
      let smallest = groups.sorted { (sums.masses[$0], $0) < (sums.masses[$1], $1) }
      return (min(smallest[0], smallest[1]), max(smallest[0], smallest[1]))
    } joined: {
      sums.add($1, to: $0)
    }
    return agglomeration.numbered
  }
}
